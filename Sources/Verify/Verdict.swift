import Records

/// What was found in one part of a file, or in all of it; parts are added in the file's order.
package struct Verdict: Sendable {
  /// Where a flaw or a suspect stands.
  package struct Place: Hashable, Sendable {
    package var column: Int
    /// From 0.
    package var row: Int

    package init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }

  private struct Mark: Hashable {
    var flaw: Flaw
    var column: Int?
  }

  package private(set) var rowCount = 0
  private var marks: [Mark: (row: Int?, count: Int)] = [:]
  /// Texts that the filter of identifiers takes for known, each with its first place.
  package private(set) var suspects: [[UInt8]: Place] = [:]
  /// Whether there were more suspects than are kept.
  package private(set) var hasMoreSuspects = false
  /// Of a table of persons: how many look the same, by a fingerprint of how they look.
  private var alike: [UInt128: (row: Int, count: Int)] = [:]

  /// So many suspects are settled at the most; a filter of fixed size has few that are none.
  package static let suspectLimit = 1 << 16

  package init() {}

  /// Whether nothing at all was found.
  package var isClean: Bool { marks.isEmpty && suspects.isEmpty && alike.isEmpty }

  package mutating func note(_ flaw: Flaw, column: Int? = nil, row: Int? = nil, count: Int = 1) {
    let mark = Mark(flaw: flaw, column: column)
    if let known = marks[mark] {
      marks[mark] = (earlier(known.row, row), known.count + count)
    } else {
      marks[mark] = (row, count)
    }
  }

  mutating func suspect(_ text: [UInt8], at place: Place) {
    if let known = suspects[text] {
      if place.row < known.row { suspects[text] = place }
    } else if suspects.count < Verdict.suspectLimit {
      suspects[text] = place
    } else {
      hasMoreSuspects = true
    }
  }

  mutating func noteAlike(_ look: UInt128, row: Int) {
    let known = alike[look]
    alike[look] = (known?.row ?? row, (known?.count ?? 0) + 1)
  }

  mutating func close(rowCount: Int) { self.rowCount = rowCount }

  /// Adds what was found in the part that follows.
  package mutating func add(_ next: Verdict) {
    for (mark, found) in next.marks {
      note(
        mark.flaw, column: mark.column, row: found.row.map { $0 + rowCount }, count: found.count)
    }
    for (text, place) in next.suspects {
      suspect(text, at: Place(column: place.column, row: place.row + rowCount))
    }
    hasMoreSuspects = hasMoreSuspects || next.hasMoreSuspects
    for (look, found) in next.alike {
      let known = alike[look]
      alike[look] = (known?.row ?? found.row + rowCount, (known?.count ?? 0) + found.count)
    }
    rowCount += next.rowCount
  }

  /// Turns suspects into findings: those of `identifiers`, or all of them where `nil`.
  package mutating func settle(_ identifiers: Set<[UInt8]>?) {
    for (text, place) in suspects where identifiers?.contains(text) ?? true {
      note(.identifier, column: place.column, row: place.row)
    }
    suspects = [:]
  }

  /// Returns all findings, in the order of the file.
  package func findings(_ contract: TableContract) -> [Finding] {
    var all = self
    if let least = contract.leastAlike {
      for (_, found) in alike where found.count < least {
        all.note(.smallCell, row: found.row, count: found.count)
      }
    }
    let sorted = all.marks.sorted { one, other in
      let (a, b) = (one.value.row ?? -1, other.value.row ?? -1)
      if a != b { return a < b }
      let (c, d) = (one.key.column ?? -1, other.key.column ?? -1)
      return c != d ? c < d : one.key.flaw.description < other.key.flaw.description
    }
    return sorted.map { mark, found in
      Finding(
        mark.flaw, column: mark.column.map { contract.columns[$0].name },
        row: found.row.map { $0 + 1 }, rowCount: found.count)
    }
  }

  private func earlier(_ one: Int?, _ other: Int?) -> Int? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }
}
