/// One aggregate table: which rows enter, how they are grouped, what is measured, how many persons
/// a cell needs. Column numbers are positions among the source's columns.
package struct AggregateDefinition: Hashable, Sendable {
  package enum Shape: Hashable, Sendable {
    /// One row a cell, sorted by the keys; null is a key of its own.
    case group([Int])
    /// One row a person: the pseudonym column's value.
    case per(Int)
  }

  package struct Measure: Hashable, Sendable {
    package enum Operation: String, CaseIterable, Sendable {
      case count, distinct, sum, min, max, mean
    }

    package var name: String
    package var operation: Operation
    /// The measured column; `nil` for `count`.
    package var column: Int?
    /// What is done to the finished value, in this order: clamp, round, bands.
    package var clamp: ClosedRange<Int64>?
    package var round: Int64?
    /// Integer bounds, ascending; half-open: 49.50 is `0–49`.
    package var bands: [Int64]?

    package init(
      name: String, operation: Operation, column: Int? = nil, clamp: ClosedRange<Int64>? = nil,
      round: Int64? = nil, bands: [Int64]? = nil
    ) {
      self.name = name
      self.operation = operation
      self.column = column
      self.clamp = clamp
      self.round = round
      self.bands = bands
    }
  }

  package enum Protection: Hashable, Sendable {
    /// No cell needs a number of persons, for a stated reason.
    case none(reason: String)
    case least(KRule)
  }

  package struct KRule: Hashable, Sendable {
    package enum Below: String, CaseIterable, Sendable {
      case suppress, other
    }

    /// Distinct persons a cell needs.
    package var least: Int
    /// The pseudonym column that is counted; `nil` for `per` tables, where rows are persons.
    package var of: Int?
    package var below: Below
    /// The share of a summed measure, in millionths, above which one person dominates a cell.
    package var dominance: Int?

    package init(least: Int, of: Int?, below: Below, dominance: Int? = nil) {
      self.least = least
      self.of = of
      self.below = below
      self.dominance = dominance
    }
  }

  /// `where:` a row enters when the text of the column is one of the values (numbers and dates by
  /// their canonical text).
  package struct Condition: Hashable, Sendable {
    package var column: Int
    package var values: [String]

    package init(column: Int, values: [String]) {
      self.column = column
      self.values = values
    }
  }

  package var name: String
  package var conditions: [Condition]
  package var shape: Shape
  package var measures: [Measure]
  package var protection: Protection
  /// With `dominance`, columns that are judged besides the table's own sums, ascending.
  ///
  /// Tables of one audience over the same cells judge what all of them sum, so that each suppresses
  /// what the others do.
  package var judged: [Int] = []

  package init(
    name: String, conditions: [Condition] = [], shape: Shape, measures: [Measure],
    protection: Protection
  ) {
    self.name = name
    self.conditions = conditions
    self.shape = shape
    self.measures = measures
    self.protection = protection
  }

  /// The key columns, or the person column.
  package var keys: [Int] {
    switch shape {
    case .group(let columns): columns
    case .per(let column): [column]
    }
  }

  /// The columns of the table's sums, each once, in the order of the measures.
  package var summedColumns: [Int] {
    var columns: [Int] = []
    for measure in measures where measure.operation == .sum {
      if let column = measure.column, !columns.contains(column) { columns.append(column) }
    }
    return columns
  }

  /// All source columns the table reads, ascending: what it tells of and what is judged besides.
  package var readColumns: [Int] { Set(columns).union(judged).sorted() }

  /// All source columns that the table tells of, ascending.
  package var columns: [Int] {
    var all = Set(keys)
    for measure in measures { if let column = measure.column { all.insert(column) } }
    for condition in conditions { all.insert(condition.column) }
    if case .least(let rule) = protection, let of = rule.of { all.insert(of) }
    return all.sorted()
  }

  /// Returns the names and types of the finished table's columns: keys, then measures.
  ///
  /// `source` gives the name and type of each source column.
  package func output(source: [(name: String, type: ColumnType)]) -> [TableColumn] {
    keys.map { TableColumn(name: source[$0].name, type: source[$0].type) }
      + measures.map { measure in
        TableColumn(
          name: measure.name, type: measure.type(of: measure.column.map { source[$0].type }))
      }
  }
}

extension AggregateDefinition.Measure {
  /// Returns the type of the finished value for a measured column of type `input`.
  package func type(of input: ColumnType?) -> ColumnType {
    if bands != nil { return ColumnType(source: nil, form: .text, state: .closed) }
    switch operation {
    case .count, .distinct: return ColumnType(source: nil, form: .integer, state: .treated)
    case .sum, .min, .max:
      return ColumnType(
        source: nil, form: input?.form ?? .integer, state: .treated, floor: input?.floor)
    case .mean:
      switch input?.form {
      case .decimal(let scale, let keepsPlaces):
        return ColumnType(
          source: nil, form: .decimal(scale: scale, keepsPlaces: keepsPlaces), state: .treated)
      default:
        return ColumnType(
          source: nil, form: .decimal(scale: 2, keepsPlaces: false), state: .treated)
      }
    }
  }
}

/// A column of a finished table.
package struct TableColumn: Hashable, Sendable {
  package var name: String
  package var type: ColumnType

  package init(name: String, type: ColumnType) {
    self.name = name
    self.type = type
  }
}
