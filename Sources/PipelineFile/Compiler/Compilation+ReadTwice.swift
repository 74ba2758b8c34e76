import Diagnostics
import Records

// A raw field that one column protects must not leave through another.
extension Compilation {
  /// Reports columns that show what another column of the source declares to be an identifier.
  ///
  /// A direct identifier under another type is readable in any open form, whatever reason is given:
  /// there is no way to keep one. A quasi-identifier may have a treated twin, such as a prefix, but
  /// none as it is, unless `keep` gives a reason and its own type could be kept; a moment may have
  /// a date beside it.
  func checkReadTwice(_ model: SourceModel) {
    let protected = protectedFields(of: model)
    guard !protected.isEmpty else { return }
    for column in model.columns where isReadable(column) {
      let reads = column.plan.rawPaths.map { path($0, in: model) }
      guard
        let field = protected.first(where: { field in
          field.column != column.plan.name && shows(column, field.type)
            && reads.contains { $0.mayMeet(field.path) }
        })
      else { continue }
      let words = declaredTypes(of: column).first.map { "as '\($0.1.rawValue)'" } ?? "as a number"
      report(
        .unprotectedIdentifier, "'\(field.path.text)' would leave the shop unprotected",
        at: column.range, label: "read \(words) here",
        notes: [Diagnostic.Note("declared '\(field.type.rawValue)' here", at: field.range)],
        fix: wayOut(column, field.type))
    }
  }

  /// A raw field that a column, or an objection, declares to be an identifier.
  private struct ProtectedField {
    var path: RawPath
    var type: FieldType
    /// `nil` for an objection's.
    var column: String?
    var range: SourceRange
  }

  /// The raw fields that are declared to be identifiers, the direct ones first.
  private func protectedFields(of model: SourceModel) -> [ProtectedField] {
    var direct = model.objectionFields.map { field in
      ProtectedField(path: path(field.path, in: model), type: field.type, range: field.range)
    }
    var quasi: [ProtectedField] = []
    for column in model.columns {
      for (text, type) in declaredTypes(of: column) {
        let field = ProtectedField(
          path: path(text, in: model), type: type, column: column.plan.name, range: column.range)
        switch type.identifierClass {
        case .direct: direct.append(field)
        case .quasi: quasi.append(field)
        case .plain: continue
        }
      }
    }
    return direct + quasi
  }

  /// The path that a text names, which was understood before.
  private func path(_ text: String, in model: SourceModel) -> RawPath {
    (model.kind == .ndjson ? RawPath(parsing: text) : nil) ?? RawPath(name: text)
  }

  private func isDerived(_ column: ColumnModel) -> Bool {
    if case .derived = column.plan.origin { return true }
    return false
  }

  private func wayOut(_ column: ColumnModel, _ type: FieldType) -> String {
    if isDerived(column) { return "leave it out of the expression" }
    return mayKeep(type)
      ? "delete the line, or add  treat: {keep: \"<why it is none>\"}"
      : "delete the line, or declare it '\(type.rawValue)' here too"
  }

  /// Whether an open column shows what the type of its raw field protects.
  private func shows(_ column: ColumnModel, _ type: FieldType) -> Bool {
    let own = column.plan.fieldType.identifierClass
    if type.identifierClass == .direct { return own != .direct }
    // How long something took, reckoned of two moments, shows neither.
    if isDerived(column) { return type != .timestamp || column.plan.rawPaths.count == 1 }
    if case .kept = column.plan.type.state { return !mayKeep(type) }
    // A date tells less than the moment that it is read of.
    if type == .timestamp, column.plan.fieldType == .date { return false }
    return own == .plain && column.plan.type.state == .raw
  }

  /// Whether a column leaves in an open form.
  private func isReadable(_ column: ColumnModel) -> Bool {
    guard column.plan.type.form != .boolean else { return false }
    switch column.plan.type.state {
    // A quasi-identifier that is not treated is reported as that.
    case .raw: return column.plan.fieldType.identifierClass == .plain
    case .treated, .kept: return true
    case .closed, .subnet, .pseudonym: return false
    }
  }

  /// The raw paths of a column, each with the type that it was declared with.
  private func declaredTypes(of column: ColumnModel) -> [(String, FieldType)] {
    switch column.plan.origin {
    case .slot, .first: column.plan.rawPaths.map { ($0, column.plan.fieldType) }
    case .all(_, let types): Array(zip(column.plan.rawPaths, types))
    case .derived: []
    }
  }
}
