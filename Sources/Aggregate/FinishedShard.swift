import Records

/// What one shard of a table publishes, and what the table as a whole must know of it.
package struct FinishedShard: Sendable {
  /// A published cell that may have to be suppressed to cover others.
  struct Candidate: Sendable {
    var persons: Int
    var key: [UInt8]
  }

  /// A value beyond what its form holds.
  struct Overflow: Sendable {
    var measure: Int
    var key: [UInt8]
  }

  /// The rows of published cells, or of all persons.
  var rows: [RowRun] = []
  var published = 0
  var suppressed = 0
  /// The smallest published cell and the one after it, by persons and then by key.
  private(set) var smallest: [Candidate] = []
  /// The persons of suppressed cells (`MemberSets.member(of:)`), as many as it takes to know that
  /// they are enough.
  var suppressedPersons: Set<UInt128> = []
  /// Of a table of persons with a rule, how many look alike.
  var looks = LookCounts()
  private(set) var overflows: [Overflow] = []

  init() {}

  /// Notes a published cell of that many persons.
  mutating func note(persons: Int, keyOf row: Int, in keys: borrowing RowKeys) {
    if smallest.count == 2, persons > smallest[1].persons { return }
    note(Candidate(persons: persons, key: keys.key(of: row)))
  }

  private mutating func note(_ candidate: Candidate) {
    smallest.append(candidate)
    smallest.sort { left, right in
      left.persons != right.persons
        ? left.persons < right.persons : left.key.lexicographicallyPrecedes(right.key)
    }
    if smallest.count > 2 { smallest.removeLast() }
  }

  /// Notes that a measure of a published row is beyond what its form holds.
  mutating func noteOverflow(of measure: Int, keyOf row: Int, in keys: borrowing RowKeys) {
    note(Overflow(measure: measure, key: keys.key(of: row)))
  }

  private mutating func note(_ overflow: Overflow) {
    // One cell may yet be suppressed, so two of a measure tell enough.
    if overflows.count(where: { $0.measure == overflow.measure }) < 2 { overflows.append(overflow) }
  }

  /// Adds what another shard of the table publishes.
  mutating func add(_ other: consuming FinishedShard) {
    rows += other.rows
    published += other.published
    suppressed += other.suppressed
    for candidate in other.smallest { note(candidate) }
    for overflow in other.overflows { note(overflow) }
    suppressedPersons.formUnion(other.suppressedPersons)
    looks.add(other.looks)
  }
}
