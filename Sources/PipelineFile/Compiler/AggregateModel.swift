import Diagnostics
import Records

/// An aggregate while it is compiled.
struct AggregateModel {
  var name: String
  var range: SourceRange
  var source: Int
  /// Names of its finished columns, as far as they are known: keys, then measures.
  var columnNames: [String]
  /// For each finished column the position of the key whose tokens it carries.
  var tokenKeys: [Int?]
  /// `nil` when anything of the table could not be understood.
  var plan: AggregatePlan?
}

/// An output while it is compiled.
struct OutputModel {
  var plan: OutputPlan
  var range: SourceRange
}
