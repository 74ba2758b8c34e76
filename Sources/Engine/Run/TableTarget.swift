import PipelineFile
import Records

/// A table that a run fills: the rows of a source or an aggregate, with what may enter it.
struct TableTarget: Sendable {
  /// An output and the position of the table in it.
  struct Place: Hashable, Sendable {
    var output: Int
    var table: Int
  }

  enum Content: Sendable {
    /// Source columns by position.
    case rows([Int])
    case aggregate(Int, AggregateDefinition)
  }

  var name: String
  var content: Content
  /// Positions of the source columns it reads.
  var columns: [Int]
  /// Retention of the table; empty in tests of a pipeline where no output names the table.
  var retention: [RetentionPlan]
  /// Whether all its columns rest on consent alone: records without consent do not enter.
  var needsConsent: Bool
  /// Where the table is published.
  var places: [Place]

  /// Returns the last date on which the table may hold an event of `date`, if there is one.
  func end(for date: CivilDate) -> CivilDate? { retention.map { $0.end(for: date) }.min() }

  /// Returns the tables that the outputs of `plan` take from source `source`.
  ///
  /// An aggregate that several outputs take under the same retention is computed once.
  static func published(by plan: Plan, from source: Int) -> [TableTarget] {
    var targets: [TableTarget] = []
    for (outputNumber, output) in plan.outputs.enumerated() {
      for (tableNumber, table) in output.tables.enumerated() {
        let place = Place(output: outputNumber, table: tableNumber)
        switch table.content {
        case .rows(let owner, let columns) where owner == source:
          targets.append(
            TableTarget(
              rows: columns, of: plan.sources[source], name: table.name,
              retention: table.retention, places: [place]))
        case .aggregate(let number, _) where plan.aggregates[number].source == source:
          let same = targets.firstIndex { target in
            if case .aggregate(number, _) = target.content {
              return target.retention == table.retention
            }
            return false
          }
          if let same {
            targets[same].places.append(place)
          } else {
            targets.append(
              TableTarget(
                aggregate: number, of: plan, retention: table.retention, places: [place]))
          }
        default: continue
        }
      }
    }
    return targets
  }

  /// Returns every table that source `source` could fill, published or not: for tests of a pipeline.
  static func all(of plan: Plan, from source: Int) -> [TableTarget] {
    let published = published(by: plan, from: source)
    var targets = [
      TableTarget(
        rows: Array(plan.sources[source].columns.indices), of: plan.sources[source],
        name: plan.sources[source].name,
        retention: published.first { $0.name == plan.sources[source].name }?.retention ?? [],
        places: [])
    ]
    for (number, aggregate) in plan.aggregates.enumerated() where aggregate.source == source {
      targets.append(
        TableTarget(
          aggregate: number, of: plan,
          retention: published.first { $0.name == aggregate.definition.name }?.retention ?? [],
          places: []))
    }
    return targets
  }

  private init(
    rows columns: [Int], of source: SourcePlan, name: String, retention: [RetentionPlan],
    places: [Place]
  ) {
    self.name = name
    content = .rows(columns)
    self.columns = columns
    self.retention = retention
    needsConsent = columns.allSatisfy { source.columns[$0].restsOnConsentAlone }
    self.places = places
  }

  private init(aggregate: Int, of plan: Plan, retention: [RetentionPlan], places: [Place]) {
    let definition = plan.aggregates[aggregate].definition
    let source = plan.sources[plan.aggregates[aggregate].source]
    name = definition.name
    content = .aggregate(aggregate, definition)
    columns = definition.columns
    self.retention = retention
    needsConsent = definition.columns.allSatisfy { source.columns[$0].restsOnConsentAlone }
    self.places = places
  }

  var rowColumns: [Int]? {
    if case .rows(let columns) = content { return columns }
    return nil
  }

  var definition: AggregateDefinition? {
    if case .aggregate(_, let definition) = content { return definition }
    return nil
  }
}
