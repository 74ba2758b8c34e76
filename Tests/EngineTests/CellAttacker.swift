/// Who holds all published cells of a source and reckons with them.
///
/// He knows how the cells are made and which records each covers: a set of *pieces*, the finest
/// (night, day, category, region) that the records can be cut into. Of each set he knows between
/// which bounds its lines and its distinct persons lie. From sets that lie in others he forms
/// differences, and of differences differences, until he learns nothing more. He has found
/// something when a set is proved to hold somebody, and fewer than `least` persons.
struct CellAttacker {
  struct Cell: Hashable, CustomStringConvertible {
    /// Ascending.
    var pieces: [Int]
    var lines: ClosedRange<Int>
    var persons: ClosedRange<Int>
    /// What it is, for the failure of a test.
    var name: String
    var description: String { "\(name): \(persons) persons" }
  }

  let least: Int
  private var known: [[Int]: Cell] = [:]
  /// The sets by their first piece: parts of a set are looked up under each of its pieces.
  private var byFirst: [Int: [[Int]]] = [:]

  init(least: Int) { self.least = least }

  /// All that he knows.
  var cells: [Cell] { known.values.sorted(by: CellAttacker.precedes) }

  /// What is proved to hold somebody, and too few.
  var findings: [Cell] {
    cells.filter { $0.persons.lowerBound > 0 && $0.persons.upperBound < least }
  }

  /// Takes note of a cell; what he knew of the same pieces only becomes narrower.
  ///
  /// Returns whether he learned anything.
  @discardableResult
  mutating func learn(_ cell: Cell) -> Bool {
    var cell = cell
    // As many persons as lines at most, and somebody where there is a line.
    let most = min(cell.persons.upperBound, cell.lines.upperBound)
    let fewest = max(cell.persons.lowerBound, cell.lines.lowerBound > 0 ? 1 : 0)
    guard fewest <= most, !cell.pieces.isEmpty else { return false }
    cell.persons = fewest...most
    guard let old = known[cell.pieces] else {
      known[cell.pieces] = cell
      byFirst[cell.pieces[0], default: []].append(cell.pieces)
      return true
    }
    let lines = old.lines.clamped(to: cell.lines)
    let persons = old.persons.clamped(to: cell.persons)
    if lines == old.lines, persons == old.persons { return false }
    known[cell.pieces]?.lines = lines
    known[cell.pieces]?.persons = persons
    return true
  }

  /// Reckons until nothing is learned any more, or for so many rounds.
  mutating func reckon(rounds: Int = 4) {
    for _ in 0..<rounds {
      var hasLearned = false
      for whole in cells {
        for rest in remainders(of: whole) where learn(rest) { hasLearned = true }
      }
      if !hasLearned { break }
    }
  }

  /// Larger sets first, so that as much as possible is taken off at once; then by their pieces.
  private static func precedes(_ left: Cell, _ right: Cell) -> Bool {
    if left.pieces.count != right.pieces.count { return left.pieces.count > right.pieces.count }
    return left.pieces.lexicographicallyPrecedes(right.pieces)
  }

  /// What is left of a set without its parts: without each of the largest, and without as many as
  /// fit beside each other.
  private func remainders(of whole: Cell) -> [Cell] {
    let pieces = Set(whole.pieces)
    var parts: [Cell] = []
    for first in whole.pieces {
      for key in byFirst[first] ?? []
      where key.count < pieces.count && pieces.isSuperset(of: key) {
        if let part = known[key] { parts.append(part) }
      }
    }
    guard !parts.isEmpty else { return [] }
    parts.sort(by: CellAttacker.precedes)
    var rests = parts.prefix(16).map { less(whole, [$0]) }
    var left = pieces
    var taken: [Cell] = []
    for part in parts where left.isSuperset(of: part.pieces) {
      left.subtract(part.pieces)
      taken.append(part)
    }
    rests.append(less(whole, taken))
    return rests
  }

  /// The difference of a set and disjoint parts of it.
  private func less(_ whole: Cell, _ parts: [Cell]) -> Cell {
    var pieces = Set(whole.pieces)
    var fewestLines = whole.lines.lowerBound
    var mostLines = whole.lines.upperBound
    var persons = whole.persons.lowerBound
    for part in parts {
      pieces.subtract(part.pieces)
      fewestLines -= part.lines.upperBound
      mostLines -= part.lines.lowerBound
      persons -= part.persons.upperBound
    }
    mostLines = max(0, mostLines)
    return Cell(
      pieces: pieces.sorted(), lines: min(max(0, fewestLines), mostLines)...mostLines,
      persons: min(max(0, persons), whole.persons.upperBound)...whole.persons.upperBound,
      name: "\(whole.name) less \(parts.count) parts")
  }
}
