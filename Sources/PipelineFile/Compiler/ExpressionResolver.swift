import Diagnostics
import Identifiers
import Records

/// Resolves the names of one expression: columns of the source first, then raw paths.
struct ExpressionResolver {
  let compilation: Compilation
  let model: SourceModel
  let node: YAMLNode
  /// All derived columns of the source, also those below this one.
  let pending: [String]
  /// Whether the formula states its purposes: then names that are no columns are raw paths.
  let mayNameRawPaths: Bool

  /// Columns the expression reads, each once.
  private(set) var columns: [Int] = []
  private(set) var rawPaths: [String] = []
  private(set) var firstRawRange: SourceRange?
  private var hasFailed = false
  /// The array of the `sum` that is being resolved.
  private var group: Int?
  private var isInSum = false

  init(
    compilation: Compilation, model: SourceModel, node: YAMLNode, pending: [String],
    mayNameRawPaths: Bool
  ) {
    self.compilation = compilation
    self.model = model
    self.node = node
    self.pending = pending
    self.mayNameRawPaths = mayNameRawPaths
  }

  var namesRawPaths: Bool { !rawPaths.isEmpty }

  mutating func resolve(_ text: String) -> Expression? {
    var parser = ExpressionParser(text)
    let syntax: ExpressionNode
    do {
      syntax = try parser.parse()
    } catch {
      compilation.report(
        .unreadableExpression, "the expression cannot be read: \(error.message)",
        at: range(error.place), fix: "write numbers, columns, + - * ( ) and sum(...)")
      return nil
    }
    let expression = resolve(syntax)
    return hasFailed ? nil : expression
  }

  private mutating func resolve(_ syntax: ExpressionNode) -> Expression? {
    switch syntax {
    case .literal(let mantissa, let scale): return .literal(mantissa: mantissa, scale: scale)
    case .add(let left, let right):
      let operands = (resolve(left), resolve(right))
      guard let left = operands.0, let right = operands.1 else { return nil }
      return .add(left, right)
    case .subtract(let left, let right):
      let operands = (resolve(left), resolve(right))
      guard let left = operands.0, let right = operands.1 else { return nil }
      return .subtract(left, right)
    case .multiply(let left, let right):
      let operands = (resolve(left), resolve(right))
      guard let left = operands.0, let right = operands.1 else { return nil }
      return .multiply(left, right)
    case .negate(let inner): return resolve(inner).map { .negate($0) }
    case .sum(let inner, let place): return sum(inner, at: place)
    case .name(let name, let place): return operand(name, at: place)
    }
  }

  private mutating func sum(_ inner: ExpressionNode, at place: Range<Int>) -> Expression? {
    if isInSum {
      return fail(.illegalSum, "a sum inside a sum", at: place, label: "one array at a time")
    }
    isInSum = true
    group = nil
    let resolved = resolve(inner)
    isInSum = false
    guard let resolved else { return nil }
    guard let group else {
      return fail(
        .illegalSum, "'sum' runs over no array", at: place, label: "no path with []",
        fix: "write  sum(items[].price * items[].quantity)")
    }
    return .sum(resolved, group: group)
  }

  private mutating func operand(_ name: String, at place: Range<Int>) -> Expression? {
    let bare =
      name.hasPrefix("\"") && name.hasSuffix("\"") && name.count > 2
      ? String(name.dropFirst().dropLast()) : name
    if let (index, column) = model.column(name) ?? model.column(bare) {
      guard column.plan.type.form.isNumber else {
        return fail(
          .notANumber, "column '\(bare)' is no number", at: place,
          label: column.types.first.map { "type '\($0.rawValue)'" } ?? "",
          notes: [Diagnostic.Note("declared here", at: column.range)])
      }
      if !columns.contains(index) { columns.append(index) }
      return .column(index, scale: column.plan.type.form.scale)
    }
    if model.broken.contains(bare) {
      hasFailed = true
      return nil
    }
    if pending.contains(bare) {
      return fail(
        .unknownColumn, "column '\(bare)' is derived further down", at: place,
        fix: "put it above the columns that use it")
    }
    return rawOperand(name, at: place)
  }

  private mutating func rawOperand(_ name: String, at place: Range<Int>) -> Expression? {
    if model.kind == nil {
      hasFailed = true
      return nil
    }
    let bare = name.filter { $0 != "\"" }
    if !mayNameRawPaths {
      let numbers = model.columns.filter { $0.plan.type.form.isNumber }.map(\.plan.name)
      if let nearest = Nearest.name(to: bare, among: numbers) {
        return fail(
          .unknownColumn, "no column named '\(bare)' in source '\(model.name)'", at: place,
          label: "did you mean '\(nearest)'?")
      }
    }
    if model.kind == .csv || model.kind == .accessLog {
      guard let path = compilation.rawPath(bare, at: range(place), in: model) else {
        hasFailed = true
        return nil
      }
      if let field = AccessLogField(rawValue: bare), model.kind == .accessLog, field.type != .int {
        return fail(
          .notANumber, "raw field '\(bare)' is no number", at: place,
          label: "type '\(field.type.rawValue)'")
      }
      if readsLikeIdentifier(path, at: place) { return nil }
      note(path, at: place)
      return .slot(model.slot(of: path), scale: model.kind == .accessLog ? 0 : 6)
    }
    guard let path = RawPath(parsing: name) else {
      return fail(
        .illegalPath, "'\(name)' is no path", at: place,
        label: "such as order.total or items[].price")
    }
    if readsLikeIdentifier(path, at: place) { return nil }
    let array = nestedArray(of: path)
    guard let array else {
      note(path, at: place)
      return .slot(model.slot(of: path), scale: 6)
    }
    guard isInSum else {
      return fail(
        .nestedPath, "'\(name)' has many values in one record", at: place,
        label: "runs over an array", fix: "write  sum(\(name))")
    }
    guard let field = inner(path, below: array), !field.isNested else {
      return fail(
        .illegalSum, "'\(name)' runs over more than one array", at: place,
        label: "one array at a time")
    }
    note(path, at: place)
    let element = model.element(array: array, field: field)
    if let group, group != element.group {
      return fail(
        .illegalSum, "'sum' runs over two arrays", at: place,
        label: "another array than before", fix: "write one sum for each array")
    }
    group = element.group
    return .element(group: element.group, element: element.element, scale: 6)
  }

  private mutating func readsLikeIdentifier(_ path: RawPath, at place: Range<Int>) -> Bool {
    guard let name = path.telltaleNames.first(where: PersonalName.holds) else { return false }
    _ = fail(
      .personalName, "'\(name)' reads like an identifier and is reckoned with", at: place,
      fix: "reckon with numbers only")
    return true
  }

  /// The array that a path runs over, beyond the one that `each` runs over; `nil` for none.
  private func nestedArray(of path: RawPath) -> RawPath? {
    var start = 0
    if let each = model.each, path.steps.starts(with: each.steps + [.each]) {
      start = each.steps.count + 1
    }
    guard let index = path.steps[start...].firstIndex(of: .each) else { return nil }
    let steps = Array(path.steps[..<index])
    let parts = path.text.components(separatedBy: "[]")
    let count = steps.count { $0 == .each } + 1
    return RawPath(steps: steps, text: parts.prefix(count).joined(separator: "[]"))
  }

  private func inner(_ path: RawPath, below array: RawPath) -> RawPath? {
    let steps = Array(path.steps[(array.steps.count + 1)...])
    guard !steps.isEmpty else { return nil }
    var text = path.text.dropFirst(array.text.count + 2)
    if text.first == "." { text.removeFirst() }
    return RawPath(steps: steps, text: String(text))
  }

  private mutating func note(_ path: RawPath, at place: Range<Int>) {
    if !rawPaths.contains(path.text) { rawPaths.append(path.text) }
    if firstRawRange == nil { firstRawRange = range(place) }
  }

  private mutating func fail(
    _ code: DiagnosticCode, _ message: String, at place: Range<Int>, label: String = "",
    notes: [Diagnostic.Note] = [], fix: String? = nil
  ) -> Expression? {
    hasFailed = true
    compilation.report(code, message, at: range(place), label: label, notes: notes, fix: fix)
    return nil
  }

  /// Returns the place in the file of a stretch of the expression.
  private func range(_ place: Range<Int>) -> SourceRange {
    let start = node.range.start
    guard start.line == node.range.end.line, case .scalar(_, let style) = node.content,
      style != .block
    else { return node.range }
    let shift = style == .quoted ? 1 : 0
    return SourceRange(
      line: start.line, column: start.column + place.lowerBound + shift,
      length: max(1, place.count))
  }
}

extension String {
  /// Splits at every occurrence of a separator.
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = [""]
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        parts.append("")
        rest = rest.dropFirst(separator.count)
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    return parts
  }
}
