import Diagnostics
import Records

/// A source while it is compiled: its raw fields, its columns, and where they stand in the file.
final class SourceModel {
  let name: String
  let range: SourceRange
  var holding: SourcePlan.Holding?
  var reading: Reading?
  var each: RawPath?
  var projection = Projection()
  var columns: [ColumnModel] = []
  /// Columns that are declared but could not be understood.
  var broken: Set<String> = []
  var consent: SourcePlan.Consent?
  /// Whether the source names a consent field, understood or not.
  var asksConsent = false
  var objections: [SourcePlan.Objection] = []
  /// The raw fields that objections alone declare to be identifiers.
  var objectionFields: [(path: String, type: FieldType, range: SourceRange)] = []
  var hasReportedConsent = false
  var isNecessary = false
  var clock: SourcePlan.Clock?
  /// `nil` when anything of the source could not be understood.
  var plan: SourcePlan?

  init(name: String, range: SourceRange) {
    self.name = name
    self.range = range
  }

  enum Kind {
    case accessLog, csv, ndjson
  }

  var kind: Kind? {
    switch reading?.format {
    case .accessLog: .accessLog
    case .csv: .csv
    case .ndjson: .ndjson
    case nil: nil
    }
  }

  /// Returns the slot of a raw path; equal paths share one.
  func slot(of path: RawPath) -> Int {
    if let index = projection.slots.firstIndex(where: { $0.steps == path.steps }) { return index }
    projection.slots.append(path)
    return projection.slots.count - 1
  }

  /// Returns the group of a nested array and the number of a field inside its elements.
  func element(array: RawPath, field: RawPath) -> (group: Int, element: Int) {
    let group: Int
    if let index = projection.nested.firstIndex(where: { $0.array.steps == array.steps }) {
      group = index
    } else {
      projection.nested.append(Projection.Nested(array: array, elements: []))
      group = projection.nested.count - 1
    }
    let elements = projection.nested[group].elements
    if let index = elements.firstIndex(where: { $0.steps == field.steps }) {
      return (group, index)
    }
    projection.nested[group].elements.append(field)
    return (group, elements.count)
  }

  func column(_ name: String) -> (index: Int, model: ColumnModel)? {
    guard let index = columns.firstIndex(where: { $0.plan.name == name }) else { return nil }
    return (index, columns[index])
  }
}

/// A column while it is compiled.
struct ColumnModel {
  var plan: ColumnPlan
  /// Where its name stands.
  var range: SourceRange
  /// The declared types of its raw fields.
  var types: [FieldType]
  /// Whether its values were rounded or put into bands.
  var isCoarse: Bool

  /// The domain of its tokens: only equal domains join.
  var domain: String {
    if case .all = plan.origin { return "tuple" }
    return plan.fieldType.rawValue
  }

  var isPseudonym: Bool { plan.key != nil }
}
