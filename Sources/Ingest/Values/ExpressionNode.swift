import Records

/// What an expression reads: a column or a raw field.
enum ExpressionOperand: Hashable, Sendable {
  case column(Int)
  case slot(Int, scale: Int)
  case element(group: Int, element: Int, scale: Int)

  /// Places that raw text is read with; columns are numbers already.
  var scale: Int {
    switch self {
    case .column: 0
    case .slot(_, let scale), .element(_, _, let scale): scale
    }
  }
}

/// An expression made ready to run: operands by position, and scales made equal before sums.
indirect enum ExpressionNode: Sendable {
  case literal(Int64)
  case operand(Int)
  case sum(ExpressionNode, group: Int)
  case add(ExpressionNode, ExpressionNode)
  case subtract(ExpressionNode, ExpressionNode)
  case multiply(ExpressionNode, ExpressionNode)
  case negate(ExpressionNode)
  /// Times 10 to the power of `places`.
  case shift(ExpressionNode, places: Int)

  init(_ expression: Expression, operands: inout [ExpressionOperand]) {
    switch expression {
    case .literal(let mantissa, _): self = .literal(mantissa)
    case .column(let position, _):
      self = .operand(ExpressionNode.position(of: .column(position), in: &operands))
    case .slot(let slot, let scale):
      self = .operand(ExpressionNode.position(of: .slot(slot, scale: scale), in: &operands))
    case .element(let group, let element, let scale):
      self = .operand(
        ExpressionNode.position(
          of: .element(group: group, element: element, scale: scale), in: &operands))
    case .sum(let inner, let group):
      self = .sum(ExpressionNode(inner, operands: &operands), group: group)
    case .add(let left, let right):
      self = .add(
        ExpressionNode(left, atLeast: right.scale, operands: &operands),
        ExpressionNode(right, atLeast: left.scale, operands: &operands))
    case .subtract(let left, let right):
      self = .subtract(
        ExpressionNode(left, atLeast: right.scale, operands: &operands),
        ExpressionNode(right, atLeast: left.scale, operands: &operands))
    case .multiply(let left, let right):
      self = .multiply(
        ExpressionNode(left, operands: &operands), ExpressionNode(right, operands: &operands))
    case .negate(let inner): self = .negate(ExpressionNode(inner, operands: &operands))
    }
  }

  private init(
    _ expression: Expression, atLeast scale: Int, operands: inout [ExpressionOperand]
  ) {
    let node = ExpressionNode(expression, operands: &operands)
    self = expression.scale < scale ? .shift(node, places: scale - expression.scale) : node
  }

  private static func position(
    of operand: ExpressionOperand, in operands: inout [ExpressionOperand]
  ) -> Int {
    if let known = operands.firstIndex(of: operand) { return known }
    operands.append(operand)
    return operands.count - 1
  }
}
