/// Exact decimal arithmetic over the columns of a source, checked and with every scale known.
package indirect enum Expression: Hashable, Sendable {
  /// `mantissa` minor units of `scale` places.
  case literal(mantissa: Int64, scale: Int)
  /// A number column of the source, by its position, with that column's scale.
  case column(Int, scale: Int)
  /// A raw scalar field, by its slot, read as decimal of that scale.
  case slot(Int, scale: Int)
  /// Field `element` of the elements of nested array `group`, read as decimal of that scale.
  case element(group: Int, element: Int, scale: Int)
  /// The sum over all elements of nested array `group`; a missing array is 0.
  case sum(Expression, group: Int)
  case add(Expression, Expression)
  case subtract(Expression, Expression)
  case multiply(Expression, Expression)
  case negate(Expression)

  /// Places of the result: products add scales, sums take the greater.
  package var scale: Int {
    switch self {
    case .literal(_, let scale), .column(_, let scale), .slot(_, let scale),
      .element(_, _, let scale):
      scale
    case .sum(let inner, _), .negate(let inner): inner.scale
    case .add(let left, let right), .subtract(let left, let right): max(left.scale, right.scale)
    case .multiply(let left, let right): left.scale + right.scale
    }
  }

  /// The columns of the source that the expression reads, from left to right.
  package var columns: [Int] {
    switch self {
    case .column(let column, _): [column]
    case .literal, .slot, .element: []
    case .sum(let inner, _), .negate(let inner): inner.columns
    case .add(let left, let right), .subtract(let left, let right), .multiply(let left, let right):
      left.columns + right.columns
    }
  }
}
