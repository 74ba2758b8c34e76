import Diagnostics
import Identifiers
import Records

// `fields`: the columns that may leave a source.
extension Compilation {
  func bindFields(_ section: YAMLNode.Entry, in model: SourceModel) {
    // Joined fields may take their parts' types from other columns: those come first.
    let entries = named(section)
    var columns: [String: ColumnModel] = [:]
    for pass in 0...1 {
      for entry in entries where (isJoinedWithoutType(entry) ? 1 : 0) == pass {
        if let column = bindField(entry, in: model) {
          columns[entry.key] = column
          model.columns.append(column)
        } else {
          model.broken.insert(entry.key)
        }
      }
    }
    model.columns = entries.compactMap { columns[$0.key] }
  }

  private func isJoinedWithoutType(_ entry: YAMLNode.Entry) -> Bool {
    entry.value["type"] == nil && entry.value["from"]?.value["all"] != nil
  }

  /// The raw fields of a column, before they have slots.
  private enum Reads {
    case one(RawPath)
    case first([RawPath])
    case all([RawPath])

    var paths: [RawPath] {
      switch self {
      case .one(let path): [path]
      case .first(let paths), .all(let paths): paths
      }
    }
  }

  private func bindField(_ entry: YAMLNode.Entry, in model: SourceModel) -> ColumnModel? {
    let before = errorCount
    guard isColumnName(entry),
      let keys = keyed(entry.value, .field, owner: "column '\(entry.key)'", at: entry.keyRange)
    else { return nil }
    let purposes = keys["for"].flatMap { purposeList($0) }
    guard let reads = bindFrom(keys["from"], column: entry, in: model) else { return nil }
    guard let types = bindTypes(keys["type"], reads, column: entry, in: model) else { return nil }
    let isJoined = if case .all = reads { true } else { false }
    let type = isJoined ? FieldType.text : types[0]
    let format = bindFormat(keys["format"], type: isJoined ? nil : type, in: model)
    var scale: Int?
    if let entry = keys["scale"] {
      if isJoined || type != .decimal {
        report(
          .settingNotHere, "'scale' says nothing for type '\(type.rawValue)'", at: entry.keyRange,
          label: "only decimal has a scale",
          fix: type == .money ? "delete it, money has two places; or declare decimal" : "delete it")
      } else {
        scale = integer(entry.value, of: "scale", in: 0...9)
      }
    }
    let input =
      isJoined
      ? ColumnType(source: nil, form: .text)
      : ColumnType(source: type, form: type.form(scale: scale))
    let treated = bindTreatments(keys["treat"], input: input, column: entry, reads: reads.paths)
    let unit = keys["unit"].flatMap { text($0.value, of: "unit") }
    let about = keys["about"].flatMap { text($0.value, of: "about") }
    guard let treated else { return nil }
    checkProtection(
      treated, types: isJoined ? types : [type], isJoined: isJoined,
      isTreated: keys["treat"] != nil,
      column: entry, reads: reads.paths)
    let limit = distinctLimit(
      keys["distinct"], type: type, isJoined: isJoined, output: treated.type)
    checkConsent(purposes ?? [], at: keys["for"]?.value.range ?? entry.keyRange, in: model)
    guard let purposes, errorCount == before else { return nil }
    let origin: ColumnPlan.Origin =
      switch reads {
      case .one(let path): .slot(model.slot(of: path))
      case .first(let paths): .first(paths.map { model.slot(of: $0) })
      case .all(let paths): .all(paths.map { model.slot(of: $0) }, types)
      }
    let plan = ColumnPlan(
      name: entry.key, origin: origin, fieldType: type, format: format, scale: scale,
      steps: treated.steps, key: treated.key, type: treated.type, purposes: purposes,
      restsOnConsentAlone: restOnConsentAlone(purposes), distinctLimit: limit, unit: unit,
      about: about,
      treatment: treated.words.isEmpty ? "as it is" : treated.words.joined(separator: ", "),
      rawPaths: reads.paths.map(\.text))
    return ColumnModel(
      plan: plan, range: entry.keyRange, types: types,
      isCoarse: treated.steps.contains { ["round", "bands"].contains($0.kind.name) })
  }

  func restOnConsentAlone(_ purposes: [Int]) -> Bool {
    !purposes.isEmpty && purposes.allSatisfy { self.purposes[$0].part.basis == .consent }
  }

  /// A purpose that rests on consent needs to know where the consent stands.
  func checkConsent(_ columnPurposes: [Int], at range: SourceRange, in model: SourceModel) {
    guard !model.asksConsent, !model.hasReportedConsent,
      let index = columnPurposes.first(where: { purposes[$0].part.basis == .consent })
    else { return }
    model.hasReportedConsent = true
    let purpose = purposes[index]
    report(
      .consentMissing,
      "purpose '\(purpose.part.name)' rests on consent, and source '\(model.name)' names no "
        + "'consent' field", at: range, label: "needs consent",
      notes: [Diagnostic.Note("basis: consent", at: purpose.range)],
      fix: "add to the source  consent: {field: <raw field>, equals: <text>}")
  }

  // MARK: - from

  private func bindFrom(
    _ entry: YAMLNode.Entry?, column: YAMLNode.Entry, in model: SourceModel
  ) -> Reads? {
    guard let entry else {
      return rawPath(column.key, at: column.keyRange, in: model).map { .one($0) }
    }
    guard entry.value.entries != nil else {
      if entry.value.sequence != nil {
        report(
          .wrongShape, "'from' is a list", at: entry.value.range,
          label: "the first of them, or all?", fix: "write  from: {first: [...]}  or  {all: [...]}")
        return nil
      }
      guard let text = text(entry.value, of: "from") else { return nil }
      return rawPath(text, at: entry.value.range, in: model).map { .one($0) }
    }
    guard let keys = keyed(entry.value, .from, owner: "'from'", at: entry.keyRange) else {
      return nil
    }
    guard let several = keys["first"] ?? keys["all"], keys["first"] == nil || keys["all"] == nil
    else {
      if entry.value.entries?.isEmpty == true || keys["first"] != nil {
        report(
          .wrongShape, "'from' needs one of 'first' and 'all'", at: entry.value.range,
          label: "either the first that is there, or all of them")
      }
      return nil
    }
    guard let nodes = list(several.value, of: several.key) else { return nil }
    var paths: [RawPath] = []
    for node in nodes {
      guard let text = text(node, of: several.key),
        let path = rawPath(text, at: node.range, in: model)
      else { return nil }
      if paths.contains(where: { $0.steps == path.steps }) {
        report(.nameTaken, "raw field '\(text)' stands twice", at: node.range, fix: "delete one")
        return nil
      }
      paths.append(path)
    }
    return several.key == "first" ? .first(paths) : .all(paths)
  }

  // MARK: - type

  /// Returns the type, or for joined fields the type of each part.
  private func bindTypes(
    _ entry: YAMLNode.Entry?, _ reads: Reads, column: YAMLNode.Entry, in model: SourceModel
  ) -> [FieldType]? {
    let isJoined = if case .all = reads { true } else { false }
    if model.kind == .accessLog {
      let types = reads.paths.compactMap { AccessLogField(rawValue: $0.text)?.type }
      if let entry {
        guard let stated = word(entry.value, of: "type", FieldType.self) else { return nil }
        if !types.allSatisfy({ $0 == stated }) {
          report(
            .typeFixed, "the type of '\(reads.paths[0].text)' cannot be overridden",
            at: entry.value.range,
            label: "an access log's '\(reads.paths[0].text)' is '\(types[0].rawValue)'",
            fix: "delete 'type'")
          return nil
        }
      }
      if !isJoined, let other = types.first(where: { $0 != types[0] }) {
        report(
          .typeFixed, "the raw fields of 'first' have different types", at: column.keyRange,
          label: "'\(types[0].rawValue)' and '\(other.rawValue)'")
        return nil
      }
      return types
    }
    if isJoined { return joinedTypes(entry, reads.paths, column: column, in: model) }
    guard let entry else {
      // Without a known format nobody can tell whether a type is needed.
      guard model.kind != nil else { return nil }
      report(
        .typeMissing, "column '\(column.key)' has no 'type'", at: column.keyRange,
        label: "what do its values mean?",
        fix: "add  type: <one of \(FieldType.allCases.map(\.rawValue).joined(separator: " "))>")
      return nil
    }
    return word(entry.value, of: "type", FieldType.self).map { [$0] }
  }

  /// One type for all parts, a list of one for each, or those of columns that read the same.
  private func joinedTypes(
    _ entry: YAMLNode.Entry?, _ paths: [RawPath], column: YAMLNode.Entry, in model: SourceModel
  ) -> [FieldType]? {
    if let entry {
      guard let nodes = entry.value.sequence else {
        return word(entry.value, of: "type", FieldType.self).map {
          [FieldType](repeating: $0, count: paths.count)
        }
      }
      let types = nodes.compactMap { word($0, of: "type", FieldType.self) }
      guard types.count == nodes.count else { return nil }
      guard types.count == paths.count else {
        report(
          .illegalValue, "'type' has \(types.count) entries for \(paths.count) raw fields",
          at: entry.value.range, label: "one for each, or one for all")
        return nil
      }
      return types
    }
    var types: [FieldType] = []
    for path in paths {
      let reader = model.columns.first { column in
        if case .slot(let slot) = column.plan.origin {
          return model.projection.slots[slot].steps == path.steps
        }
        return false
      }
      guard let reader else {
        guard model.kind != nil else { return nil }
        report(
          .typeMissing, "column '\(column.key)' has no 'type'", at: column.keyRange,
          label: "what does '\(path.text)' hold?",
          fix: "add  type: [<one for each raw field>]")
        return nil
      }
      types.append(reader.plan.fieldType)
    }
    return types
  }

  private func bindFormat(
    _ entry: YAMLNode.Entry?, type: FieldType?, in model: SourceModel
  ) -> TimeFormat? {
    let isTime = type.map { [.timestamp, .date, .birthDate].contains($0) } ?? false
    if let entry {
      if model.kind == .accessLog {
        report(
          .typeFixed, "an access log has one time format", at: entry.keyRange,
          label: "cannot be stated", fix: "delete 'format'")
      } else if !isTime {
        report(
          .settingNotHere, "'format' says nothing for this type", at: entry.keyRange,
          label: "only timestamp, date and birth_date have one", fix: "delete it")
      } else {
        return timeFormat(entry.value)
      }
      return nil
    }
    guard isTime else { return nil }
    return model.kind == .accessLog ? .accessLog : .iso8601
  }

  /// Open text columns hold 1,000 distinct values, unless the file says another number.
  private func distinctLimit(
    _ entry: YAMLNode.Entry?, type: FieldType, isJoined: Bool, output: ColumnType
  ) -> Int? {
    let isOpen = type == .text && !isJoined && output.isGuarded
    guard let entry else { return isOpen ? 1000 : nil }
    guard isOpen else {
      report(
        .settingNotHere, "'distinct' says nothing for this column", at: entry.keyRange,
        label: "only open text of type text is limited", fix: "delete it")
      return nil
    }
    return integer(entry.value, of: "distinct", in: 1...100_000_000)
  }

  // MARK: - Protection

  private func checkProtection(
    _ treated: Treated, types: [FieldType], isJoined: Bool, isTreated: Bool, column: YAMLNode.Entry,
    reads: [RawPath]
  ) {
    let type = treated.type
    let name = reads.first?.text ?? column.key
    let isToken = if case .pseudonym = type.state { true } else { false }
    // The reason stands whatever comes of the value after it.
    let isKept = treated.steps.contains { $0.kind.name == "keep" }
    if isJoined {
      guard !isToken, type.form != .boolean else { return }
      report(
        .unprotectedIdentifier, "'\(column.key)' would leave the shop unprotected",
        at: column.keyRange, label: "joined fields leave only as pseudonym or present",
        fix: "add  treat: {pseudonym: \(keySuggestion(for: nil))}")
      return
    }
    guard let declared = types.first else { return }
    switch declared.identifierClass {
    case .direct:
      if isToken || type.state == .subnet || type.form == .boolean { return }
      // A closed list over subnets shows less than they do.
      let isSubnet = treated.steps.contains { $0.kind.name == "subnet" }
      if isSubnet, type.state == .closed { return }
      report(
        .unprotectedIdentifier, "'\(name)' would leave the shop unprotected", at: column.keyRange,
        label: isTreated
          ? "direct identifier, still readable after 'treat'" : "direct identifier, no 'treat'",
        fix: "add  treat: {pseudonym: \(keySuggestion(for: declared))}  or delete the line; "
          + "undeclared fields are dropped")
    case .quasi:
      if type.state != .raw { return }
      report(
        .untreatedQuasiIdentifier, "'\(name)' would leave the shop untreated", at: column.keyRange,
        label: "quasi-identifier, no 'treat'",
        fix: "add  treat: \(treatmentSuggestion(for: declared))  or delete the line; undeclared "
          + "fields are dropped")
    case .plain:
      if isKept { return }
      for word in [column.key] + reads.flatMap(\.telltaleNames) where PersonalName.holds(word) {
        report(
          .personalName,
          "'\(word)' reads like an identifier and is declared '\(declared.rawValue)'",
          at: column.keyRange, label: "a plain type under a personal name",
          fix: "declare the type it has, or add  treat: {keep: \"<why it is none>\"}")
        return
      }
    }
  }

  /// The key under which other columns of that type are pseudonyms, or any key.
  private func keySuggestion(for type: FieldType?) -> String {
    for model in sources {
      for column in model.columns where column.plan.fieldType == type {
        if let key = column.plan.key { return keys[key].part.name }
      }
    }
    return keys.first?.part.name ?? "KEY"
  }

  private func treatmentSuggestion(for type: FieldType) -> String {
    switch type {
    case .postcode: "{prefix: 2}"
    case .city: "{keep: \"<reason>\"}"
    case .birthDate: "{age: {bands: [18, 25, 35, 50, 65]}}"
    case .userAgent: "{agent: family}"
    case .url: "{url: {keep: [path]}}"
    case .freeText: "{redact: {find: [email, phone, iban, card, ip], accept: \"<reason>\"}}"
    default: "{floor: day}"
    }
  }
}
