import Diagnostics
import Records

// A raw field that one column protects must not leave through another.
extension Compilation {
  /// Reports plain columns that show what another column of the source declares to be an identifier.
  ///
  /// A direct identifier under a plain type is readable in any open form; a quasi-identifier may
  /// have a treated twin, such as a prefix, but none as it is.
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
          type.identifierClass == .direct || column.plan.type.state == .raw || isDerived(column)
        else { continue }
        let words = declaredTypes(of: column).first.map { "as '\($0.1.rawValue)'" } ?? "as a number"
        report(
          .unprotectedIdentifier, "'\(path)' would leave the shop unprotected",
          at: column.range, label: "read \(words) here",
          notes: [Diagnostic.Note("declared '\(type.rawValue)' here", at: range)],
          fix: isDerived(column)
            ? "leave it out of the expression"
            : "delete the line, or add  treat: {keep: \"<why it is none>\"}")
        break
      }
    }
  }

  private func isDerived(_ column: ColumnModel) -> Bool {
    if case .derived = column.plan.origin { return true }
    return false
  }

  /// Whether a column of a plain type shows its raw field in a form that nobody vouched for.
  private func isReadable(_ column: ColumnModel) -> Bool {
    guard column.plan.fieldType.identifierClass == .plain, column.plan.type.form != .boolean
    else { return false }
    switch column.plan.type.state {
    case .raw, .treated: return true
    case .closed, .subnet, .pseudonym, .kept: return false
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
