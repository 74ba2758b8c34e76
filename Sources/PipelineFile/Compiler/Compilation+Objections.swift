import Diagnostics
import Records

// `objections`: lists of persons who said no to some purposes, and what is compared with them.
extension Compilation {
  /// Each list doubles the ways in which a record can lose purposes.
  static let objectionLimit = 8

  func bindObjections(_ entry: YAMLNode.Entry, in model: SourceModel) {
    let nodes = list(entry.value, of: "objections") ?? []
    if nodes.count > Self.objectionLimit {
      report(
        .illegalValue, "'objections' has \(nodes.count) entries", at: entry.keyRange,
        label: "at most \(Self.objectionLimit)",
        fix: "name lists of the same type and purposes by one pattern")
      return
    }
    for node in nodes {
      if let objection = bindObjection(node, in: model) { model.objections.append(objection) }
    }
  }

  private func bindObjection(
    _ node: YAMLNode, in model: SourceModel
  ) -> SourcePlan.Objection? {
    guard let keys = keyed(node, .objection, owner: "an entry of 'objections'", at: node.range)
    else { return nil }
    let files = keys["files"].flatMap { objectionFiles($0.value) }
    let words = FieldType.allCases.filter { $0.identifierClass == .direct }.map(\.rawValue)
    let type = keys["type"].flatMap { word($0.value, of: "type", among: words) }
      .flatMap { FieldType(rawValue: $0) }
    let purposes = keys["purposes"].flatMap { purposeList($0, isUse: false) }
    let missing = keys["missing"].flatMap { word($0.value, of: "missing", among: ["ok"]) }
    let column = keys["column"].flatMap { text($0.value, of: "column") }
    var delimiter = [UInt8(ascii: ",")]
    if let entry = keys["delimiter"] {
      if keys["column"] == nil {
        report(
          .settingNotHere, "'delimiter' says nothing for a list of lines", at: entry.keyRange,
          label: "an option of a list with 'column'", fix: "delete it, or add  column: <name>")
      }
      delimiter = self.delimiter(entry.value) ?? delimiter
    }
    guard let type, let slots = objectionSlots(keys, type, in: model, at: node) else { return nil }
    guard let files, let purposes else { return nil }
    if let entry = keys["purposes"] { checkObjected(purposes, at: entry.value.range, in: model) }
    return SourcePlan.Objection(
      files: files, missingIsFine: missing == "ok", type: type, slots: slots, purposes: purposes,
      column: column, delimiter: delimiter)
  }

  /// A list comes as a file: standard input carries raw data, or nothing.
  private func objectionFiles(_ node: YAMLNode) -> String? {
    guard let pattern = filePattern(node) else { return nil }
    guard pattern == "-" else { return pattern }
    report(
      .illegalFiles, "a list of objections cannot come from standard input", at: node.range,
      label: "no file", fix: "write a pattern below the input folder, such as  \"objections.txt\"")
    return nil
  }

  /// Returns the raw fields to compare: the stated one, or all that a column reads as that type.
  private func objectionSlots(
    _ keys: Keyed, _ type: FieldType, in model: SourceModel, at node: YAMLNode
  ) -> [Int]? {
    if let entry = keys["field"] {
      guard let text = text(entry.value, of: "field"),
        let path = rawPath(text, at: entry.value.range, in: model)
      else { return nil }
      model.objectionFields.append((path.text, type, entry.value.range))
      return [model.slot(of: path)]
    }
    var slots: [Int] = []
    for column in model.columns {
      let read: [(Int, FieldType)] =
        switch column.plan.origin {
        case .slot(let slot): [(slot, column.plan.fieldType)]
        case .first(let several): several.map { ($0, column.plan.fieldType) }
        case .all(let several, let types): Array(zip(several, types))
        case .derived: []
        }
      for (slot, declared) in read where declared == type && !slots.contains(slot) {
        slots.append(slot)
      }
    }
    if slots.isEmpty, model.broken.isEmpty {
      report(
        .objectionMatchesNothing,
        "objections of type '\(type.rawValue)', and no column of source '\(model.name)' reads one",
        at: keys["type"]?.value.range ?? node.range, label: "nothing to compare",
        fix: "add  field: <raw field>  to the entry; it is read and does not leave")
      return nil
    }
    return slots
  }

  /// Warns of purposes for which the source keeps nothing.
  private func checkObjected(
    _ purposes: [Int], at range: SourceRange, in model: SourceModel
  ) {
    guard model.broken.isEmpty else { return }
    for purpose in purposes
    where !model.columns.contains(where: { $0.plan.purposes.contains(purpose) }) {
      report(
        .unused,
        "objections to purpose '\(self.purposes[purpose].part.name)', for which source "
          + "'\(model.name)' keeps no column", at: range, label: "nothing is lost",
        fix: "delete the purpose here")
    }
  }
}
