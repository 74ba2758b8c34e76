/// Who holds all published cells of a source and reckons with them.
///
/// He knows how the cells are made and which records each covers: a set of *atoms*, the finest
/// pieces (night, day, category, region) that the records can be cut into. Of each cell he knows
/// between which bounds its lines and its distinct persons lie. From cells that lie in others he
/// forms differences, and of differences differences, until he learns nothing more. He has found
/// something when a difference is proved to hold somebody, and fewer than `least` persons.
struct CellAttacker {
  struct Cell: Hashable {
    /// Ascending.
    var atoms: [Int]
    var lines: ClosedRange<Int>
    var persons: ClosedRange<Int>
    /// What it is, for the failure of a test.
    var name: String
  }

  struct Finding: Hashable, CustomStringConvertible {
    var name: String
    var atoms: [Int]
    var persons: ClosedRange<Int>
    var description: String { "\(name): \(persons) persons" }
  }

  let least: Int
  private var known: [[Int]: Cell] = [:]
  /// The cells by their first atom: parts of a set of atoms are looked up under each of them.
  private var byFirst: [Int: [[Int]]] = [:]

  init(least: Int) { self.least = least }

  /// Takes note of a cell; what he knew of the same atoms only becomes narrower.
  ///
  /// Returns whether he learned anything.
  @discardableResult
  mutating func learn(_ cell: Cell) -> Bool {
    var cell = cell
    // As many persons as lines at most, and somebody where there is a line.
    let most = min(cell.persons.upperBound, cell.lines.upperBound)
    let fewest = max(cell.persons.lowerBound, cell.lines.lowerBound > 0 ? 1 : 0)
    guard fewest <= most else { return false }
    cell.persons = fewest...most
    guard let old = known[cell.atoms] else {
      known[cell.atoms] = cell
      byFirst[cell.atoms.first ?? -1, default: []].append(cell.atoms)
      return true
    }
    let lines = old.lines.clamped(to: cell.lines)
    let persons = old.persons.clamped(to: cell.persons)
    if lines == old.lines, persons == old.persons { return false }
    known[cell.atoms]?.lines = lines
    known[cell.atoms]?.persons = persons
    return true
  }

  /// Reckons until nothing is learned any more; returns what he has found.
  mutating func findings() -> [Finding] {
    for _ in 0..<4 {
      var hasLearned = false
      for whole in known.values.sorted(by: CellAttacker.precedes) {
        for rest in remainders(of: whole) where learn(rest) { hasLearned = true }
      }
      if !hasLearned { break }
    }
    var findings: [Finding] = []
    for cell in known.values.sorted(by: CellAttacker.precedes) {
      if cell.persons.lowerBound > 0, cell.persons.upperBound < least {
        findings.append(Finding(name: cell.name, atoms: cell.atoms, persons: cell.persons))
      }
    }
    return findings
  }

  /// Larger cells first, so that as much as possible is taken off at once; then by their atoms.
  private static func precedes(_ left: Cell, _ right: Cell) -> Bool {
    if left.atoms.count != right.atoms.count { return left.atoms.count > right.atoms.count }
    return left.atoms.lexicographicallyPrecedes(right.atoms)
  }

  /// What is left of a cell without its parts: without each one, and without as many as fit.
  private func remainders(of whole: Cell) -> [Cell] {
    let atoms = Set(whole.atoms)
    var parts: [Cell] = []
    for first in whole.atoms {
      for key in byFirst[first] ?? [] where key.count < atoms.count && atoms.isSuperset(of: key) {
        if let part = known[key] { parts.append(part) }
      }
    }
    parts.sort(by: CellAttacker.precedes)
    guard !parts.isEmpty else { return [] }
    var rests = parts.count <= 64 ? parts.map { less(whole, [$0]) } : []
    var left = atoms
    var taken: [Cell] = []
    for part in parts where left.isSuperset(of: part.atoms) && left.count > part.atoms.count {
      left.subtract(part.atoms)
      taken.append(part)
    }
    rests.append(less(whole, taken))
    return rests.filter { !$0.atoms.isEmpty }
  }

  /// The difference of a cell and disjoint parts of it.
  private func less(_ whole: Cell, _ parts: [Cell]) -> Cell {
    var atoms = Set(whole.atoms)
    var lines = (whole.lines.lowerBound, whole.lines.upperBound)
    var persons = whole.persons.lowerBound
    for part in parts {
      atoms.subtract(part.atoms)
      lines.0 -= part.lines.upperBound
      lines.1 -= part.lines.lowerBound
      persons -= part.persons.upperBound
    }
    let most = max(0, lines.1)
    let fewest = min(max(0, lines.0), most)
    let mostPersons = whole.persons.upperBound
    let fewestPersons = min(max(0, persons), mostPersons)
    return Cell(
      atoms: atoms.sorted(), lines: fewest...most, persons: fewestPersons...mostPersons,
      name: "\(whole.name) less \(parts.count) parts")
  }
}
