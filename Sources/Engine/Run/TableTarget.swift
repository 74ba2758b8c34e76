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
  /// For each standing whether its records do not enter, because nothing is left of them that the
  /// table's output may use.
  var isLost: [Bool]
  /// Columns that more of its records lose than of other outputs that read them.
  var columnLosses: [ColumnLoss]
  /// Where the table is published.
  var places: [Place]

  /// The standings in which a column is null in a table.
  struct ColumnLoss: Hashable, Sendable {
    var column: Int
    var isLost: [Bool]
  }

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
              rows: columns, name: table.name,
              retention: table.retention,
              isLost: losses(columns, of: source, in: plan, for: output.mayUse),
              columnLosses: columnLosses(columns, of: source, in: plan, for: output.mayUse),
              places: [place]))
        case .aggregate(let number, _) where plan.aggregates[number].source == source:
          let isLost = losses(
            plan.aggregates[number].definition.columns, of: source, in: plan, for: output.mayUse)
          let columnLosses = columnLosses(
            plan.aggregates[number].definition.readColumns, of: source, in: plan,
            for: output.mayUse)
          let same = targets.firstIndex { target in
            if case .aggregate(number, _) = target.content {
              return target.retention == table.retention && target.isLost == isLost
                && target.columnLosses == columnLosses
            }
            return false
          }
          if let same {
            targets[same].places.append(place)
          } else {
            targets.append(
              TableTarget(
                aggregate: number, of: plan, retention: table.retention,
                isLost: isLost, columnLosses: columnLosses, places: [place]))
          }
        default: continue
        }
      }
    }
    return targets
  }

  /// Returns every table that source `source` could fill, published or not: for tests of a
  /// pipeline.
  static func all(of plan: Plan, from source: Int) -> [TableTarget] {
    let published = published(by: plan, from: source)
    func publishedOne(_ name: String) -> TableTarget? { published.first { $0.name == name } }
    let all = Array(plan.sources[source].columns.indices)
    let rows = publishedOne(plan.sources[source].name)
    var targets = [
      TableTarget(
        rows: all, name: plan.sources[source].name,
        retention: rows?.retention ?? [],
        isLost: rows?.isLost ?? losses(all, of: source, in: plan, for: nil),
        columnLosses: rows?.columnLosses ?? [], places: [])
    ]
    for (number, aggregate) in plan.aggregates.enumerated() where aggregate.source == source {
      let target = publishedOne(aggregate.definition.name)
      targets.append(
        TableTarget(
          aggregate: number, of: plan, retention: target?.retention ?? [],
          isLost: target?.isLost
            ?? losses(aggregate.definition.columns, of: source, in: plan, for: nil),
          columnLosses: target?.columnLosses ?? [], places: []))
    }
    return targets
  }

  private static func losses(
    _ columns: [Int], of source: Int, in plan: Plan, for mayUse: [Int]?
  ) -> [Bool] {
    let source = plan.sources[source]
    return PurposeLoss(plan.purposes, source: source)
      .loses(columns.map { source.columns[$0] }, for: mayUse)
  }

  private static func columnLosses(
    _ columns: [Int], of source: Int, in plan: Plan, for mayUse: [Int]
  ) -> [ColumnLoss] {
    let source = plan.sources[source]
    let loss = PurposeLoss(plan.purposes, source: source)
    return columns.compactMap { column in
      let isLost = loss.loses(source.columns[column], for: mayUse)
      return isLost == loss.loses(source.columns[column])
        ? nil : ColumnLoss(column: column, isLost: isLost)
    }
  }

  /// Returns the batch with the values taken away that this table's output may not use.
  func losing(_ batch: RecordBatch, _ standings: [UInt16]) -> RecordBatch {
    if standings.isEmpty || columnLosses.isEmpty { return batch }
    var batch = batch
    for loss in columnLosses {
      let isLost = standings.map { loss.isLost[Int($0)] }
      batch.columns[loss.column] = batch.columns[loss.column].losing(isLost)
    }
    return batch
  }

  /// Returns for each row whether it does not enter; empty where all do.
  func barred(_ standings: [UInt16]) -> [Bool] {
    standings.isEmpty || !isLost.contains(true) ? [] : standings.map { isLost[Int($0)] }
  }

  private init(
    rows columns: [Int], name: String, retention: [RetentionPlan],
    isLost: [Bool], columnLosses: [ColumnLoss], places: [Place]
  ) {
    self.name = name
    content = .rows(columns)
    self.columns = columns
    self.retention = retention
    self.isLost = isLost
    self.columnLosses = columnLosses
    self.places = places
  }

  private init(
    aggregate: Int, of plan: Plan, retention: [RetentionPlan], isLost: [Bool],
    columnLosses: [ColumnLoss], places: [Place]
  ) {
    let definition = plan.aggregates[aggregate].definition
    name = definition.name
    content = .aggregate(aggregate, definition)
    columns = definition.readColumns
    self.retention = retention
    self.isLost = isLost
    self.columnLosses = columnLosses
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
