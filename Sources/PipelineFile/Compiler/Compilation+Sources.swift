import Diagnostics
import Identifiers
import Records

// The section `sources`: what is read, when it happened, which records enter.
extension Compilation {
  func bindSources(_ section: YAMLNode.Entry) {
    for entry in named(section) {
      guard isName(entry, of: "a source") else {
        brokenSources.insert(entry.key)
        continue
      }
      if let model = bindSource(entry) {
        sources.append(model)
      } else {
        brokenSources.insert(entry.key)
      }
    }
    checkJoins()
  }

  /// Returns the source of that name; reports an unknown one.
  func source(_ node: YAMLNode, of key: String) -> (index: Int, model: SourceModel)? {
    guard let name = text(node, of: key) else { return nil }
    return source(named: name, at: node.range)
  }

  func source(named name: String, at range: SourceRange) -> (index: Int, model: SourceModel)? {
    if let index = sources.firstIndex(where: { $0.name == name }) { return (index, sources[index]) }
    if !brokenSources.contains(name) {
      reportUnknown(
        .unknownSource, "no source named '\(name)'", name: name, at: range,
        among: sources.map(\.name) + brokenSources.sorted())
    }
    return nil
  }

  private func bindSource(_ entry: YAMLNode.Entry) -> SourceModel? {
    guard
      let keys = keyed(entry.value, .source, owner: "source '\(entry.key)'", at: entry.keyRange)
    else { return nil }
    let before = errorCount
    let model = SourceModel(name: entry.key, range: entry.keyRange)
    model.holding = keys["holds"].flatMap {
      word($0.value, of: "holds", SourcePlan.Holding.self)
    }
    let reading = keys["read"].flatMap { bindReading($0) }
    model.reading = reading?.reading
    if let each = keys["each"] { bindEach(each, in: model) }
    model.isNecessary = keys["necessary"].flatMap { text($0.value, of: "necessary") } != nil
    if let consent = keys["consent"] {
      model.asksConsent = true
      model.consent = bindConsent(consent, in: model)
    }
    let delivery = keys["delivers"].flatMap { bindDelivery($0, in: model) } ?? .increments
    let persons = keys["persons"].flatMap { text($0.value, of: "persons") } ?? "customers"
    let window =
      keys["window"].flatMap { duration($0.value, of: "window") }
      ?? CivilDate.Duration(count: 7, unit: .day)
    var rawKeep: CivilDate.Duration?
    if let raw = keys["raw"],
      let inner = keyed(raw.value, .raw, owner: "'raw'", at: raw.keyRange)
    {
      rawKeep = inner["keep"].flatMap { duration($0.value, of: "keep") }
    }
    if let fields = keys["fields"] { bindFields(fields, in: model) }
    if let derive = keys["derive"] { bindDerived(derive, in: model) }
    if let objections = keys["objections"] { bindObjections(objections, in: model) }
    checkReadTwice(model)
    if let clock = keys["clock"] { model.clock = bindClock(clock, in: model) }
    var conditions: [SourcePlan.Condition] = []
    if let condition = keys["where"] { conditions = bindConditions(condition, in: model) }
    checkTracking(model)
    if let entry = keys["window"] { checkWindow(window, at: entry.value.range, in: model) }
    if let reading, let holding = model.holding, let clock = model.clock, errorCount == before {
      model.plan = SourcePlan(
        name: model.name, holding: holding, persons: persons, reading: reading.reading,
        files: reading.files, missingIsFine: reading.missingIsFine, damage: reading.damage,
        delivery: delivery, badRecordLimit: reading.badRecordLimit, clock: clock,
        consent: model.consent, objections: model.objections, conditions: conditions,
        window: window, rawKeep: rawKeep, projection: model.projection,
        columns: model.columns.map(\.plan))
    }
    return model
  }

  /// Reports a window of more epochs than a run numbers.
  private func checkWindow(
    _ window: CivilDate.Duration, at range: SourceRange, in model: SourceModel
  ) {
    let days: [CivilDate.Duration.Unit: Int] = [.day: 1, .week: 7, .month: 31, .year: 366]
    let epoch: [TimeUnit: Int] = [.day: 1, .week: 7, .month: 28, .quarter: 90, .year: 365]
    for position in Set(model.columns.compactMap(\.plan.key)).sorted() {
      let key = self.keys[position].part
      guard let length = key.rotation.flatMap({ epoch[$0] }),
        window.count * (days[window.unit] ?? 1) / length > 65_000
      else { continue }
      report(
        .illegalValue, "a window of '\(window)' has more than 65,000 epochs of key '\(key.name)'",
        at: range, label: "for each of them a run may need a secret",
        fix: "shorten it, or let the key rotate more slowly")
      return
    }
  }

  var errorCount: Int { diagnostics.count { $0.severity == .error } }

  // MARK: - Raw paths

  /// Returns the raw path that the text names in this source; reports what it cannot be.
  func rawPath(_ text: String, at range: SourceRange, in model: SourceModel) -> RawPath? {
    switch model.reading?.format {
    case .accessLog(let layout):
      let names = accessLogFields(layout).map(\.rawValue)
      if names.contains(text) { return RawPath(name: text) }
      if AccessLogField(rawValue: text) != nil {
        report(
          .unknownRawField, "layout '\(layout.rawValue)' has no field '\(text)'", at: range,
          fix: text == "vhost"
            ? "write  layout: vhost_combined  where the log has it"
            : "write  layout: combined  where the log has it")
      } else {
        reportUnknown(
          .unknownRawField, "no raw field named '\(text)' in an access log", name: text, at: range,
          among: names)
      }
      return nil
    case .csv(let csv):
      if let names = csv.names, !names.contains(text) {
        reportUnknown(
          .unknownRawField, "no raw field named '\(text)' in the header list", name: text,
          at: range, among: names)
        return nil
      }
      return RawPath(name: text)
    case .ndjson:
      guard let path = RawPath(parsing: text) else {
        report(
          .illegalPath, "'\(text)' is no path", at: range,
          label: "such as user.id, items[0].sku or \"name.with.dots\"")
        return nil
      }
      if path.isNested, !isInsideEach(path, of: model) {
        report(
          .nestedPath, "'\(text)' has many values in one record", at: range,
          label: model.each.map { "not below each: \($0.text)" } ?? "runs over an array",
          fix: "add them up in derive with sum(...), or make each element a record with  "
            + "each: <array>")
        return nil
      }
      return path
    case nil:
      return RawPath(parsing: text) ?? RawPath(name: text)
    }
  }

  func accessLogFields(_ layout: Reading.Layout) -> [AccessLogField] {
    AccessLogField.allCases.filter { field in
      switch layout {
      case .common: ![.vhost, .referrer, .userAgent].contains(field)
      case .combined: field != .vhost
      case .vhostCombined: true
      }
    }
  }

  /// Whether a nested path runs over the elements of `each` and over no other array.
  private func isInsideEach(_ path: RawPath, of model: SourceModel) -> Bool {
    guard let each = model.each else { return false }
    return path.steps.starts(with: each.steps + [.each])
      && path.steps.count { $0 == .each } == 1
  }

  private func bindEach(_ entry: YAMLNode.Entry, in model: SourceModel) {
    guard let text = text(entry.value, of: "each") else { return }
    if let kind = model.kind, kind != .ndjson {
      report(
        .settingNotHere, "'each' says nothing for this format", at: entry.keyRange,
        label: "only NDJSON has nested arrays", fix: "delete it")
      return
    }
    guard let path = RawPath(parsing: text), !path.isNested else {
      report(
        .illegalPath, "'\(text)' is no path to one array", at: entry.value.range,
        label: "such as items or order.lines, without []")
      return
    }
    model.each = path
    model.projection.each = path
  }

  private func bindDelivery(
    _ entry: YAMLNode.Entry, in model: SourceModel
  ) -> SourcePlan.Delivery? {
    if model.kind == .accessLog {
      report(
        .settingNotHere, "'delivers' says nothing for this format", at: entry.keyRange,
        label: "a log only grows", fix: "delete it")
      return nil
    }
    return word(entry.value, of: "delivers", SourcePlan.Delivery.self)
  }

  // MARK: - Consent, clock, where

  private func bindConsent(_ entry: YAMLNode.Entry, in model: SourceModel) -> SourcePlan.Consent? {
    guard let keys = keyed(entry.value, .consent, owner: "'consent'", at: entry.keyRange) else {
      return nil
    }
    let path = keys["field"].flatMap { field in
      text(field.value, of: "field").flatMap { rawPath($0, at: field.value.range, in: model) }
    }
    let equals = keys["equals"].flatMap { text($0.value, of: "equals") }
    guard let path, let equals else { return nil }
    return SourcePlan.Consent(slot: model.slot(of: path), equals: equals)
  }

  private func bindClock(_ entry: YAMLNode.Entry, in model: SourceModel) -> SourcePlan.Clock? {
    var node = entry.value
    var stated: TimeFormat?
    if entry.value.entries != nil {
      guard let keys = keyed(entry.value, .clock, owner: "'clock'", at: entry.keyRange),
        let from = keys["from"]
      else { return nil }
      node = from.value
      if let format = keys["format"] {
        if model.kind == .accessLog {
          report(
            .typeFixed, "an access log has one time format", at: format.keyRange,
            label: "cannot be stated", fix: "delete 'format'")
          return nil
        }
        guard let read = timeFormat(format.value) else { return nil }
        stated = read
      }
    }
    guard let text = text(node, of: "clock") else { return nil }
    if text == "run", entry.value.entries == nil { return .run }
    guard let path = rawPath(text, at: node.range, in: model) else { return nil }
    if model.kind == .accessLog {
      guard path.steps == [.key(AccessLogField.time.rawValue)] else {
        report(
          .illegalClock, "'\(text)' tells no time", at: node.range, label: "not the field 'time'",
          fix: "write  clock: time")
        return nil
      }
      return .slot(model.slot(of: path), .accessLog)
    }
    let slot = model.slot(of: path)
    let readers = model.columns.filter { $0.plan.origin == .slot(slot) }
    if stated == nil, let reader = readers.first(where: { $0.plan.format != nil }) {
      return .slot(slot, reader.plan.format ?? .iso8601)
    }
    if let reader = readers.first, !readers.contains(where: { $0.plan.format != nil }) {
      report(
        .illegalClock,
        "the clock reads '\(text)', which is declared as "
          + "'\(reader.plan.fieldType.rawValue)'", at: node.range, label: "no time",
        notes: [Diagnostic.Note("declared here", at: reader.range)],
        fix: "declare it as timestamp or date, or name another field")
      return nil
    }
    return .slot(slot, stated ?? .iso8601)
  }

  /// Returns the time format; reports one that cannot be read.
  func timeFormat(_ node: YAMLNode) -> TimeFormat? {
    guard let text = text(node, of: "format") else { return nil }
    if let format = TimeFormat(text) { return format }
    report(
      .illegalTimeFormat, "'\(text)' is no time format", at: node.range,
      label: "a full date of the letters yyyy MM dd HH mm ss S X",
      fix: "write a pattern such as  \"dd.MM.yyyy HH:mm\" , or epoch_s, epoch_ms, epoch_us, "
        + "epoch_ns, iso8601")
    return nil
  }

  private func bindConditions(
    _ entry: YAMLNode.Entry, in model: SourceModel
  ) -> [SourcePlan.Condition] {
    var conditions: [SourcePlan.Condition] = []
    for condition in named(entry) {
      guard let path = rawPath(condition.key, at: condition.keyRange, in: model) else { continue }
      let slot = model.slot(of: path)
      let types = types(reading: slot, path: path, in: model)
      if let type = types.first(where: { $0.identifierClass != .plain }) {
        report(
          .conditionOnIdentifier,
          "'where' on '\(condition.key)', a \(type.identifierClass.rawValue)",
          at: condition.keyRange, label: "type '\(type.rawValue)'",
          fix: "select by a field of a plain type")
      } else if types.isEmpty, path.telltaleNames.contains(where: PersonalName.holds) {
        report(
          .conditionOnIdentifier, "'where' on '\(condition.key)', which reads like an identifier",
          at: condition.keyRange, fix: "select by a field of a plain type")
      }
      let values = conditionValues(condition)
      if !values.isEmpty { conditions.append(SourcePlan.Condition(slot: slot, values: values)) }
    }
    return conditions
  }

  /// Returns the values of one condition, as texts.
  func conditionValues(_ entry: YAMLNode.Entry) -> [String] {
    let nodes =
      entry.value.sequence == nil ? [entry.value] : list(entry.value, of: entry.key) ?? []
    return nodes.compactMap { anyText($0, of: entry.key) }
  }

  /// The types under which columns read a slot, or the format's own.
  func types(reading slot: Int, path: RawPath, in model: SourceModel) -> [FieldType] {
    if model.kind == .accessLog, let field = AccessLogField(rawValue: path.text) {
      return [field.type]
    }
    return model.columns.flatMap { column -> [FieldType] in
      switch column.plan.origin {
      case .slot(slot): return [column.plan.fieldType]
      case .first(let slots) where slots.contains(slot): return [column.plan.fieldType]
      case .all(let slots, let types):
        return zip(slots, types).filter { $0.0 == slot }.map(\.1)
      default: return []
      }
    }
  }

  // MARK: - The whole source

  /// § 25 TDDDG: reading an identifier from the visitor's device needs consent.
  private func checkTracking(_ model: SourceModel) {
    guard model.holding == .tracking, !model.asksConsent, !model.isNecessary,
      let column = model.columns.first(where: { $0.types.contains(.cookie) })
    else { return }
    report(
      .trackingWithoutConsent,
      "source '\(model.name)' reads a cookie without consent (§ 25 TDDDG)", at: column.range,
      label: "type 'cookie'",
      fix: "add  consent: {field: <raw field>, equals: <text>}  or  necessary: \"<reason>\"")
  }

  /// Warns where two sources use one key for types that never meet.
  private func checkJoins() {
    for (position, key) in keys.enumerated() {
      var users: [(source: String, column: ColumnModel)] = []
      for model in sources {
        users += model.columns.filter { $0.plan.key == position }.map { (model.name, $0) }
      }
      let names = users.map(\.source).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      for (index, left) in names.enumerated() {
        for right in names[(index + 1)...] {
          let leftColumns = users.filter { $0.source == left }
          let rightColumns = users.filter { $0.source == right }
          let domains = Set(leftColumns.map(\.column.domain))
          guard domains.isDisjoint(with: rightColumns.map(\.column.domain)),
            let first = leftColumns.first, let second = rightColumns.first
          else { continue }
          report(
            .neverJoin,
            "'\(right).\(second.column.plan.name)' and '\(left).\(first.column.plan.name)' share "
              + "key '\(key.part.name)' but never join", at: second.column.range,
            label: "type '\(second.column.domain)'",
            notes: [Diagnostic.Note("type '\(first.column.domain)'", at: first.column.range)],
            fix: "declare the same type where they hold the same, or take a key of its own")
        }
      }
    }
  }
}
