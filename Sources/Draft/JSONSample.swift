/// One JSON value of a sample, its members in their order and its numbers as written.
///
/// Foundation's reader keeps neither, and the scanner of a run must know the paths beforehand.
indirect enum JSONSample {
  struct Member {
    var name: String
    var value: JSONSample
  }

  case object([Member])
  case array([JSONSample])
  case string([UInt8])
  case number([UInt8])
  case truth(Bool)
  case null

  /// Reads a line; `nil` when it is no JSON text.
  init?(_ line: [UInt8]) {
    var reader = JSONSampleReader(bytes: line)
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
  }

  /// Whether at least half of the lines are objects.
  static func isObject(_ lines: [[UInt8]]) -> Bool {
    guard lines.first?.first(where: { $0 != 32 && $0 != 9 }) == UInt8(ascii: "{") else {
      return false
    }
    let lines = lines.prefix(20)
    let count = lines.count { line in
      if let value = JSONSample(line), case .object = value { return true }
      return false
    }
    return count * 2 >= lines.count
  }
}

/// Reads one JSON text (RFC 8259) by recursive descent.
private struct JSONSampleReader {
  private static let depthLimit = 64

  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return position == bytes.count
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) -> JSONSample? {
    skipBlanks()
    guard position < bytes.count, depth < JSONSampleReader.depthLimit else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    default: return word()
    }
  }

  private mutating func object(depth: Int) -> JSONSample? {
    position += 1
    var members: [JSONSample.Member] = []
    if take("}") { return .object([]) }
    repeat {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let name = string(),
        take(":"), let value = value(depth: depth + 1)
      else { return nil }
      members.append(.init(name: String(decoding: name, as: UTF8.self), value: value))
    } while take(",")
    return take("}") ? .object(members) : nil
  }

  private mutating func array(depth: Int) -> JSONSample? {
    position += 1
    var elements: [JSONSample] = []
    if take("]") { return .array([]) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
    } while take(",")
    return take("]") ? .array(elements) : nil
  }

  private mutating func word() -> JSONSample? {
    let start = position
    while position < bytes.count, ![44, 93, 125, 32, 9, 13, 10].contains(bytes[position]) {
      position += 1
    }
    let word = Array(bytes[start..<position])
    switch String(decoding: word, as: UTF8.self) {
    case "true": return .truth(true)
    case "false": return .truth(false)
    case "null": return .null
    default:
      guard let first = word.first, first == 45 || (48...57).contains(first) else { return nil }
      return word.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
        ? .number(word) : nil
    }
  }

  private mutating func string() -> [UInt8]? {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return text }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard position < bytes.count else { return nil }
      let escape = bytes[position]
      position += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u"):
        guard let scalar = escapedScalar() else { return nil }
        text.append(contentsOf: String(Character(scalar)).utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
      default: return nil
      }
    }
    return nil
  }

  /// Reads the digits behind `\u`, both halves of a pair; a lone half is U+FFFD.
  private mutating func escapedScalar() -> Unicode.Scalar? {
    guard let high = hexDigits() else { return nil }
    guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
    guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return "\u{FFFD}" }
    let back = position
    position += 2
    guard let low = hexDigits() else { return nil }
    guard (0xDC00...0xDFFF).contains(low) else {
      position = back
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func hexDigits() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    let digits = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
    position += 4
    guard digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(digits, radix: 16)
  }
}
