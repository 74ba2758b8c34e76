import Diagnostics
import Identifiers
import Records

// `derive`: columns computed by exact decimal arithmetic.
extension Compilation {
  func bindDerived(_ section: YAMLNode.Entry, in model: SourceModel) {
    let entries = named(section)
    for entry in entries {
      if let other = model.column(entry.key) {
        report(
          .nameTaken, "'\(entry.key)' is a column already", at: entry.keyRange, label: "again",
          notes: [Diagnostic.Note("first here", at: other.model.range)], fix: "rename one of them")
        continue
      }
      if let column = bindDerivedColumn(entry, in: model, all: entries.map(\.key)) {
        model.columns.append(column)
      } else {
        model.broken.insert(entry.key)
      }
    }
  }

  private func bindDerivedColumn(
    _ entry: YAMLNode.Entry, in model: SourceModel, all: [String]
  ) -> ColumnModel? {
    let before = errorCount
    guard isColumnName(entry) else { return nil }
    if PersonalName.holds(entry.key) {
      report(
        .personalName, "'\(entry.key)' reads like an identifier and is derived",
        at: entry.keyRange, label: "a number under a personal name",
        fix: "name the column for what it counts")
    }
    var node = entry.value
    var purposeEntry: YAMLNode.Entry?
    var scale: Int?
    var statesPurpose = false
    if entry.value.entries != nil {
      guard
        let keys = keyed(
          entry.value, .derived, owner: "derived column '\(entry.key)'", at: entry.keyRange),
        let formula = keys["is"]
      else { return nil }
      node = formula.value
      purposeEntry = keys["for"]
      statesPurpose = purposeEntry != nil
      scale = keys["scale"].flatMap { integer($0.value, of: "scale", in: 0...18) }
    }
    let stated = purposeEntry.flatMap { purposeList($0) }
    guard let text = text(node, of: "is") else { return nil }
    var resolver = ExpressionResolver(
      compilation: self, model: model, node: node, pending: all, mayNameRawPaths: statesPurpose)
    guard let expression = resolver.resolve(text) else { return nil }
    if resolver.namesRawPaths, !statesPurpose {
      report(
        .expressionNeedsPurpose, "'\(entry.key)' reads raw fields and has no 'for'",
        at: resolver.firstRawRange ?? node.range, label: "a raw field, no column",
        fix: "write  \(entry.key): {is: \"\(text)\", for: <purpose>}")
      return nil
    }
    guard
      let purposes = derivedPurposes(
        stated, isStated: statesPurpose, resolver.columns, entry: entry,
        range: purposeEntry?.value.range, in: model)
    else { return nil }
    let result = scale ?? expression.scale
    if expression.scale > 36 || result > 18 {
      report(
        .tooManyPlaces, "'\(entry.key)' has \(expression.scale) decimal places", at: node.range,
        label: "at most \(expression.scale > 36 ? "36, even when rounded" : "18")",
        fix: entry.value.entries == nil
          ? "write  {is: \"\(text)\", scale: 2}" : "add  scale: 2")
      return nil
    }
    checkConsent(purposes, at: purposeEntry?.value.range ?? entry.keyRange, in: model)
    guard errorCount == before else { return nil }
    let showsMoney = resolver.columns.contains { index in
      if case .decimal(_, true) = model.columns[index].plan.type.form { return true }
      return false
    }
    let form: ValueForm =
      result == 0 ? .integer : .decimal(scale: result, keepsPlaces: result == 2 && showsMoney)
    let plan = ColumnPlan(
      name: entry.key, origin: .derived(expression), fieldType: .decimal, format: nil,
      scale: scale, steps: [], key: nil, type: ColumnType(source: nil, form: form, state: .treated),
      purposes: purposes, restsOnConsentAlone: restOnConsentAlone(purposes), distinctLimit: nil,
      unit: nil, about: nil, treatment: "derived: \(text)", rawPaths: resolver.rawPaths)
    return ColumnModel(
      plan: plan, range: entry.keyRange, types: [],
      isCoarse: !resolver.columns.isEmpty && !resolver.namesRawPaths
        && resolver.columns.allSatisfy { model.columns[$0].isCoarse })
  }

  /// The purposes that all columns share, or those stated among them.
  private func derivedPurposes(
    _ stated: [Int]?, isStated: Bool, _ columns: [Int], entry: YAMLNode.Entry, range: SourceRange?,
    in model: SourceModel
  ) -> [Int]? {
    var shared: [Int]?
    for index in columns {
      let own = model.columns[index].plan.purposes
      shared = shared.map { $0.filter { own.contains($0) } } ?? own
    }
    if isStated {
      guard let stated else { return nil }
      if let shared, let extra = stated.first(where: { !shared.contains($0) }),
        let column = columns.first(where: { !model.columns[$0].plan.purposes.contains(extra) })
      {
        let name = purposes[extra].part.name
        report(
          .purposesNotShared,
          "'\(entry.key)' is for '\(name)', and column '\(model.columns[column].plan.name)' is not",
          at: range ?? entry.keyRange, label: "wider than what it is made of",
          notes: [Diagnostic.Note("made of this", at: model.columns[column].range)],
          fix: "let the column be for '\(name)' too, or state a purpose that all share")
        return nil
      }
      return stated
    }
    guard let shared else {
      report(
        .expressionNeedsPurpose, "'\(entry.key)' has no 'for'", at: entry.keyRange,
        label: "no column brings a purpose", fix: "write  \(entry.key): {is: ..., for: <purpose>}")
      return nil
    }
    if shared.isEmpty {
      report(
        .purposesNotShared, "the columns of '\(entry.key)' share no purpose", at: entry.keyRange,
        label: "may be used for nothing",
        notes: columns.map {
          Diagnostic.Note(
            "for \(model.columns[$0].plan.purposes.map { purposes[$0].part.name }.joined(separator: ", "))",
            at: model.columns[$0].range)
        })
      return nil
    }
    return shared
  }
}
