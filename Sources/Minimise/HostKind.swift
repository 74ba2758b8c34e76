import Bytes
import Identifiers
package import Records

/// `host`: the host of a URL, or its registrable domain.
package struct HostKind: TreatmentKind {
  package init() {}

  package var name: String { "host" }

  package var summary: String {
    "Keeps the host of a URL, or only its registrable domain; a host that is an address is ':ip'."
  }

  package var shape: SettingShape { .word(["full", "registrable"]) }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(
        .url, .text("full"), "https://u@WWW.Shop.example:8443/p?x", gives: "www.shop.example"),
      TreatmentExample(.url, .text("full"), "http://203.0.113.7/x", gives: ":ip"),
      TreatmentExample(.url, .text("full"), "/p/1", gives: nil),
      TreatmentExample(
        .url, .text("registrable"), "https://www.shop.co.uk/p", gives: "shop.co.uk"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .text, input.isRaw(.url) else { throw refusal(of: input, takes: "'url'") }
    switch settings.text {
    case "full"?: break
    case "registrable"?:
      guard PublicSuffix.isAvailable else {
        throw PlanFault("libpsl was built without a public suffix list", fix: "write  host: full")
      }
    default: throw PlanFault("'host' takes full or registrable")
    }
    return input.becoming(.text, .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    _ = try output(of: input, with: settings)
    return TextTreatment(rewriter: HostRewriter(isRegistrable: settings.text == "registrable"))
  }
}

private struct HostRewriter: TextRewriter {
  var isRegistrable: Bool

  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    if isNothing(bytes, from: from, to: end) { return .absent }
    guard let parts = URLParts(bytes, from: from, to: end) else { return .refused(.type) }
    switch parts.form {
    case .origin, .asterisk: return .absent
    case .absolute, .schemeRelative, .authority: break
    }
    let mark = output.count
    guard URLHost.append(bytes, parts.host, to: &output) else { return .refused(.type) }
    guard isRegistrable, output[mark] != UInt8(ascii: ":") else { return .written }
    let name = [UInt8](copying: output.span, from: mark, count: output.count &- mark)
    guard let length = PublicSuffix.registrableLength(of: name + [0]) else { return .absent }
    output.removeLast(output.count &- mark)
    output.append(copying: name.span, from: name.count &- length, count: length)
    return .written
  }
}

/// Hosts as they leave: lower case, without a final dot, and no addresses.
enum URLHost {
  /// What stands for every host that is an address.
  static let address = Array(":ip".utf8)

  /// Appends the host, or returns `false` where it is no host name or address.
  static func append(_ bytes: Span<UInt8>, _ host: Range<Int>, to output: inout [UInt8]) -> Bool {
    var upper = host.upperBound
    if upper > host.lowerBound, bytes[upper &- 1] == UInt8(ascii: ".") { upper &-= 1 }
    guard upper > host.lowerBound, upper &- host.lowerBound <= 253 else { return false }
    if bytes[host.lowerBound] == UInt8(ascii: "[") || endsInNumber(bytes, host.lowerBound, upper) {
      output.append(contentsOf: address)
      return true
    }
    var labelStart = host.lowerBound
    var hasCapitals = false
    for index in host.lowerBound..<upper {
      let byte = bytes[index]
      if byte == UInt8(ascii: ".") {
        guard index > labelStart else { return false }
        labelStart = index &+ 1
      } else {
        guard
          ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte >= 0x80
        else { return false }
        if ASCII.isUpper(byte) { hasCapitals = true }
      }
    }
    let mark = output.count
    output.append(copying: bytes, from: host.lowerBound, count: upper &- host.lowerBound)
    if hasCapitals {
      for index in mark..<output.count { output[index] = ASCII.lowercased(output[index]) }
    }
    return true
  }

  /// Whether browsers read the host as an IPv4 address: its last label is a number, decimal, octal
  /// or hexadecimal (WHATWG URL, "ends in a number").
  private static func endsInNumber(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Bool {
    var start = end
    while start > from, bytes[start &- 1] != UInt8(ascii: ".") { start &-= 1 }
    guard start < end, ASCII.isDigit(bytes[start]) else { return false }
    if bytes[start] == 48, start &+ 1 < end, bytes[start &+ 1] | 0x20 == UInt8(ascii: "x") {
      for index in (start &+ 2)..<end where !ASCII.isHexDigit(bytes[index]) { return false }
      return true
    }
    for index in start..<end where !ASCII.isDigit(bytes[index]) { return false }
    return true
  }
}
