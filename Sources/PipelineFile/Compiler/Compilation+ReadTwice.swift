import Diagnostics
import Records

// A raw field that one column protects must not leave through another.
extension Compilation {
  /// Reports columns that show what another column of the source declares to be an identifier.
  ///
  /// A direct identifier under another type is readable in any open form, whatever reason is given:
  /// there is no way to keep one. A quasi-identifier may have a treated twin, such as a prefix, but
  /// none as it is, unless `keep` gives a reason and its own type could be kept.
  func checkReadTwice(_ model: SourceModel) {
    var protected: [String: (type: FieldType, column: String?, range: SourceRange)] = [:]
    for field in model.objectionFields { protected[field.path] = (field.type, nil, field.range) }
    for column in model.columns {
      for (path, type) in declaredTypes(of: column) {
        switch type.identifierClass {
        case .direct: protected[path] = (type, column.plan.name, column.range)
        case .quasi where type != .timestamp && protected[path] == nil:
          protected[path] = (type, column.plan.name, column.range)
        default: continue
        }
      }
    }
    guard !protected.isEmpty else { return }
    for column in model.columns where isReadable(column) {
      for path in column.plan.rawPaths {
        guard let (type, other, range) = protected[path], other != column.plan.name,
          shows(column, type)
        else { continue }
        let words = declaredTypes(of: column).first.map { "as '\($0.1.rawValue)'" } ?? "as a number"
        report(
          .unprotectedIdentifier, "'\(path)' would leave the shop unprotected",
          at: column.range, label: "read \(words) here",
          notes: [Diagnostic.Note("declared '\(type.rawValue)' here", at: range)],
          fix: wayOut(column, type))
        break
      }
    }
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
    if isDerived(column) { return true }
    if case .kept = column.plan.type.state { return !mayKeep(type) }
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
