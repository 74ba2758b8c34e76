import PipelineFile
import Pseudonymise
import Records

/// When the secrets of some pipelines' keys may go, and which tables carry their tokens.
struct KeySchedule: Sendable {
  private let plans: [Plan]
  private let carried: CarriedKeys

  init(_ plans: [Plan], carried: CarriedKeys) {
    self.plans = plans
    self.carried = carried
  }

  /// The tables as `output/table` in which tokens of the key leave, in the pipelines' order, then
  /// those in which some of the epoch lie.
  func tables(of key: String, _ epoch: Epoch) -> [String] {
    let names = carriers(of: key).map { "\($0.output.name)/\($0.table.name)" }
    return (names + carried.tables(of: epoch, of: key)).reduce(into: []) { all, name in
      if !all.contains(name) { all.append(name) }
    }
  }

  /// The last day on which the secret of an epoch is still needed, or `nil` where no pipeline says.
  ///
  /// `keys.<name>.keep` after the epoch's end; else as long as any table with its tokens may hold
  /// an event of the epoch's last day, and any partition with its tokens may lie there; else, where
  /// no token leaves, as long as its records may come.
  func dueAfter(_ epoch: Epoch, of name: String) -> CivilDate? {
    // Without pipelines nobody knows which records are still to come.
    guard let lastDay = epoch.lastDay, !plans.isEmpty else { return nil }
    let last = CivilDate(days: lastDay)
    let planned = plans.compactMap { plan -> CivilDate? in
      guard let number = plan.keys.firstIndex(where: { $0.name == name }) else { return nil }
      if let keep = plan.keys[number].keep { return last.adding(keep) }
      let tables = KeySchedule.carriers(of: number, in: plan).map { $0.table.end(for: last) }
      return tables.max()
        ?? plan.sources.filter { $0.columns.contains { $0.key == number } }
        .map { last.adding($0.window) }.max() ?? last
    }.max()
    // Who has said how long a key lives wants it gone before the tables.
    let isStated = plans.contains { $0.keys.contains { $0.name == name && $0.keep != nil } }
    let lying = isStated ? nil : carried.lastDay(of: epoch, of: name)
    return [planned, lying].compactMap { $0 }.max()
  }

  private func carriers(of name: String) -> [(output: OutputPlan, table: OutputPlan.Table)] {
    plans.flatMap { plan in
      plan.keys.firstIndex { $0.name == name }.map { KeySchedule.carriers(of: $0, in: plan) } ?? []
    }
  }

  private static func carriers(
    of key: Int, in plan: Plan
  ) -> [(output: OutputPlan, table: OutputPlan.Table)] {
    plan.outputs.flatMap { output in
      output.tables.filter { $0.tokenColumns(in: plan).contains { $0.key == key } }
        .map { (output, $0) }
    }
  }
}

extension Plan {
  /// The audience that the tokens of each of these keys reach, if any, by the key's name; the
  /// compiler sees to it that it is one.
  func audiences(of names: Set<String>) -> [String: String] {
    var audiences: [String: String] = [:]
    for output in outputs {
      for column in output.tables.flatMap({ $0.tokenColumns(in: self) })
      where names.contains(keys[column.key].name) {
        audiences[keys[column.key].name] = OutputPlan.folded(audience: output.audience)
      }
    }
    return audiences
  }
}

/// A column of a published table that holds tokens.
struct TokenColumn: Sendable {
  /// Its name in the table.
  var name: String
  /// Position of the key among the plan's.
  var key: Int
  /// The types that were hashed: one, or the parts of a tuple in their order.
  var types: [FieldType]
  var isTuple: Bool

  /// `nil` for a column without a pseudonym.
  init?(_ column: ColumnPlan) {
    guard let key = column.key else { return nil }
    name = column.name
    self.key = key
    if case .all(_, let types) = column.origin {
      self.types = types
      isTuple = true
    } else {
      types = [column.fieldType]
      isTuple = false
    }
  }
}

extension OutputPlan.Table {
  /// The columns of the table that hold tokens, in its order; none in a table of cells.
  func tokenColumns(in plan: Plan) -> [TokenColumn] {
    switch content {
    case .rows(let source, let columns):
      return columns.compactMap { TokenColumn(plan.sources[source].columns[$0]) }
    case .aggregate(let number, let columns):
      let aggregate = plan.aggregates[number]
      guard case .per(let person) = aggregate.definition.shape, columns.contains(0) else {
        return []
      }
      return TokenColumn(plan.sources[aggregate.source].columns[person]).map { [$0] } ?? []
    }
  }
}
