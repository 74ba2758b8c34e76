import Diagnostics
import Records

// The section `tests`: what goes in, what must come out, what must occur nowhere.
extension Compilation {
  func bindTests(_ section: YAMLNode.Entry) -> [TestPlan] {
    guard let nodes = list(section.value, of: "tests", mayBeEmpty: true) else { return [] }
    var names: [String: SourceRange] = [:]
    return nodes.compactMap { node in
      guard let keys = keyed(node, .test, owner: "the test", at: node.range) else { return nil }
      let name = keys["name"].flatMap { text($0.value, of: "name") }
      if let name, let range = keys["name"]?.value.range {
        if let first = names[name] {
          report(
            .nameTaken, "a test named '\(name)' stands above", at: range,
            notes: [Diagnostic.Note("first here", at: first)], fix: "rename one of them")
        }
        names[name] = range
      }
      // Counts may stand beside the tables that are expected, or beside `expect` itself.
      func counts(_ name: String) -> [YAMLNode.Entry] {
        let inner = keys["expect"]?.value[name].map { isCounts($0) ? [$0] : [] } ?? []
        return (keys[name].map { [$0] } ?? []) + inner
      }
      return TestPlan(
        name: name ?? "", line: node.range.start.line,
        date: keys["date"].flatMap { date($0.value) },
        given: keys["given"].map { bindGiven($0) } ?? [],
        expected: keys["expect"].map { bindExpected($0) } ?? [],
        suppressed: counts("suppressed").flatMap { bindSuppressed($0) },
        rejected: counts("rejected").flatMap { bindRejected($0) },
        never: keys["never"].map { texts($0.value, of: "never").map(\.text) } ?? [])
    }
  }

  private func date(_ node: YAMLNode) -> CivilDate? {
    guard let text = text(node, of: "date") else { return nil }
    if let date = CivilDate(text) { return date }
    report(.illegalValue, "'\(text)' is no date", at: node.range, label: "such as 2026-05-01")
    return nil
  }

  // MARK: - given

  private func bindGiven(_ entry: YAMLNode.Entry) -> [TestPlan.Given] {
    named(entry).compactMap { given in
      guard let (index, model) = source(named: given.key, at: given.keyRange) else { return nil }
      let content: TestPlan.Given.Content?
      if let text = given.value.scalar, !given.value.isNull {
        checkPersons(inText: text, of: given.value, model: model)
        content = .text(text)
      } else if let nodes = given.value.sequence {
        var rows: [[TestPlan.Given.Cell]] = []
        for node in nodes { rows += self.rows(node, from: rows.count + 1, in: model) }
        content = .rows(rows)
      } else {
        content = .rows(rows(given.value, from: 1, in: model))
      }
      return content.map { TestPlan.Given(source: index, content: $0) }
    }
  }

  /// Returns the rows of `{times, row}` or of one mapping; `{n}` counts from `first`.
  private func rows(
    _ node: YAMLNode, from first: Int, in model: SourceModel
  ) -> [[TestPlan.Given.Cell]] {
    guard let entries = node.entries else {
      report(
        .wrongShape, "a row is \(node.shape), not a mapping", at: node.range,
        label: "expected raw fields and their texts")
      return []
    }
    var template = entries
    var times = 1
    if node["row"]?.value.entries != nil || entries.allSatisfy({ $0.key == "times" }) {
      guard let keys = keyed(node, .givenRows, owner: "'given'", at: node.range),
        let row = keys["row"], let count = keys["times"]
      else { return [] }
      times = integer(count.value, of: "times", in: 1...100_000) ?? 1
      guard let cells = row.value.entries else {
        report(
          .wrongShape, "'row' is \(row.value.shape), not a mapping", at: row.value.range,
          label: "expected raw fields and their texts")
        return []
      }
      template = cells
    }
    var cells: [TestPlan.Given.Cell] = []
    for entry in template {
      let start = cells.count
      flatten(entry.value, field: entry.key, at: entry.keyRange, in: model, to: &cells)
      for cell in cells[start...] {
        checkPersons(
          inCell: TestPlan.Given.Cell(
            field: cell.field, value: cell.value.map { numbered($0, first) }),
          of: entry.value, model: model)
      }
    }
    guard cells.contains(where: { $0.value?.contains("{n}") ?? false }) else {
      return [[TestPlan.Given.Cell]](repeating: cells, count: times)
    }
    return (first..<(first + times)).map { number in
      cells.map {
        TestPlan.Given.Cell(field: $0.field, value: $0.value.map { numbered($0, number) })
      }
    }
  }

  private func numbered(_ text: String, _ number: Int) -> String {
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix("{n}") {
        result += String(number)
        rest = rest.dropFirst(3)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// Adds the cells of one raw field; lists and mappings of NDJSON become paths.
  private func flatten(
    _ node: YAMLNode, field: String, at range: SourceRange, in model: SourceModel,
    to cells: inout [TestPlan.Given.Cell]
  ) {
    if model.kind == .accessLog || model.kind == .csv, node.scalar != nil,
      rawPath(field, at: range, in: model) == nil
    {
      return
    }
    switch node.content {
    case .scalar(let text, _):
      cells.append(TestPlan.Given.Cell(field: field, value: node.isNull ? nil : text))
    case .sequence(let nodes) where model.kind == .ndjson:
      for (index, node) in nodes.enumerated() {
        // A list under `items[].price` is the price of each item, not a list of prices in the
        // first.
        var path = "\(field)[\(index)]"
        if let each = field.firstRange(of: "[]") {
          path = "\(field[..<each.lowerBound])[\(index)]\(field[each.upperBound...])"
        }
        flatten(node, field: path, at: node.range, in: model, to: &cells)
      }
    case .mapping(let entries) where model.kind == .ndjson:
      for entry in entries {
        let key = entry.key.contains { ".[]\"".contains($0) } ? "\"\(entry.key)\"" : entry.key
        flatten(entry.value, field: "\(field).\(key)", at: entry.keyRange, in: model, to: &cells)
      }
    default:
      report(
        .wrongShape, "raw field '\(field)' is \(node.shape), not a text", at: node.range,
        label: "expected a text")
    }
  }

  // MARK: - expect

  /// Whether an entry of `expect` holds counts: a table's rows are a list.
  private func isCounts(_ entry: YAMLNode.Entry) -> Bool {
    ["suppressed", "rejected"].contains(entry.key) && entry.value.entries != nil
  }

  private func bindExpected(_ entry: YAMLNode.Entry) -> [TestPlan.ExpectedTable] {
    named(entry, mayBeEmpty: true).compactMap { table in
      if isCounts(table) { return nil }
      guard let columns = expectedColumns(table) else { return nil }
      guard let nodes = list(table.value, of: table.key, mayBeEmpty: true) else { return nil }
      let rows = nodes.compactMap { expectedRow($0, table: table.key, columns: columns) }
      return TestPlan.ExpectedTable(
        table: table.key, rows: rows, line: table.keyRange.start.line)
    }
  }

  private func expectedRow(
    _ node: YAMLNode, table: String, columns: [String]
  ) -> [TestPlan.Given.Cell]? {
    guard let entries = node.entries else {
      report(
        .wrongShape, "an expected row is \(node.shape), not a mapping", at: node.range,
        label: "expected columns and their texts")
      return nil
    }
    return entries.compactMap { entry in
      guard columns.isEmpty || columns.contains(entry.key) else {
        reportUnknown(
          .unknownColumn, "no column named '\(entry.key)' leaves in table '\(table)'",
          name: entry.key, at: entry.keyRange, among: columns)
        return nil
      }
      guard let text = entry.value.scalar else {
        report(
          .wrongShape, "a cell is \(entry.value.shape), not a text", at: entry.value.range,
          label: "expected a text")
        return nil
      }
      return TestPlan.Given.Cell(field: entry.key, value: entry.value.isNull ? nil : text)
    }
  }

  /// Returns the names of the columns with which a table leaves; empty where that is not known.
  private func expectedColumns(_ table: YAMLNode.Entry) -> [String]? {
    var names: [String] = []
    var isPublished = false
    for output in outputs {
      for published in output.plan.tables where published.name == table.key {
        isPublished = true
        switch published.content {
        case .rows(let source, let columns):
          guard sources[source].broken.isEmpty else { return [] }
          names += columns.map { sources[source].columns[$0].plan.name }
        case .aggregate(let index, let columns):
          guard aggregates[index].plan != nil else { return [] }
          names += columns.map { aggregates[index].columnNames[$0] }
        }
      }
    }
    if isPublished { return names }
    let all = aggregates.map(\.name) + sources.map(\.name)
    if brokenSources.contains(table.key) || brokenAggregates.contains(table.key) { return [] }
    if all.contains(table.key) {
      report(
        .tableNotPublished, "table '\(table.key)' leaves in no output", at: table.keyRange,
        label: "nothing to compare", fix: "add it to the 'tables' of an output, or expect another")
    } else {
      reportUnknown(
        .unknownTable, "no table named '\(table.key)'", name: table.key, at: table.keyRange,
        among: all)
    }
    return nil
  }

  private func bindSuppressed(_ entry: YAMLNode.Entry) -> [(table: String, count: Int)] {
    named(entry).compactMap { table in
      guard let count = integer(table.value, of: table.key, in: 0...1_000_000_000) else {
        return nil
      }
      guard aggregates.contains(where: { $0.name == table.key }) else {
        if !brokenAggregates.contains(table.key) {
          reportUnknown(
            .unknownTable, "no aggregate named '\(table.key)'", name: table.key,
            at: table.keyRange, among: aggregates.map(\.name))
        }
        return nil
      }
      return (table.key, count)
    }
  }

  private func bindRejected(_ entry: YAMLNode.Entry) -> [TestPlan.ExpectedRejects] {
    named(entry).compactMap { given in
      guard let (index, _) = source(named: given.key, at: given.keyRange) else { return nil }
      let rules = named(given).compactMap { rule -> (rule: Rule, count: Int)? in
        guard let count = integer(rule.value, of: rule.key, in: 0...1_000_000_000) else {
          return nil
        }
        guard let known = Rule(rawValue: rule.key) else {
          reportUnknown(
            .illegalValue, "no rule named '\(rule.key)'", name: rule.key, at: rule.keyRange,
            among: Rule.allCases.map(\.rawValue))
          return nil
        }
        return (known, count)
      }
      return TestPlan.ExpectedRejects(source: index, rules: rules)
    }
  }
}
