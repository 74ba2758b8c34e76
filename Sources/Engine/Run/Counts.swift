package import Records

/// What became of the records of a source: read = the sum of all others.
package struct RecordCounts: Hashable, Sendable {
  package var read = 0
  package var kept = 0
  package var rejected = 0
  package var noConsent = 0
  package var filtered = 0
  package var late = 0
  package var expired = 0

  package init() {}

  package static func += (left: inout RecordCounts, right: RecordCounts) {
    left.read += right.read
    left.kept += right.kept
    left.rejected += right.rejected
    left.noConsent += right.noConsent
    left.filtered += right.filtered
    left.late += right.late
    left.expired += right.expired
  }

  /// Whether of every record that was read it is told what became of it.
  package var isConserved: Bool {
    read == kept + rejected + noConsent + filtered + late + expired
  }
}

/// Counts by rule, as small as the number of rules.
package struct RuleCounts: Hashable, Sendable {
  private var counts = [Int](repeating: 0, count: Rule.allCases.count)

  package init() {}

  package subscript(rule: Rule) -> Int {
    get { counts[RuleCounts.position(of: rule)] }
    set { counts[RuleCounts.position(of: rule)] = newValue }
  }

  private static func position(of rule: Rule) -> Int {
    Rule.allCases.firstIndex(of: rule) ?? 0
  }

  package var total: Int { counts.reduce(0, +) }

  /// The rules that occurred, in the order of `Rule`.
  package var entries: [(rule: Rule, count: Int)] {
    zip(Rule.allCases, counts).filter { $0.1 > 0 }.map { (rule: $0.0, count: $0.1) }
  }

  package static func += (left: inout RuleCounts, right: RuleCounts) {
    for index in left.counts.indices { left.counts[index] += right.counts[index] }
  }
}
