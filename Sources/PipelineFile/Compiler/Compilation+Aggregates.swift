import Diagnostics
import Records

// The section `aggregates`: cells of many persons, or one row a person.
extension Compilation {
  func bindAggregates(_ section: YAMLNode.Entry) {
    for entry in named(section, mayBeEmpty: true) {
      guard isName(entry, of: "a table") else {
        brokenAggregates.insert(entry.key)
        continue
      }
      if let model = sources.first(where: { $0.name == entry.key }) {
        report(
          .nameTaken, "'\(entry.key)' is a source already", at: entry.keyRange,
          label: "tables are named apart",
          notes: [Diagnostic.Note("the source", at: model.range)], fix: "rename one of them")
        continue
      }
      if let model = bindAggregate(entry) {
        aggregates.append(model)
      } else {
        brokenAggregates.insert(entry.key)
      }
    }
  }

  private func bindAggregate(_ entry: YAMLNode.Entry) -> AggregateModel? {
    let owner = "aggregate '\(entry.key)'"
    guard let keys = keyed(entry.value, .aggregate, owner: owner, at: entry.keyRange) else {
      return nil
    }
    let before = errorCount
    guard let from = keys["from"], let (position, model) = source(from.value, of: "from") else {
      return nil
    }
    let conditions = keys["where"].map { rowConditions($0, in: model) } ?? []
    let shape = aggregateShape(keys, entry: entry, in: model)
    let measures = keys["measure"].map { bindMeasures($0, shape: shape, in: model) } ?? []
    var protection: AggregateDefinition.Protection?
    if let k = keys["k"] {
      protection = bindProtection(k, shape: shape, measures: measures.map(\.measure), in: model)
    }
    guard let shape else { return nil }
    checkRotation(shape, measures: measures, k: keys["k"], in: model)
    let shapeColumns =
      switch shape {
      case .group(let columns): columns
      case .per(let column): [column]
      }
    let names = shapeColumns.map { model.columns[$0].plan.name } + measures.map(\.measure.name)
    for measure in measures
    where shapeColumns.contains(where: { model.columns[$0].plan.name == measure.measure.name }) {
      report(
        .nameTaken, "'\(measure.measure.name)' is a key of this table already", at: measure.range,
        label: "a measure of the same name", fix: "rename the measure")
    }
    var result = AggregateModel(
      name: entry.key, range: entry.keyRange, source: position, columnNames: names,
      tokenKeys: shapeColumns.map { model.columns[$0].plan.key } + measures.map { _ in nil },
      plan: nil)
    guard let protection, errorCount == before else { return result }
    let definition = AggregateDefinition(
      name: entry.key, conditions: conditions, shape: shape, measures: measures.map(\.measure),
      protection: protection)
    let columns = definition.output(
      source: model.columns.map { ($0.plan.name, $0.plan.type) })
    result.plan = AggregatePlan(
      source: position, definition: definition, columns: columns,
      purposes: finishedPurposes(definition, in: model))
    return result
  }

  /// For each finished column the purposes that all columns it was computed from share.
  private func finishedPurposes(
    _ definition: AggregateDefinition, in model: SourceModel
  ) -> [[Int]] {
    func shared(_ columns: [Int]) -> [Int] {
      guard let first = columns.first else { return [] }
      return columns.dropFirst().reduce(model.columns[first].plan.purposes) { purposes, column in
        purposes.filter { model.columns[column].plan.purposes.contains($0) }
      }
    }
    let conditions = definition.conditions.map(\.column)
    return definition.keys.map { model.columns[$0].plan.purposes }
      + definition.measures.map { measure in
        shared((measure.column.map { [$0] } ?? definition.keys) + conditions)
      }
  }

  /// Returns the position of a column; reports an unknown one.
  func column(
    _ name: String, at range: SourceRange, in model: SourceModel
  ) -> (index: Int, model: ColumnModel)? {
    if let found = model.column(name) { return found }
    if !model.broken.contains(name) {
      let isRaw = model.projection.slots.contains { $0.text == name }
      reportUnknown(
        .unknownColumn, "no column named '\(name)' in source '\(model.name)'", name: name,
        at: range, among: model.columns.map(\.plan.name) + model.broken.sorted(),
        fix: isRaw ? "'\(name)' is a raw field: take the name of the column that reads it" : nil)
    }
    return nil
  }

  private func rowConditions(
    _ entry: YAMLNode.Entry, in model: SourceModel
  ) -> [AggregateDefinition.Condition] {
    named(entry).compactMap { condition in
      guard let (index, found) = column(condition.key, at: condition.keyRange, in: model) else {
        return nil
      }
      if found.isPseudonym {
        report(
          .conditionOnIdentifier, "'where' on '\(condition.key)', a pseudonym",
          at: condition.keyRange, label: "would be a table about certain persons")
        return nil
      }
      let values = conditionValues(condition)
      if let value = values.first(where: { !mayBe($0, found) }) {
        var fix: String?
        if case .decimal(let scale, _) = found.plan.type.form {
          fix = "write a number such as 0.5, with a decimal point and at most \(scale) places"
        }
        report(
          .illegalValue, "column '\(condition.key)' is never '\(value)'", at: condition.value.range,
          label: "would select nothing", notes: [Diagnostic.Note("declared here", at: found.range)],
          fix: fix)
      }
      return values.isEmpty ? nil : AggregateDefinition.Condition(column: index, values: values)
    }
  }

  /// Whether a column can hold a value that is written so.
  private func mayBe(_ value: String, _ column: ColumnModel) -> Bool {
    switch column.plan.type.form {
    case .integer: return Int64(value) != nil
    case .boolean: return value == "true" || value == "false"
    case .date: return CivilDate(value) != nil
    case .text:
      guard let last = column.plan.steps.last else { return true }
      switch last.kind.name {
      case "one_of": return value == "other" || last.settings.list?.contains(.text(value)) ?? true
      case "map": return last.settings.pairs?.contains { $0.value == .text(value) } ?? true
      default: return true
      }
    case .decimal(let scale, _): return DecimalText(value)?.fits(scale: scale) ?? false
    case .timestamp, .token: return true
    }
  }

  private func aggregateShape(
    _ keys: Keyed, entry: YAMLNode.Entry, in model: SourceModel
  ) -> AggregateDefinition.Shape? {
    switch (keys["group"], keys["per"]) {
    case (let group?, let per?):
      report(
        .groupOrPer, "aggregate '\(entry.key)' has both 'group' and 'per'", at: per.keyRange,
        label: "one row a person", notes: [Diagnostic.Note("one row a cell", at: group.keyRange)],
        fix: "delete one of them")
      return nil
    case (nil, nil):
      report(
        .groupOrPer, "aggregate '\(entry.key)' has neither 'group' nor 'per'", at: entry.keyRange,
        label: "what is one row?", fix: "add  group: [<columns>]  or  per: <pseudonym column>")
      return nil
    case (let group?, nil):
      return groupShape(group, in: model)
    case (nil, let per?):
      guard let name = text(per.value, of: "per"),
        let (index, found) = column(name, at: per.value.range, in: model)
      else { return nil }
      guard found.isPseudonym else {
        report(
          .groupOrPer, "'per' needs a pseudonym, and column '\(name)' is none",
          at: per.value.range, label: "one row a person",
          notes: [Diagnostic.Note("declared here", at: found.range)],
          fix: "take the pseudonym column, or write  group: [\(name)]")
        return nil
      }
      return .per(index)
    }
  }

  private func groupShape(
    _ group: YAMLNode.Entry, in model: SourceModel
  ) -> AggregateDefinition.Shape? {
    guard let nodes = list(group.value, of: "group") else { return nil }
    var columns: [Int] = []
    var isWhole = true
    for node in nodes {
      guard let name = text(node, of: "group"),
        let (index, found) = column(name, at: node.range, in: model)
      else {
        isWhole = false
        continue
      }
      if found.isPseudonym {
        report(
          .pseudonymInGroup, "'\(name)' is a pseudonym and cannot be a group key", at: node.range,
          label: "a cell for each person",
          notes: [Diagnostic.Note("declared here", at: found.range)],
          fix: "delete it from the group, or write  per: \(name)")
        isWhole = false
      } else if columns.contains(index) {
        report(.nameTaken, "column '\(name)' stands twice", at: node.range, fix: "delete one")
      } else {
        columns.append(index)
      }
    }
    return isWhole ? .group(columns) : nil
  }

  /// With the key the token changes, so the language wants persons counted by times no coarser than
  /// its epochs.
  ///
  /// A week may hold the end of one all the same; a run counts values without their epoch.
  private func checkRotation(
    _ shape: AggregateDefinition.Shape, measures: [BoundMeasure], k: YAMLNode.Entry?,
    in model: SourceModel
  ) {
    guard case .group(let group) = shape, case .slot(let clock, _)? = model.clock else { return }
    var counted: [(column: Int, range: SourceRange)] = []
    for measure in measures where measure.measure.operation == .distinct {
      if let column = measure.measure.column { counted.append((column, measure.columnRange)) }
    }
    if let of = k?.value["of"], let name = of.value.scalar, let (index, _) = model.column(name) {
      counted.append((index, of.value.range))
    }
    var reported: Set<Int> = []
    for (column, range) in counted {
      guard let key = model.columns[column].plan.key, let rotation = keys[key].part.rotation,
        reported.insert(key).inserted
      else { continue }
      let floors = group.compactMap { index -> TimeUnit? in
        let plan = model.columns[index].plan
        guard plan.origin == .slot(clock) else { return nil }
        // A date tells no more than its day.
        return plan.type.floor ?? (plan.type.form == .date ? .day : nil)
      }
      let name = model.columns[column].plan.name
      if !floors.contains(where: { $0 <= rotation }) {
        report(
          .rotatingCount,
          "'\(name)' changes its tokens every \(rotation.rawValue), and the group does not keep "
            + "them apart", at: range, label: "one person would count several times",
          notes: [Diagnostic.Note("rotates", at: keys[key].range)],
          fix: "add to the group a floor of the clock, of a \(rotation.rawValue) or less")
      }
    }
  }
}
