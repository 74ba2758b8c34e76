import Bytes
import Records

/// What the definition of an aggregate means for the columns of its source, worked out once.
struct TablePlan: Sendable {
  struct Key: Sendable {
    var column: Int
    var isText: Bool
  }

  /// Where the state of a measure lies.
  enum Slot: Sendable {
    /// In the member sets of this distinct column.
    case members(Int)
    /// In this field of the accumulators.
    case field(Int)
  }

  let definition: AggregateDefinition
  /// The group keys; empty for a table of persons.
  let keys: [Key]
  /// Positions among `keys` of those that say where a cell belongs (`CellRoute`).
  ///
  /// Cells that may be folded into one written `other` differ in the last text key alone, so that
  /// one is left out: they stay together.
  let routingKeys: [Int]
  /// The column whose values are the rows of a table of persons.
  let person: Int?
  let filters: [RowFilter]
  /// The columns whose distinct values are counted, each once.
  let distinctColumns: [Int]
  /// Position among `distinctColumns` of the column that `k` counts.
  let persons: Int?
  /// For each measure its state.
  let slots: [Slot]
  let fields: [Accumulators.Field]
  /// With `dominance`, the columns of the summed measures, each once; else empty.
  let judgedColumns: [Int]
  /// Names and types of the finished columns.
  let output: [TableColumn]
  /// Scale of each measured column; 0 where there is none.
  let scales: [Int]
  /// Whether each measured column is a decimal, so that its mean keeps its places.
  let isDecimal: [Bool]
  /// Stands for definition and columns in a serialised partial.
  let signature: UInt128

  init(definition: AggregateDefinition, columns: [TableColumn], zone: Zone) {
    self.definition = definition
    switch definition.shape {
    case .group(let group):
      keys = group.map { Key(column: $0, isText: columns[$0].type.form == .text) }
      person = nil
    case .per(let column):
      keys = []
      person = column
    }
    var folded: Int?
    if case .least(let rule) = definition.protection, rule.below == .other {
      folded = keys.lastIndex { $0.isText }
    }
    routingKeys = keys.indices.filter { $0 != folded }
    filters = definition.conditions.map { condition in
      RowFilter(condition, form: columns[condition.column].type.form, zone: zone)
    }
    var distinct: [Int] = []
    func position(of column: Int) -> Int {
      if let known = distinct.firstIndex(of: column) { return known }
      distinct.append(column)
      return distinct.count - 1
    }
    var fields: [Accumulators.Field] = []
    var offset = 0
    slots = definition.measures.enumerated().map { number, measure in
      let kind: Accumulators.Kind
      switch measure.operation {
      case .distinct: return .members(position(of: measure.column ?? 0))
      case .count: kind = .count
      case .sum, .mean: kind = .sum
      case .min: kind = .minimum
      case .max: kind = .maximum
      }
      fields.append(
        Accumulators.Field(kind: kind, offset: offset, column: measure.column, measure: number))
      offset += kind.wordCount
      return .field(fields.count - 1)
    }
    self.fields = fields
    var judged: [Int] = []
    if person == nil, case .least(let rule) = definition.protection {
      // Without persons to count nothing may be published.
      guard let of = rule.of else { preconditionFailure("the rule of a group names its persons") }
      persons = position(of: of)
      if rule.dominance != nil {
        judged = definition.summedColumns
        judged += definition.judged.filter { !judged.contains($0) }
      }
    } else {
      persons = nil
    }
    distinctColumns = distinct
    judgedColumns = judged
    output = definition.output(source: columns.map { ($0.name, $0.type) })
    scales = definition.measures.map { measure in
      measure.operation == .distinct
        ? 0 : measure.column.map { columns[$0].type.form.scale } ?? 0
    }
    isDecimal = definition.measures.map { measure in
      guard let column = measure.column, case .decimal = columns[column].type.form else {
        return false
      }
      return true
    }
    signature = TablePlan.signature(of: definition, columns: columns, zone: zone)
  }

  /// The rule for small cells, or `nil` where every cell is published.
  var rule: AggregateDefinition.KRule? {
    if case .least(let rule) = definition.protection { return rule }
    return nil
  }

  func finishedMeasure(_ number: Int) -> FinishedMeasure {
    FinishedMeasure(
      definition.measures[number], scale: scales[number], isDecimal: isDecimal[number])
  }

  private static func signature(
    of definition: AggregateDefinition, columns: [TableColumn], zone: Zone
  ) -> UInt128 {
    var parts = [definition.name, zone.name]
    for condition in definition.conditions {
      parts.append("where \(condition.column) \(condition.values.count)")
      parts += condition.values
    }
    switch definition.shape {
    case .group(let group): parts.append("group \(group)")
    case .per(let column): parts.append("per \(column)")
    }
    for measure in definition.measures {
      parts.append(measure.name)
      parts.append("\(measure.operation.rawValue) \(measure.column ?? -1)")
      parts.append("\(measure.clamp.map { [$0.lowerBound, $0.upperBound] } ?? [])")
      parts.append("\(measure.round ?? 0) \(measure.bands ?? [])")
    }
    switch definition.protection {
    case .none: parts.append("none")
    case .least(let rule):
      parts.append("\(rule.least) \(rule.of ?? -1) \(rule.below.rawValue) \(rule.dominance ?? -1)")
    }
    parts.append("judged \(definition.judged)")
    for number in definition.readColumns {
      let form = columns[number].type.form
      parts.append(columns[number].name)
      parts.append("\(form == .text) \(form == .token) \(form.isNumber) \(form.scale)")
    }
    var bytes: [UInt8] = []
    for part in parts {
      // The length in front keeps neighbours apart.
      bytes.append(contentsOf: "\(part.utf8.count):\(part)".utf8)
    }
    return FingerprintKey(k0: 0, k1: 0).fingerprint(bytes, from: 0, count: bytes.count)
  }
}
