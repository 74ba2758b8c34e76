import Pseudonymise
import Records
import Support
import Testing

/// Tokens of different keys have nothing in common.
@Suite struct UnlinkabilityTests {
  private static let values = (0..<500).map { "person\($0)@shop.example" }

  private static func tokens(_ key: EpochKey, domain: String = "email") -> Set<UInt128> {
    let maker = key.tokenMaker(for: domain)
    return Set(values.map { maker.token(of: Array($0.utf8).span) })
  }

  @Test(arguments: [
    ("epoch", "shop-1", "orders", "q2027-1", "email"),
    ("key name", "shop-1", "visitors", "q2026-4", "email"),
    ("shop", "shop-2", "orders", "q2026-4", "email"),
    ("domain", "shop-1", "orders", "q2026-4", "account"),
    ("moved border", "shop-1o", "rders", "q2026-4", "email"),
  ])
  func tokensShareNothing(what: String, shop: String, name: String, epoch: String, domain: String) {
    let here = UnlinkabilityTests.tokens(replayKey())
    let there = UnlinkabilityTests.tokens(
      replayKey(shop: shop, name: name, epoch: epoch), domain: domain)
    #expect(here.count == 500)
    #expect(there.count == 500)
    #expect(here.isDisjoint(with: there), "\(what)")
  }

  @Test func checksOfKeysDiffer() {
    let checks = [
      replayKey(), replayKey(shop: "shop-2"), replayKey(name: "visitors"),
      replayKey(epoch: "q2027-1"),
    ].map { $0.check }
    #expect(Set(checks).count == 4)
  }

  @Test func sameKeyGivesSameTokens() {
    #expect(UnlinkabilityTests.tokens(replayKey()) == UnlinkabilityTests.tokens(replayKey()))
  }

  @Test(arguments: [0x5EED as UInt64, 1])
  func everyTokenObeysItsGrammar(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var seen = Set<UInt8>()
    for round in 0..<2000 {
      let token =
        round == 0
        ? 0
        : round == 1
          ? UInt128.max
          : UInt128(generator.next()) << 64 | UInt128(generator.next())
      for replay in [false, true] {
        var text: [UInt8] = []
        appendTokenText(token, replay: replay, to: &text)
        #expect(text.count == 27, "seed \(seed)")
        #expect(text.first == (replay ? UInt8(ascii: "r") : UInt8(ascii: "t")))
        let isGrammatical = text.allSatisfy { byte in
          (97...122).contains(byte) || (50...55).contains(byte)
        }
        #expect(isGrammatical, "seed \(seed)")
        seen.formUnion(text.dropFirst())
      }
    }
    #expect(seen.count == 32, "all digits of the alphabet occur, seed \(seed)")
  }

  @Test func differentTokensPrintDifferently() {
    var texts = Set<[UInt8]>()
    for bit in 0..<128 {
      var text: [UInt8] = []
      appendTokenText(UInt128(1) << UInt128(bit), replay: false, to: &text)
      texts.insert(text)
    }
    #expect(texts.count == 128)
  }

  @Test func makerPrintsNothingOfItsKey() {
    let maker = replayKey().tokenMaker(for: "email")
    #expect("\(maker)" == "TokenMaker")
    var dumped = ""
    dump(maker, to: &dumped)
    #expect(dumped == "- TokenMaker\n")
  }
}
