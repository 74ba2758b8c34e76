import Crypto
import Foundation
import Pseudonymise
import Records
import Testing

/// Whoever lacks the key finds no token by guessing; whoever has it finds all.
@Suite struct GuessingTests {
  private static let emails = (0..<3000).map { "buyer\($0)@shop.example" }

  /// All addresses of 198.18.0.0/16, as in the benchmark range of RFC 2544.
  private static let addresses = (0..<65_536).map { "198.18.\($0 >> 8).\($0 & 255)" }

  private static func leading16(_ digest: some Sequence<UInt8>) -> UInt128 {
    digest.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
  }

  private static func unkeyed(_ guess: [UInt8]) -> [UInt128] {
    [
      leading16(SHA256.hash(data: guess)), leading16(Insecure.SHA1.hash(data: guess)),
      leading16(Insecure.MD5.hash(data: guess)),
    ]
  }

  private static func bytes(_ value: String, _ type: FieldType) -> [UInt8] {
    guard case .bytes(let bytes) = normalised(value, as: type) else { return [] }
    return bytes
  }

  @Test(arguments: [
    (emails, FieldType.email, "email"), (addresses, FieldType.ip, "ip"),
  ])
  func dictionaryFindsNothingWithoutTheKey(values: [String], type: FieldType, domain: String) {
    let secret = Secret.random()
    let key = EpochKey(of: secret, shop: "shop-1", name: "orders", epoch: "q2026-4")
    let maker = key.tokenMaker(for: domain)
    let tokens = Set(
      values.map { maker.token(of: GuessingTests.bytes($0, type).span) })
    #expect(tokens.count == values.count)
    var hits = 0
    for value in values {
      for spelling in [Array(value.utf8), GuessingTests.bytes(value, type)] {
        for guess in GuessingTests.unkeyed(spelling) where tokens.contains(guess) { hits += 1 }
      }
    }
    #expect(hits == 0)
    let found = values.filter { value in
      tokens.contains(key.tokenMaker(for: domain).token(of: GuessingTests.bytes(value, type).span))
    }
    #expect(found.count == values.count)
  }

  @Test func publicReplayKeyFindsNothingOfARealKey() {
    let secret = Secret.random()
    let maker = EpochKey(of: secret, shop: "shop-1", name: "orders", epoch: "q2026-4")
      .tokenMaker(for: "email")
    let guesses = replayKey().tokenMaker(for: "email")
    let tokens = Set(GuessingTests.emails.map { maker.token(of: Array($0.utf8).span) })
    #expect(
      !GuessingTests.emails.contains { tokens.contains(guesses.token(of: Array($0.utf8).span)) })
  }

  /// The control: were tokens unkeyed hashes, this very dictionary would find all of them.
  @Test func dictionaryFindsUnkeyedHashes() {
    let hashes = Set(
      GuessingTests.emails.map { GuessingTests.leading16(SHA256.hash(data: Array($0.utf8))) })
    let found = GuessingTests.emails.filter { email in
      GuessingTests.unkeyed(Array(email.utf8)).contains { hashes.contains($0) }
    }
    #expect(found.count == GuessingTests.emails.count)
  }
}
