import PipelineFile
import Records

/// The edits that make one test of a pipeline file expect what it saw.
///
/// Cells that are as expected are left alone, with all comments and layout; a list of rows is
/// written anew only when their number has changed.
struct RecordedTest {
  /// A piece of the file's bytes and what takes its place.
  struct Edit {
    var range: Range<Int>
    var text: String
  }

  /// A table as the test saw it, narrowed to the columns that leave.
  struct Seen {
    var name: String
    var columns: [TableColumn]
    var rows: [[String?]]
    var suppressed: Int
  }

  let bytes: [UInt8]
  let seen: [Seen]
  private(set) var edits: [Edit] = []

  /// Compares the test at `node` with what was seen; `rejected` has the counts of each source.
  init(
    bytes: [UInt8], node: YAMLOutline, plan: TestPlan, seen: [Seen],
    rejected: [String: RuleCounts]
  ) {
    self.bytes = bytes
    self.seen = seen
    if let expect = node["expect"], let tables = expect.value.entries, !tables.isEmpty {
      for table in tables { compare(table, plan, isInFlow: expect.value.isFlow) }
    } else {
      insert(into: node)
    }
    for entry in node["suppressed"]?.value.entries ?? [] {
      let count = seen.first { $0.name == entry.key }?.suppressed ?? 0
      if plan.suppressed.first(where: { $0.table == entry.key })?.count != count {
        edits.append(Edit(range: entry.value.range, text: String(count)))
      }
    }
    for source in node["rejected"]?.value.entries ?? [] {
      for entry in source.value.entries ?? [] {
        guard let rule = Rule(rawValue: entry.key) else { continue }
        let count = String(rejected[source.key]?[rule] ?? 0)
        if bytes[entry.value.range].elementsEqual(count.utf8) { continue }
        edits.append(Edit(range: entry.value.range, text: count))
      }
    }
  }

  // MARK: - A table that the test names

  private mutating func compare(_ entry: YAMLOutline.Entry, _ plan: TestPlan, isInFlow: Bool) {
    guard let expected = plan.expected.first(where: { $0.table == entry.key }) else { return }
    let table =
      seen.first { $0.name == entry.key }
      ?? Seen(name: entry.key, columns: [], rows: [], suppressed: 0)
    let nodes = entry.value.items ?? []
    guard expected.rows.count == table.rows.count, nodes.count == table.rows.count else {
      rewrite(entry, table, columns: named(in: expected, of: table), isInFlow: isInFlow)
      return
    }
    for (index, cells) in expected.rows.enumerated() {
      for cell in cells {
        guard let column = table.columns.firstIndex(where: { $0.name == cell.field }),
          let place = nodes[index][cell.field]
        else { continue }
        let found = table.rows[index][column]
        if table.columns[column].type.form.isSame(cell.value, found) { continue }
        var text = RecordedTest.scalar(found)
        // Behind a bare colon a blank is due.
        if place.value.range.isEmpty { text = " " + text }
        edits.append(Edit(range: place.value.range, text: text))
      }
    }
  }

  /// Returns the columns that the expectation names, or all but tokens where it names none.
  private func named(in expected: TestPlan.ExpectedTable, of table: Seen) -> [Int] {
    var names: [String] = []
    for cell in expected.rows.joined() where !names.contains(cell.field) {
      names.append(cell.field)
    }
    let known = names.compactMap { name in table.columns.firstIndex { $0.name == name } }
    return known.isEmpty ? RecordedTest.untokened(table) : known
  }

  private static func untokened(_ table: Seen) -> [Int] {
    table.columns.indices.filter { table.columns[$0].type.form != .token }
  }

  private mutating func rewrite(
    _ entry: YAMLOutline.Entry, _ table: Seen, columns: [Int], isInFlow: Bool
  ) {
    let rows = RecordedTest.rows(table, columns)
    let flow = "[" + rows.joined(separator: ", ") + "]"
    let range = entry.value.range
    let keyColumn = column(of: entry.range.lowerBound)
    let fits = keyColumn + entry.key.count + 2 + flow.count <= 100
    let isFlow = isInFlow || rows.isEmpty || entry.value.isFlow && (fits || rows.count == 1)
    if isFlow {
      if entry.value.isFlow {
        edits.append(Edit(range: range, text: flow))
      } else {
        // The rows stood below the key; a comment between the key and them stays where it is.
        let gap = bytes[..<range.lowerBound].lastIndex { $0 != 32 && $0 != 10 && $0 != 13 }
        let start = gap.map { $0 + 1 } ?? range.lowerBound
        let isBehindKey = bytes[start - 1] == UInt8(ascii: ":")
        edits.append(
          Edit(
            range: isBehindKey ? start..<range.upperBound : range,
            text: isBehindKey ? " " + flow : flow))
      }
      return
    }
    if entry.value.isFlow {
      let indent = "\n" + String(repeating: " ", count: keyColumn + 2) + "- "
      let text = rows.map { indent + $0 }.joined()
      // A comment behind the list would come behind its last row: it still means the list.
      let start =
        bytes[..<range.lowerBound].lastIndex { $0 != 32 }.map { $0 + 1 } ?? range.lowerBound
      edits.append(Edit(range: start..<range.upperBound, text: text))
    } else {
      let indent = "\n" + String(repeating: " ", count: column(of: range.lowerBound)) + "- "
      edits.append(Edit(range: range, text: "- " + rows.joined(separator: indent)))
    }
  }

  // MARK: - A test without expectations

  private mutating func insert(into node: YAMLOutline) {
    let full = seen.filter { !$0.rows.isEmpty }
    let tables = full.isEmpty ? seen : full
    guard !tables.isEmpty, let entries = node.entries,
      let last = entries.first(where: { $0.key == "given" }) ?? entries.last
    else { return }
    let existing = node["expect"]
    if node.isFlow {
      let texts = tables.map { table in
        let rows = RecordedTest.rows(table, RecordedTest.untokened(table))
        return "\(table.name): [\(rows.joined(separator: ", "))]"
      }
      let mapping = "{" + texts.joined(separator: ", ") + "}"
      if let existing {
        edits.append(Edit(range: existing.range, text: "expect: " + mapping))
      } else {
        edits.append(
          Edit(range: last.range.upperBound..<last.range.upperBound, text: ", expect: " + mapping))
      }
      return
    }
    let indent = String(repeating: " ", count: column(of: entries[0].range.lowerBound))
    var text = "expect:"
    for table in tables {
      let rows = RecordedTest.rows(table, RecordedTest.untokened(table))
      let flow = "\(indent)  \(table.name): [\(rows.joined(separator: ", "))]"
      if rows.count < 2 || flow.count <= 100 {
        text += "\n" + flow
      } else {
        text += "\n\(indent)  \(table.name):"
        for row in rows { text += "\n\(indent)    - \(row)" }
      }
    }
    if let existing {
      edits.append(Edit(range: existing.range, text: text))
      return
    }
    // Behind the line on which 'given' ends, so that its comment stays with it.
    var end = last.range.upperBound
    while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
    edits.append(Edit(range: end..<end, text: "\n" + indent + text))
  }

  // MARK: - Text

  private func column(of place: Int) -> Int {
    let line = bytes[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
    return String(decoding: bytes[line..<place], as: UTF8.self).unicodeScalars.count
  }

  private static func rows(_ table: Seen, _ columns: [Int]) -> [String] {
    table.rows.map { row in
      let cells = columns.map { "\(table.columns[$0].name): \(scalar(row[$0]))" }
      return "{" + cells.joined(separator: ", ") + "}"
    }
  }

  /// Returns the text as a scalar that flow and block style take; `nil` is null.
  static func scalar(_ text: String?) -> String {
    guard let text else { return "null" }
    let isWord = text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
    }
    let isPlain = isWord && !text.isEmpty && text != "null"
    return isPlain ? text : YAMLQuoting.quoted(text)
  }
}
