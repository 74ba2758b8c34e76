import PipelineFile
import Records

extension TableDescription {
  /// Describes one table of one output from the plan.
  init(_ plan: Plan, output: OutputPlan, table: OutputPlan.Table, isReplay: Bool) {
    let sourceNumber: Int
    var columns: [DescribedColumn] = []
    var used: [Int] = []
    let grain: String
    var protection: String?
    var smallCells: Persons?
    var isPersonal = true
    func allowed(_ purposes: [Int]) -> [Int] { purposes.filter { output.mayUse.contains($0) } }
    switch table.content {
    case .rows(let number, let chosen):
      sourceNumber = number
      grain = "one record of source '\(plan.sources[number].name)'"
      for position in chosen {
        let column = plan.sources[number].columns[position]
        let purposes = allowed(column.purposes)
        used += purposes
        columns.append(
          DescribedColumn(
            column: TableColumn(name: column.name, type: column.type), about: column.about,
            unit: column.unit, purposes: purposes.map { plan.purposes[$0].name },
            treatment: column.treatment, cells: column.cells(isReplay: isReplay)))
      }
    case .aggregate(let number, let chosen):
      let aggregate = plan.aggregates[number]
      sourceNumber = aggregate.source
      let source = plan.sources[aggregate.source]
      let keys = aggregate.definition.keys
      switch aggregate.definition.shape {
      case .group:
        isPersonal = false
        grain = "one cell of " + keys.map { source.columns[$0].name }.joined(separator: ", ")
      case .per: grain = "one person, under pseudonym '\(source.columns[keys[0]].name)'"
      }
      protection = aggregate.definition.protectionInWords(source)
      smallCells = aggregate.definition.persons(among: chosen.map { aggregate.columns[$0] })
      let cells = aggregate.definition.cells(of: source, isReplay: isReplay)
      for position in chosen {
        let column = aggregate.columns[position]
        let purposes = allowed(aggregate.purposes[position])
        used += purposes
        let origin = position < keys.count ? source.columns[keys[position]] : nil
        let measure =
          position < keys.count ? nil : aggregate.definition.measures[position - keys.count]
        columns.append(
          DescribedColumn(
            column: column, about: origin?.about, unit: origin?.unit,
            purposes: purposes.map { plan.purposes[$0].name },
            treatment: origin?.treatment ?? measure?.inWords(source) ?? "",
            cells: cells[position]))
      }
    }
    let source = plan.sources[sourceNumber]
    var purposeNames: [Int] = []
    for purpose in used where !purposeNames.contains(purpose) { purposeNames.append(purpose) }
    self.init(
      pipeline: plan.name, output: output.name, table: table.name,
      holds: source.holding.rawValue, persons: source.persons,
      controller: plan.controller.name, contact: plan.controller.contact,
      officer: plan.controller.officer, audience: output.audience,
      purposes: purposeNames.sorted().map { plan.purposes[$0].described },
      columns: columns, grain: grain, protection: protection,
      smallCells: smallCells,
      retention: table.retention.map(\.inWords).joined(separator: ", or "),
      timezone: plan.zone.name, isPersonal: isPersonal, isReplay: isReplay,
      format: output.format, compression: output.compression)
  }
}

extension TableDescription {
  /// The policy in short, for formats that carry key and value: who may use it, for what, until
  /// when.
  var policy: JSONText {
    .members([
      "controller": .string(controller), "audience": .string(audience),
      "purposes": .array(
        purposes.map { .members(["name": .string($0.name), "basis": .string($0.basis)]) }),
      "retention": .string(retention), "personal": .boolean(isPersonal),
      "replay": .boolean(isReplay),
    ])
  }
}

extension PurposePlan {
  fileprivate var described: TableDescription.Purpose {
    let basis = basis.rawValue + (reference.map { " (\($0))" } ?? "")
    return TableDescription.Purpose(name: name, why: why, basis: basis)
  }
}

extension RetentionPlan {
  /// The class in words: `90d from the event (short)`.
  var inWords: String {
    "\(keep) from \(starts == .event ? "the event" : "the end of the event's year") (\(name))"
  }
}

extension AggregateDefinition {
  fileprivate func protectionInWords(_ source: SourcePlan) -> String {
    switch protection {
    case .none(let reason): return "no least number of persons: \(reason)"
    case .least(let rule):
      let persons =
        rule.of.map { "distinct \(source.columns[$0].name)" }
        ?? "persons who agree in all other columns"
      let below = rule.below == .suppress ? "left out" : "merged into 'other'"
      let dominance = rule.dominance.map {
        "; cells in which one person makes more than \($0 / 10_000) % of a sum are \(below) too"
      }
      return "at least \(rule.least) \(persons); smaller ones are \(below)"
        + (dominance ?? "")
    }
  }
}

extension AggregateDefinition.Measure {
  fileprivate func inWords(_ source: SourcePlan) -> String {
    var words = operation.rawValue
    if let column { words += " of \(source.columns[column].name)" }
    if let clamp { words += ", clamped to \(clamp.lowerBound) to \(clamp.upperBound)" }
    if let round { words += ", rounded to \(round)" }
    if let bands {
      words += ", in bands from " + bands.map(String.init).joined(separator: ", ")
    }
    return words
  }
}
