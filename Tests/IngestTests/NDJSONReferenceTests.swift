import Foundation
import Ingest
import Records
import Support
import Testing

/// The obvious recursive reading of RFC 8259, against which the fast one is held.
struct ReferenceJSON {
  var bytes: [UInt8]
  var offset = 0

  /// Whether the bytes are one JSON object, at most 512 deep.
  static func isObject(_ bytes: [UInt8]) -> Bool {
    var reader = ReferenceJSON(bytes: bytes)
    reader.blanks()
    return reader.peek == UInt8(ascii: "{") && reader.value(512) && reader.isAtEnd
  }

  private var peek: UInt8 { offset < bytes.count ? bytes[offset] : 0 }
  private var isAtEnd: Bool { offset == bytes.count }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[offset...].starts(with: text.utf8) else { return false }
    offset += text.utf8.count
    return true
  }

  private mutating func blanks() {
    while [0x20, 0x09, 0x0D].contains(peek) { offset += 1 }
  }

  private mutating func value(_ depth: Int) -> Bool {
    blanks()
    var isGood = false
    switch peek {
    case UInt8(ascii: "{"): isGood = depth > 0 && list("{", "}", depth)
    case UInt8(ascii: "["): isGood = depth > 0 && list("[", "]", depth)
    case UInt8(ascii: "\""): isGood = string()
    case UInt8(ascii: "t"): isGood = take("true")
    case UInt8(ascii: "f"): isGood = take("false")
    case UInt8(ascii: "n"): isGood = take("null")
    default: isGood = number()
    }
    blanks()
    return isGood
  }

  private mutating func list(_ open: String, _ close: String, _ depth: Int) -> Bool {
    guard take(open) else { return false }
    blanks()
    if take(close) { return true }
    while true {
      if open == "{" {
        blanks()
        guard string() else { return false }
        blanks()
        guard take(":") else { return false }
      }
      guard value(depth - 1) else { return false }
      if take(close) { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while !isAtEnd {
      let byte = peek
      offset += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte < 0x20 { return false }
      guard byte == UInt8(ascii: "\\") else { continue }
      let escape = peek
      offset += 1
      if escape == UInt8(ascii: "u") {
        for _ in 0..<4 {
          guard Character(Unicode.Scalar(peek)).isHexDigit, peek < 128 else { return false }
          offset += 1
        }
      } else if !"\"\\/bfnrt".utf8.contains(escape) {
        return false
      }
    }
    return false
  }

  private mutating func digits() -> Bool {
    let first = offset
    while (48...57).contains(peek) { offset += 1 }
    return offset > first
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0") {
      guard digits() else { return false }
    }
    if take(".") {
      guard digits() else { return false }
    }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard digits() else { return false }
    }
    return true
  }
}

@Suite struct NDJSONReferenceTests {
  /// Writes a random value whose members and elements now and then lie on the declared paths.
  private func write(_ depth: Int, _ random: inout SplitMix, _ out: inout String) {
    let blank = ["", "", "", " ", "\t"].randomElement(using: &random) ?? ""
    out += blank
    switch Int.random(in: 0...(depth > 0 ? 7 : 4), using: &random) {
    case 0: out += ["true", "false", "null"].randomElement(using: &random) ?? ""
    case 1: out += ["0", "-1", "12.50", "1e9", "-0.0E-3"].randomElement(using: &random) ?? ""
    case 2, 3, 4:
      let texts = ["", "a", "abcdefg\\\"", "\\u00e9 12345678", "Käse und Brot", "\\\\", "x\\ny"]
      out += "\"" + (texts.randomElement(using: &random) ?? "") + "\""
    case 5:
      out += "["
      for index in 0..<Int.random(in: 0...3, using: &random) {
        if index > 0 { out += "," }
        write(depth - 1, &random, &out)
      }
      out += "]"
    default:
      writeObject(depth, &random, &out)
    }
    out += blank
  }

  private func writeObject(_ depth: Int, _ random: inout SplitMix, _ out: inout String) {
    out += "{"
    var names = ["a", "b", "key", "longer name", "x\\u0041", "z"].shuffled(using: &random)
    for index in 0..<Int.random(in: 0...4, using: &random) {
      if index > 0 { out += "," }
      out += "\"" + names.removeLast() + "\":"
      write(depth - 1, &random, &out)
    }
    out += "}"
  }

  private static let projections: [Projection] = [
    Projection(),
    Projection(slots: paths(["a", "a.b", "b", "z[0].a", "b[key=a].a"])),
    Projection(
      slots: paths(["z"]),
      nested: [Projection.Nested(array: RawPath(name: "a"), elements: paths(["b", "a"]))]),
    Projection(slots: paths(["z", "a[].b", "a[].key[1]"]), each: RawPath(name: "a")),
  ]

  /// Whatever is declared, a line is refused exactly when it is no JSON object.
  @Test(arguments: [1, 2, 3, 0x5EED as UInt64])
  func agreesWithTheRecursiveReader(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var refused = 0
    for round in 0..<3000 {
      var text = ""
      writeObject(4, &random, &text)
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
        let place = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes.remove(at: place)
        case 1:
          bytes[place] = Array("{}[]\",:\\ 0e-.tfn\u{1}é".utf8).randomElement(using: &random) ?? 0
        default: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: place)
        }
      }
      guard bytes.contains(where: { $0 > 0x20 }) else { continue }
      let isGood = ReferenceJSON.isObject(bytes)
      refused += isGood ? 0 : 1
      for projection in NDJSONReferenceTests.projections {
        let batch = try scan(bytes + [0x0A], projection)
        #expect(
          batch.faults.contains { $0.rule == .malformed } == !isGood, "seed \(seed) round \(round)")
        let records = batch.recordCount + batch.emptyParents
        #expect(isGood == (records > 0 || batch.faults.contains { $0.rule == .duplicate }))
        #expect(batch.slots.allSatisfy { $0.count == batch.recordCount })
      }
    }
    #expect(refused > 300)
  }

  /// No bytes make it crash, and lines stay apart.
  @Test(arguments: [7, 8 as UInt64])
  func survivesNoise(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let alphabet = Array("{}[]\",:\\u0e-.tfn\n\r {\"a\":1}".utf8) + [0, 0x80, 0xC3, 0xFF]
    for _ in 0..<2000 {
      var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      bytes.append(contentsOf: Array("\n{\"a\":\"last\"}".utf8))
      let batch = try scan(bytes, Projection(slots: paths(["a"])))
      #expect(batch.text(0, batch.recordCount - 1) == "last", "seed \(seed)")
      #expect(batch.ordinals.isEmpty || batch.ordinals.count == batch.recordCount)
    }
  }

  /// The texts of JSONTestSuite (Nicolas Seriot), each as the value of a declared path.
  @Test(.enabled(if: SharedData.isPresent, "the folder of real exports is absent"))
  func agreesWithJSONTestSuite() throws {
    let folder = try #require(SharedData.folder).appendingPathComponent(
      "torture/json/test_parsing")
    var accepted = 0
    var rejected = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let text = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      let line = Array("{\"v\":".utf8) + onOneLine(text) + Array("}".utf8)
      var isRejected = true
      var isAccepted = true
      for projection in [["v"], ["v.x", "v[0]"], ["v[0].x", "v.q.r"], ["w"]] {
        let batch = try scan(line, Projection(slots: paths(projection)))
        isRejected = isRejected && batch.recordCount == 0 && !batch.faults.isEmpty
        isAccepted =
          isAccepted && batch.recordCount == 1 && batch.faults.isEmpty
          && !batch.cellFaults.contains { $0.rule == .encoding }
      }
      if name.hasPrefix("y_") {
        #expect(isAccepted, "\(name)")
        accepted += isAccepted ? 1 : 0
      } else if name.hasPrefix("n_") {
        #expect(isRejected, "\(name)")
        rejected += isRejected ? 1 : 0
      }
    }
    #expect(accepted == 95)
    #expect(rejected == 188)
  }

  /// Returns the text with line feeds between tokens as blanks, since a record is one line.
  private func onOneLine(_ text: [UInt8]) -> [UInt8] {
    var text = text
    var isInString = false
    var index = 0
    while index < text.count {
      let byte = text[index]
      if isInString, byte == UInt8(ascii: "\\") { index += 1 }
      if byte == UInt8(ascii: "\"") { isInString.toggle() }
      if byte == 0x0A, !isInString { text[index] = 0x20 }
      index += 1
    }
    return text
  }
}
