import Bytes
import Identifiers
package import Records

/// `subnet`: the network of an address.
package struct SubnetKind: TreatmentKind {
  package init() {}

  package var name: String { "subnet" }

  package var summary: String {
    "Cuts an IP address to its network; at most 24 bits of version 4 and 48 of version 6."
  }

  package var shape: SettingShape {
    .mapping([
      Setting("v4", .integer(0...24), about: "bits kept of version 4; default 24"),
      Setting("v6", .integer(0...48), about: "bits kept of version 6; default 48"),
    ])
  }

  package var examples: [TreatmentExample] {
    let settings = SettingValue.mapping([.init("v4", .integer(24)), .init("v6", .integer(48))])
    return [
      TreatmentExample(.ip, settings, "203.0.113.77", gives: "203.0.113.0/24"),
      TreatmentExample(.ip, settings, "2001:db8:1:2::7", gives: "2001:db8:1::/48"),
      TreatmentExample(.ip, settings, "[::ffff:203.0.113.77]:443", gives: "203.0.113.0/24"),
      TreatmentExample(.ip, settings, "shop.example", gives: nil),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .text, input.isRaw(.ip) else { throw refusal(of: input, takes: "'ip'") }
    for (name, most) in [("v4", 24), ("v6", 48)] {
      guard let bits = settings[name] else { continue }
      guard let bits = bits.integer, (0...most).contains(bits) else {
        throw PlanFault("'\(name)' is at most \(most) bits", setting: [name])
      }
    }
    return input.becoming(.text, .subnet)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    _ = try output(of: input, with: settings)
    return TextTreatment(
      rewriter: SubnetRewriter(
        v4Bits: settings["v4"]?.integer ?? 24, v6Bits: settings["v6"]?.integer ?? 48))
  }
}

private struct SubnetRewriter: TextRewriter {
  var v4Bits: Int
  var v6Bits: Int

  private static let ending24 = Array("0/24".utf8)

  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    if isNothing(bytes, from: from, to: end) { return .absent }
    if v4Bits == 24, IPAddress.v4(bytes, from: from, to: end) != nil {
      // The three octets stay as they are written: there is one way to write them.
      var last = end &- 1
      while bytes[last] != UInt8(ascii: ".") { last &-= 1 }
      output.append(copying: bytes, from: from, count: last &+ 1 &- from)
      output.append(contentsOf: SubnetRewriter.ending24)
      return .written
    }
    guard let address = IPAddress.parse(bytes, from: from, to: end) else { return .refused(.type) }
    address.appendNetwork(v4Bits: v4Bits, v6Bits: v6Bits, to: &output)
    return .written
  }
}

/// Returns whether the text is empty or the hyphen with which logs write that there is nothing.
@inline(always)
func isNothing(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
  end == from || end &- from == 1 && bytes[from] == UInt8(ascii: "-")
}
