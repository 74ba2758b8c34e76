import Diagnostics
import Records

// `measure` and `k`: what is measured, and how many persons a cell needs.
extension Compilation {
  struct BoundMeasure {
    var measure: AggregateDefinition.Measure
    var range: SourceRange
    var columnRange: SourceRange
  }

  func bindMeasures(
    _ section: YAMLNode.Entry, shape: AggregateDefinition.Shape?, in model: SourceModel
  ) -> [BoundMeasure] {
    named(section).compactMap { entry in
      isColumnName(entry) ? bindMeasure(entry, shape: shape, in: model) : nil
    }
  }

  private func bindMeasure(
    _ entry: YAMLNode.Entry, shape: AggregateDefinition.Shape?, in model: SourceModel
  ) -> BoundMeasure? {
    if let word = entry.value.scalar, !entry.value.isNull {
      if word == "count" {
        return BoundMeasure(
          measure: AggregateDefinition.Measure(name: entry.key, operation: .count),
          range: entry.keyRange, columnRange: entry.value.range)
      }
      let operations = AggregateDefinition.Measure.Operation.allCases.map(\.rawValue)
      report(
        .illegalMeasure, "measure '\(entry.key)' cannot be '\(word)'", at: entry.value.range,
        label: operations.contains(word) ? "of which column?" : "",
        fix: operations.contains(word)
          ? "write  \(entry.key): {\(word): <column>}"
          : "write  count , or {distinct: c} {sum: c} {min: c} {max: c} {mean: c}")
      return nil
    }
    guard
      let keys = keyed(entry.value, .measure, owner: "measure '\(entry.key)'", at: entry.keyRange)
    else { return nil }
    let operations = AggregateDefinition.Measure.Operation.allCases.filter {
      keys[$0.rawValue] != nil
    }
    guard let operation = operations.first, operations.count == 1,
      let operand = keys[operation.rawValue]
    else {
      report(
        .illegalMeasure,
        "measure '\(entry.key)' has \(operations.isEmpty ? "no operation" : "several operations")",
        at: entry.keyRange, label: "expected one",
        fix: "write  count , or {distinct: c} {sum: c} {min: c} {max: c} {mean: c}")
      return nil
    }
    var measure = AggregateDefinition.Measure(name: entry.key, operation: operation)
    var form: ValueForm? = .integer
    var isCoarse = false
    if operation == .count {
      guard word(operand.value, of: "count", among: ["true"]) != nil else { return nil }
    } else {
      guard let name = text(operand.value, of: operation.rawValue),
        let (index, found) = column(name, at: operand.value.range, in: model),
        check(operation, of: found, at: operand.value.range)
      else { return nil }
      measure.column = index
      form = operation == .distinct ? .integer : found.plan.type.form
      isCoarse = found.isCoarse || found.plan.type.floor != nil
    }
    finish(&measure, keys, form: form)
    if case .group = shape, operation == .min || operation == .max, measure.bands == nil,
      measure.round == nil, !isCoarse
    {
      report(
        .exactExtreme, "'\(operation.rawValue)' of a cell is the value of one person",
        at: operand.keyRange, label: "too exact",
        fix: "add  bands: [...]  or  round: n , or take a floored date")
    }
    return BoundMeasure(
      measure: measure, range: entry.keyRange, columnRange: operand.value.range)
  }

  /// Whether the operation can be computed over the column; reports it when not.
  private func check(
    _ operation: AggregateDefinition.Measure.Operation, of column: ColumnModel,
    at range: SourceRange
  ) -> Bool {
    let form = column.plan.type.form
    let fits: Bool
    let needs: String
    switch operation {
    case .count, .distinct:
      return true
    case .sum, .mean:
      fits = form.isNumber
      needs = "a number"
    case .min, .max:
      fits = form.isNumber || form == .date || form == .timestamp
      needs = "a number, date or time"
    }
    if !fits {
      report(
        .illegalMeasure,
        "'\(operation.rawValue)' needs \(needs), and column '\(column.plan.name)' is none",
        at: range, label: column.isPseudonym ? "a pseudonym" : "",
        notes: [Diagnostic.Note("declared here", at: column.range)])
    }
    return fits
  }

  private func finish(
    _ measure: inout AggregateDefinition.Measure, _ keys: Keyed, form: ValueForm?
  ) {
    for name in ["bands", "round", "clamp"] {
      guard let entry = keys[name] else { continue }
      guard form?.isNumber ?? true else {
        report(
          .illegalMeasure, "'\(name)' needs a number, and '\(measure.name)' is none",
          at: entry.keyRange)
        continue
      }
      switch name {
      case "bands": measure.bands = bounds(entry.value, of: name, count: 1...12)
      case "round":
        measure.round = integer(entry.value, of: name, in: 1...1_000_000_000_000).map { Int64($0) }
      default:
        if let bounds = bounds(entry.value, of: name, count: 2...2) {
          measure.clamp = bounds[0]...bounds[1]
        }
      }
    }
  }

  // MARK: - k

  func bindProtection(
    _ entry: YAMLNode.Entry, shape: AggregateDefinition.Shape?,
    measures: [AggregateDefinition.Measure], in model: SourceModel
  ) -> AggregateDefinition.Protection? {
    guard let keys = keyed(entry.value, .protection, owner: "'k'", at: entry.keyRange) else {
      return nil
    }
    if let none = keys["none"] { return unprotected(none, keys) }
    guard let leastEntry = keys["least"] else {
      report(
        .protectionMissing, "'k' says neither 'least' nor 'none'", at: entry.keyRange,
        label: "how many persons does a cell need?",
        fix: "add  least: 10 , or write  k: {none: \"<reason>\"}")
      return nil
    }
    let isGroup = if case .group? = shape { true } else { false }
    let least = leastPersons(leastEntry, isGroup: isGroup)
    let below = keys["below"].flatMap {
      word($0.value, of: "below", AggregateDefinition.KRule.Below.self)
    }
    let counts = keys["counts"].flatMap {
      word($0.value, of: "counts", among: ["persons", "devices"])
    }
    guard let shape else { return nil }
    let of: Int?
    var dominance: Int?
    switch shape {
    case .group(let group):
      of = countedColumn(keys, countsDevices: counts == "devices", entry: entry, in: model)
      if below == .other { checkOther(keys, group: group, in: model) }
      dominance = keys["dominance"].flatMap { bindDominance($0, measures: measures) }
      guard of != nil else { return nil }
    case .per(let index):
      of = nil
      refuseForPersons(keys, isOther: below == .other)
      guard standsForPersons(model.columns[index], at: leastEntry) else { return nil }
    }
    return least.map {
      .least(
        AggregateDefinition.KRule(
          least: $0, of: of, below: below ?? .suppress, dominance: dominance))
    }
  }

  /// Returns the protection of `none: "<reason>"`, which stands alone.
  private func unprotected(
    _ none: YAMLNode.Entry, _ keys: Keyed
  ) -> AggregateDefinition.Protection? {
    let reason = text(none.value, of: "none")
    if let other = ["least", "of", "below", "counts", "dominance"].compactMap({ keys[$0] }).first {
      report(
        .protectionMissing, "'none' and '\(other.key)' exclude each other", at: other.keyRange,
        notes: [Diagnostic.Note("no protection", at: none.keyRange)], fix: "delete one of them")
      return nil
    }
    return reason.map { .none(reason: $0) }
  }

  private func leastPersons(_ entry: YAMLNode.Entry, isGroup: Bool) -> Int? {
    let least = integer(entry.value, of: "least", in: 0...1_000_000)
    if let least, least < 5 {
      report(
        .leastTooSmall, "'least' is \(least), and fewer than 5 protect nobody",
        at: entry.value.range, label: "5 or more",
        fix: "write  least: 10 , or  k: {none: \"<reason>\"}  where no persons are in it")
    } else if let least, least < 10, isGroup {
      report(
        .leastIsLow, "'least' is \(least), and fewer than 10 are narrowed down over the days",
        at: entry.value.range, label: "10 is customary", fix: "write  least: 10")
    }
    return least
  }

  /// `below: other` writes a word into a group key, which must be a text.
  private func checkOther(_ keys: Keyed, group: [Int], in model: SourceModel) {
    guard let entry = keys["below"],
      !group.contains(where: { model.columns[$0].plan.type.form == .text })
    else { return }
    report(
      .otherNeedsText, "'below: other' needs a text key in the group", at: entry.value.range,
      label: "nowhere to write 'other'", fix: "write  below: suppress")
  }

  /// Refuses what is about cells in a table of persons.
  private func refuseForPersons(_ keys: Keyed, isOther: Bool) {
    for name in ["of", "counts", "dominance"] {
      guard let entry = keys[name] else { continue }
      report(
        name == "dominance" ? .illegalDominance : .settingNotHere,
        "'\(name)' says nothing in a table of persons", at: entry.keyRange,
        label: "each row is a person", fix: "delete it")
    }
    if isOther, let entry = keys["below"] {
      report(
        .otherNeedsText, "'below: other' is not possible in a table of persons",
        at: entry.value.range, label: "each row is a person", fix: "write  below: suppress")
    }
  }

  /// Whether the rows of a table by this pseudonym can be counted as persons, or as their devices.
  private func standsForPersons(_ column: ColumnModel, at least: YAMLNode.Entry) -> Bool {
    let type = column.plan.fieldType
    if column.domain == "tuple" || type == .ip || Self.persons.contains(type) { return true }
    report(
      .notPersons, "'least' counts persons, and the rows of '\(column.plan.name)' are none",
      at: least.keyRange, label: "one row for each '\(type.rawValue)'",
      notes: [Diagnostic.Note("declared here", at: column.range)],
      fix: "take a pseudonym of email, phone, account, cookie, iban or card, or write  "
        + "k: {none: \"<reason>\"}")
    return false
  }

  private static let persons: [FieldType] = [.email, .phone, .account, .cookie, .iban, .card]

  private func countedColumn(
    _ keys: Keyed, countsDevices: Bool, entry: YAMLNode.Entry, in model: SourceModel
  ) -> Int? {
    guard let of = keys["of"] else {
      let candidate = model.columns.first {
        $0.isPseudonym && Self.persons.contains($0.plan.fieldType)
      }
      report(
        .protectionMissing, "'k' does not say of what", at: entry.keyRange,
        label: "which column are the persons?",
        fix: "add  of: \(candidate?.plan.name ?? "<pseudonym column>")")
      return nil
    }
    guard let name = text(of.value, of: "of"),
      let (index, found) = column(name, at: of.value.range, in: model)
    else { return nil }
    let note = Diagnostic.Note("declared here", at: found.range)
    guard found.isPseudonym else {
      report(
        .notPersons, "'of' counts persons, and column '\(name)' is no pseudonym",
        at: of.value.range, label: "no pseudonym", notes: [note],
        fix: "name the column that holds the person's pseudonym")
      return nil
    }
    if found.domain != "tuple", Self.persons.contains(found.plan.fieldType) { return index }
    if found.domain == "tuple" || found.plan.fieldType == .ip {
      if countsDevices { return index }
      report(
        .notPersons, "'\(name)' counts devices, not persons", at: of.value.range,
        label: found.domain == "tuple" ? "joined fields" : "an address", notes: [note],
        fix: "add  counts: devices  to 'k', if that is meant")
      return nil
    }
    report(
      .notPersons, "'\(name)' counts no persons", at: of.value.range,
      label: "type '\(found.plan.fieldType.rawValue)'", notes: [note],
      fix: "count a pseudonym of email, phone, account, cookie, iban or card")
    return nil
  }

  private func bindDominance(
    _ entry: YAMLNode.Entry, measures: [AggregateDefinition.Measure]
  ) -> Int? {
    guard let text = text(entry.value, of: "dominance") else { return nil }
    guard let share = share(text), share > 0, share < 1_000_000 else {
      report(
        .illegalValue, "'dominance' cannot be '\(text)'", at: entry.value.range,
        label: "a share such as 50%")
      return nil
    }
    guard measures.contains(where: { $0.operation == .sum }) else {
      report(
        .illegalDominance, "'dominance' needs a summed measure, and there is none",
        at: entry.keyRange, fix: "delete it, or add a measure {sum: <column>}")
      return nil
    }
    return share
  }
}
