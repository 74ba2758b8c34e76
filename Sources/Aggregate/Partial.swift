package import Bytes
package import Records

/// The partial aggregate of one table: what one worker saw of one item, or several of them merged.
///
/// Batches are added in any order, partials merged in any tree: the finished table is the same.
/// Nothing is rounded, banded or suppressed before `finish`, so a partial holds small groups and
/// must not be published.
///
/// Values of identity columns are told apart by their fingerprints, others by fingerprints of
/// their bytes: partials meet only under one fingerprint key.
package struct Partial: Sendable {
  let plan: TablePlan
  let key: FingerprintKey

  // Of a group table.
  var dictionaries: [KeyDictionary]
  var groups: GroupIndex

  // Of a table of persons: person `i` has number `i + 1` and token `tokens[i]`.
  var people = FingerprintTable()
  var tokens: [UInt128] = []

  var accumulators: Accumulators
  /// For each distinct column the values that each cell has of it.
  var sets: [MemberSets]
  var personSums: PersonSums

  /// Creates an empty partial of the table `definition` over the source's `columns`.
  ///
  /// `zone` reads times in conditions; `fingerprints` is the run's key.
  package init(
    definition: AggregateDefinition, columns: [TableColumn], zone: Zone,
    fingerprints: FingerprintKey
  ) {
    self.init(
      plan: TablePlan(definition: definition, columns: columns, zone: zone), key: fingerprints)
  }

  init(plan: TablePlan, key: FingerprintKey) {
    self.plan = plan
    self.key = key
    dictionaries = plan.keys.map { KeyDictionary(isText: $0.isText) }
    groups = GroupIndex(keyCount: plan.keys.count)
    accumulators = Accumulators(fields: plan.fields)
    sets = plan.distinctColumns.map { _ in MemberSets() }
    personSums = PersonSums(columnCount: plan.judgedColumns.count)
  }

  /// The memory this partial takes, about.
  package var byteCount: Int {
    dictionaries.reduce(groups.byteCount) { $0 + $1.byteCount } + people.byteCount
      + 16 * tokens.capacity + accumulators.byteCount + personSums.byteCount
      + sets.reduce(0) { $0 + $1.byteCount }
  }

  /// The groups or persons seen so far.
  package var cellCount: Int { plan.person == nil ? groups.count : people.count }

  /// Makes room for the state of every cell.
  mutating func growToCells() {
    accumulators.grow(to: cellCount)
    for index in sets.indices { sets[index].grow(to: cellCount) }
  }

  /// Gives back what repeats itself in the sets takes, where that may be much of it.
  mutating func compact() {
    for index in sets.indices { sets[index].compact() }
  }

  /// Counts the members of all sets, when no further row is added.
  mutating func settle() {
    for index in sets.indices { sets[index].settle() }
  }

  /// Counts the members of all sets, and puts those of each together.
  mutating func groupMembers() {
    for index in sets.indices { sets[index].group() }
  }
}
