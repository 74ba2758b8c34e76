import Diagnostics

/// The syntax of an expression: what stands where, nothing resolved.
package indirect enum ExpressionNode {
  case literal(mantissa: Int64, scale: Int)
  /// A column or a raw path, as written.
  case name(String, Range<Int>)
  case sum(ExpressionNode, Range<Int>)
  case add(ExpressionNode, ExpressionNode)
  case subtract(ExpressionNode, ExpressionNode)
  case multiply(ExpressionNode, ExpressionNode)
  case negate(ExpressionNode)
}

/// Reads `+ - * ( )`, decimal literals, names, raw paths and `sum(...)`.
///
/// Operator precedence by Pratt's method ("Top Down Operator Precedence", 1973). Offsets count
/// Unicode scalars of the text from 0.
package struct ExpressionParser {
  package struct Fault: Error {
    package var message: String
    package var place: Range<Int>
  }

  private enum Token: Equatable {
    case number(String)
    case name(String)
    case sign(Unicode.Scalar)
    case end
  }

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var token = Token.end
  private var place = 0..<0
  private var depth = 0
  private var operators = 0

  /// Beyond these no formula of a shop goes; whoever walks the result recurses.
  private static let depthLimit = 50
  private static let operatorLimit = 200

  package init(_ text: String) { scalars = Array(text.unicodeScalars) }

  package mutating func parse() throws(Fault) -> ExpressionNode {
    try advance()
    let node = try expression(minimum: 0)
    guard token == .end else {
      throw Fault(message: "an operator is missing before this", place: place)
    }
    return node
  }

  private mutating func expression(minimum: Int) throws(Fault) -> ExpressionNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw Fault(message: "brackets are nested too deeply", place: place)
    }
    var left = try prefix()
    while case .sign(let sign) = token, let power = Self.power(sign), power > minimum {
      operators += 1
      guard operators <= Self.operatorLimit else {
        throw Fault(message: "the expression is too long", place: place)
      }
      try advance()
      let right = try expression(minimum: power)
      left =
        switch sign {
        case "+": .add(left, right)
        case "-": .subtract(left, right)
        default: .multiply(left, right)
        }
    }
    return left
  }

  private static func power(_ sign: Unicode.Scalar) -> Int? {
    switch sign {
    case "+", "-": 1
    case "*": 2
    default: nil
    }
  }

  private mutating func prefix() throws(Fault) -> ExpressionNode {
    let start = place
    switch token {
    case .number(let digits):
      let node = try literal(digits)
      try advance()
      return node
    case .name(let name):
      try advance()
      guard token == .sign("(") else { return .name(name, start) }
      guard name == "sum" else {
        throw Fault(message: "there is no function '\(name)', only sum(...)", place: start)
      }
      try advance()
      let inner = try expression(minimum: 0)
      try close()
      return .sum(inner, start)
    case .sign("("):
      try advance()
      let inner = try expression(minimum: 0)
      try close()
      return inner
    case .sign("-"):
      try advance()
      return .negate(try expression(minimum: 3))
    case .sign(let sign):
      throw Fault(message: "'\(Character(sign))' stands where a number should be", place: place)
    case .end:
      throw Fault(message: "the expression ends too early", place: place)
    }
  }

  private mutating func close() throws(Fault) {
    guard token == .sign(")") else { throw Fault(message: "')' is missing", place: place) }
    try advance()
  }

  private func literal(_ digits: String) throws(Fault) -> ExpressionNode {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard parts.count <= 2, !parts[0].isEmpty, parts.count == 1 || !fraction.isEmpty,
      fraction.count <= 9, let mantissa = Int64(String(parts[0]) + fraction)
    else { throw Fault(message: "'\(digits)' is no decimal number", place: place) }
    return .literal(mantissa: mantissa, scale: fraction.count)
  }

  // MARK: - Tokens

  private mutating func advance() throws(Fault) {
    while index < scalars.count, scalars[index].properties.isWhitespace { index += 1 }
    let start = index
    guard index < scalars.count else {
      token = .end
      place = start..<start
      return
    }
    let scalar = scalars[index]
    if "+-*()".unicodeScalars.contains(scalar) {
      index += 1
      token = .sign(scalar)
    } else if ("0"..."9").contains(scalar) {
      while index < scalars.count, ("0"..."9").contains(scalars[index]) || scalars[index] == "." {
        index += 1
      }
      token = .number(text(start..<index))
    } else if isNamePart(scalar) || scalar == "\"" {
      try path()
      token = .name(text(start..<index))
    } else {
      throw Fault(
        message: scalar == "/"
          ? "there is no division: it is not exact" : "'\(Character(scalar))' means nothing here",
        place: start..<(start + 1))
    }
    place = start..<index
  }

  /// Moves behind a name or a raw path: names, dots, `[...]` and `"quoted"` parts.
  private mutating func path() throws(Fault) {
    let start = index
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar == "\"" || scalar == "[" {
        let closing: Unicode.Scalar = scalar == "[" ? "]" : "\""
        guard let close = scalars[(index + 1)...].firstIndex(of: closing) else {
          throw Fault(
            message: "'\(Character(closing))' is missing", place: start..<scalars.count)
        }
        index = close + 1
      } else if isNamePart(scalar) || scalar == "." {
        index += 1
      } else {
        break
      }
    }
  }

  private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar == "$" || scalar == "@" || scalar.properties.isAlphabetic
      || ("0"..."9").contains(scalar)
  }

  private func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }
}
