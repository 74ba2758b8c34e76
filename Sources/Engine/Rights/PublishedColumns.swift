import Emit
import PipelineFile
import Records

/// What one published partition is made of: as its data package says, or as its table is today
/// where no package tells.
struct PublishedColumns: Sendable {
  /// The columns that hold tokens, by name.
  let tokens: [String]
  /// Of a table of persons with small-cell protection: how many look alike at the least.
  let leastAlike: Int?

  init(_ listed: Partition?, _ table: OutputPlan.Table, in plan: Plan) {
    if let listed, let fields = listed.fields, fields.allSatisfy({ $0.cells != nil }) {
      tokens = fields.filter { $0.cells?.form == .token }.map(\.name)
      leastAlike = listed.smallCells.flatMap { $0.areRows ? $0.least : nil }
      return
    }
    tokens = table.tokenColumns(in: plan).map(\.name)
    if case .aggregate(let number, _) = table.content,
      case .least(let rule) = plan.aggregates[number].definition.protection
    {
      leastAlike = rule.least
    } else {
      leastAlike = nil
    }
  }
}
