package import Records

/// What a table tells of its source, in a form in which two tables of one audience are compared.
///
/// All parts are canonical texts: equal texts mean the same. They hold what the pipeline file
/// states, nothing of a record. Where nothing but equality matters, digests may stand in for them.
package struct ReleaseDefinition: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// One row a record.
    case rows = "row"
    /// One row a cell.
    case cells = "group"
    /// One row a person.
    case persons = "person"
  }

  package var kind: Kind
  /// Whether a number of persons is asked for: `k` with `least`.
  package var isProtected: Bool
  /// Which records enter, besides the table's own `where`.
  package var records: String
  package var group: String
  package var filter: String
  /// For each column that `where` names the values, as far as they can be told apart.
  package var lists: [String: Set<String>]
  package var rule: String
  package var measures: String

  package init(
    kind: Kind, isProtected: Bool, records: String, group: String, filter: String,
    lists: [String: Set<String>], rule: String, measures: String
  ) {
    self.kind = kind
    self.isProtected = isProtected
    self.records = records
    self.group = group
    self.filter = filter
    self.lists = lists
    self.rule = rule
    self.measures = measures
  }

  /// Why two tables of one audience and one source must not stand side by side.
  package enum Conflict: Hashable, Sendable {
    /// One shows the rows or persons in which the cells of the other can be counted.
    case besideRows
    /// Both have a row a person.
    case persons
    /// They cut differently, or the same cells are judged differently.
    case group, filter, rule, records
  }

  /// Returns why the two tables must not reach one audience, or `nil` where they may.
  package func conflict(with other: ReleaseDefinition) -> Conflict? {
    guard isProtected || other.isProtected, self != other else { return nil }
    switch (kind, other.kind) {
    case (.cells, .cells): break
    case (.persons, .persons): return isDisjoint(from: other) ? nil : .persons
    default:
      let cells = kind == .cells ? self : other.kind == .cells ? other : nil
      return cells?.isProtected ?? true ? .besideRows : nil
    }
    if isDisjoint(from: other) { return nil }
    if group != other.group { return .group }
    if filter != other.filter { return .filter }
    if rule != other.rule { return .rule }
    return records != other.records ? .records : nil
  }

  /// Whether no record can be in both: on one column they select no value in common.
  package func isDisjoint(from other: ReleaseDefinition) -> Bool {
    lists.contains { column, values in other.lists[column].map(values.isDisjoint) ?? false }
  }
}

extension ReleaseDefinition {
  /// What the comparison needs to know of the pipeline around a table.
  package struct Surroundings {
    package let source: SourcePlan
    package let purposes: [PurposePlan]
    package let keys: [KeyPlan]
    /// How the bytes of the source are read; each column's meaning begins with it.
    fileprivate let reading: JSONText

    package init(source: SourcePlan, purposes: [PurposePlan], keys: [KeyPlan], zone: Zone) {
      self.source = source
      self.purposes = purposes
      self.keys = keys
      reading = .members([
        "file": source.reading.canonical, "each": source.projection.each.map { .string($0.text) },
        "zone": .string(zone.name),
      ])
    }
  }

  /// The definition of a table that an output takes; `aggregate` is `nil` for a table of rows.
  package init(
    _ table: OutputPlan.Table, aggregate: AggregateDefinition?, mayUse: [Int],
    in around: Surroundings
  ) {
    let source = around.source
    let columns: [Int]
    if let aggregate {
      columns = aggregate.columns
    } else if case .rows(_, let chosen) = table.content {
      columns = chosen
    } else {
      columns = []
    }
    let loss = PurposeLoss(around.purposes, source: source)
    let lost = loss.loses(columns.map { source.columns[$0] }, for: mayUse)
    // Columns that this output's records lose and another's do not.
    let losses = columns.compactMap { number -> JSONText? in
      let here = loss.loses(source.columns[number], for: mayUse)
      if here == loss.loses(source.columns[number]) { return nil }
      return .array([around.meaning(of: number), .string(PurposeLoss.canonical(here))])
    }
    let conditions = (aggregate?.conditions ?? []).map { condition in
      JSONText.array([around.meaning(of: condition.column), .strings(condition.values.sorted())])
        .compact
    }
    let rule = aggregate.map(around.rule) ?? .null
    let kind: Kind =
      switch aggregate?.shape {
      case .group: .cells
      case .per: .persons
      case nil: .rows
      }
    self.init(
      kind: kind, isProtected: rule != .null,
      records: JSONText.members([
        "source": around.records, "without": .string(PurposeLoss.canonical(lost)),
        "less": losses.isEmpty ? nil : .array(losses),
        "until": source.isCut(by: table)
          ? .strings(Set(table.retention.map(\.canonical)).sorted()) : nil,
      ]).compact,
      group: around.meanings(aggregate?.keys ?? columns).compact,
      filter: JSONText.strings(conditions.sorted()).compact,
      lists: around.lists(aggregate?.conditions ?? []), rule: rule.compact,
      measures: JSONText.array((aggregate?.measures ?? []).map(around.measured)).compact)
  }
}

extension ReleaseDefinition.Surroundings {
  fileprivate func meanings(_ columns: [Int]) -> JSONText { .array(columns.map(meaning)) }

  /// The values that conditions list, by what their column is.
  fileprivate func lists(
    _ conditions: [AggregateDefinition.Condition]
  ) -> [String: Set<String>] {
    var lists: [String: Set<String>] = [:]
    for condition in conditions {
      let form = source.columns[condition.column].type.form
      let values = condition.values.map { canonical($0, as: form) }
      if values.contains(nil) { continue }
      lists[meaning(of: condition.column).compact, default: []]
        .formUnion(values.compactMap { $0 })
    }
    return lists
  }

  /// When a cell may be shown; null where nothing protects it.
  fileprivate func rule(of aggregate: AggregateDefinition) -> JSONText {
    guard case .least(let stated) = aggregate.protection else { return .null }
    return .members([
      "least": .integer(stated.least), "of": stated.of.map(meaning),
      "below": .string(stated.below.rawValue), "dominance": stated.dominance.map { .integer($0) },
      "judged": meanings(aggregate.judged),
    ])
  }

  fileprivate func measured(_ measure: AggregateDefinition.Measure) -> JSONText {
    .members([
      "name": .string(measure.name), "of": measure.column.map(meaning),
      "operation": .string(measure.operation.rawValue),
      "clamp": measure.clamp.map {
        .array([.integer(Int($0.lowerBound)), .integer(Int($0.upperBound))])
      },
      "round": measure.round.map { .integer(Int($0)) },
      "bands": measure.bands.map { .array($0.map { .integer(Int($0)) }) },
    ])
  }

  /// Which records of the source's files enter any of its tables.
  fileprivate var records: JSONText {
    func path(_ slot: Int) -> String { source.projection.slots[slot].text }
    let clock: JSONText =
      switch source.clock {
      case .run: .strings([])
      case .slot(let slot, let format): .strings([path(slot), format.canonical])
      }
    let conditions = source.conditions.map { condition in
      JSONText.strings([path(condition.slot)] + condition.values.sorted()).compact
    }
    return JSONText.members([
      "reading": reading, "clock": clock,
      "where": .strings(conditions.sorted()),
      "consent": source.consent.map { .strings([path($0.slot), $0.equals]) },
      "objections": .array(
        source.objections.map { objection in
          .strings(
            [objection.files, objection.type.rawValue] + objection.slots.map(path) + ["for"]
              + objection.purposes.map { purposes[$0].name })
        }),
      "window": .string(source.window.description),
      "delivers": .string(source.delivery.rawValue),
    ])
  }

  /// What the values of a column are: where they come from and what is done to them.
  ///
  /// Its own name does not count, nor what it is for, but for the records that lose it.
  func meaning(of number: Int) -> JSONText {
    let column = source.columns[number]
    var origin: JSONText
    switch column.origin {
    case .slot: origin = .strings(["one"])
    case .first: origin = .strings(["first"])
    case .all(_, let types): origin = .strings(["all"] + types.map(\.rawValue))
    case .derived(let expression):
      origin = .array([.string("derived")] + expression.columns.map(meaning))
    }
    let key = column.key.map { keys[$0] }
    return JSONText.members([
      "reading": reading, "origin": origin, "paths": .strings(column.rawPaths),
      "type": .string(column.fieldType.rawValue),
      "format": column.format.map { .string($0.canonical) },
      "form": .string(column.type.form.canonical), "treatment": .string(column.treatment),
      "key": key.map { .strings([$0.name, $0.rotation?.rawValue ?? "never"]) },
      "without": .string(
        PurposeLoss.canonical(PurposeLoss(purposes, source: source).loses(column))),
    ])
  }
}

extension SourcePlan {
  /// Whether the table's retention keeps out records that the window lets in.
  fileprivate func isCut(by table: OutputPlan.Table) -> Bool {
    // Whatever is kept for much longer than the window reaches needs no calendar.
    if table.retention.allSatisfy({ $0.keep.days.lowerBound >= window.days.upperBound }),
      !table.retention.isEmpty
    {
      return false
    }
    let start = CivilDate(year: 2023, month: 1, day: 1).days
    // A leap-year cycle of dates.
    return (0..<1461).contains { day in
      let date = CivilDate(days: start + day)
      let first = date.adding(CivilDate.Duration(count: -window.count, unit: window.unit))
      return table.end(for: first) < date
    }
  }
}

/// Returns the one text of a value of `where`, or `nil` where values cannot be told apart by it.
private func canonical(_ value: String, as form: ValueForm) -> String? {
  switch form {
  case .text, .boolean: return value
  case .integer: return Int64(value).map(String.init)
  case .date: return CivilDate(value)?.description
  case .decimal: return DecimalText(value)?.canonical
  case .timestamp, .token: return nil
  }
}
