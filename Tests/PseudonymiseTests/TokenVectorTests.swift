import Crypto
import Foundation
import Pseudonymise
import Records
import Support
import Testing

/// Tokens against the vectors of the second implementation, `Tests/Support/pseudonym_vectors.py`.
@Suite struct TokenVectorTests {
  @Test func keyIsThatOfTheVector() {
    #expect(
      hex(of: replayKey().key(for: "email"))
        == "2231cd4052c95e226b17649e26c73beab575c11a289db34d6827bdf3ab56feae")
  }

  @Test func checkIsThatOfTheVector() {
    #expect(replayKey().check == "10a5dbfca3109122")
  }

  @Test(arguments: [
    ("anna@shop.example", "tcm4osiebl3l6dlpobrlbjrowhq"),
    ("jürgen@shop.example", "t6gzpj56mnglomrva6lahk7u2ke"),
    ("", "tbo2dsdm6dxyvbpyb26fecqf7ia"),
  ])
  func tokenIsThatOfTheVector(value: String, token: String) {
    #expect(tokenText(value, replayKey().tokenMaker(for: "email")) == token)
  }

  @Test func replayTokenDiffersInItsTagOnly() {
    let maker = replayKey().tokenMaker(for: "email")
    #expect(tokenText("anna@shop.example", maker, replay: true) == "rcm4osiebl3l6dlpobrlbjrowhq")
  }

  @Test func checkKeepsItsLeadingZeros() {
    let checks = (0..<300).map { replayKey(epoch: "e\($0)").check }
    #expect(checks.allSatisfy { $0.utf8.count == 16 })
    #expect(checks.contains { $0.hasPrefix("0") })
  }

  /// Values that end inside, at and behind the borders of a hash's blocks, against the library's
  /// HMAC.
  @Test func tokenIsAnAuthenticationCode() {
    let secretBytes = (0..<32).map { UInt8($0 * 7 + 1) }
    guard let secret = Secret(copying: secretBytes.span) else {
      Issue.record("32 bytes are a secret")
      return
    }
    let maker = TokenMaker(key: secret, domain: "email")
    let key = SymmetricKey(data: secretBytes)
    let domain = Array("email".utf8)
    for length in 0...200 {
      let value = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31 + length) }
      let message =
        [0x01, 0, UInt8(domain.count)] + domain + [0, 0, 0, UInt8(length)] + value
      let code = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
      let expected = code[..<16].reduce(0 as UInt128) { $0 << 8 | UInt128($1) }
      #expect(maker.token(of: value.span) == expected, "\(length) bytes")
    }
  }

  /// Random secrets, names and values must give what the second implementation gives.
  @Test(
    .enabled(if: Tools.runs("python3"), "the second implementation needs python3"),
    arguments: [0x5EED as UInt64, 7])
  func agreesWithSecondImplementation(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    var lines: [String] = []
    var expected: [String] = []
    for _ in 0..<300 {
      let secretBytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
      guard let secret = Secret(copying: secretBytes.span) else {
        Issue.record("32 bytes are a secret")
        return
      }
      let names = (0..<4).map { _ in
        String(
          (0..<Int.random(in: 1...20, using: &generator)).map { _ in
            Character(UnicodeScalar(UInt8.random(in: 97...122, using: &generator)))
          })
      }
      let value = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let key = EpochKey(of: secret, shop: names[0], name: names[1], epoch: names[2])
      var token: [UInt8] = []
      appendTokenText(
        key.tokenMaker(for: names[3]).token(of: value.span), replay: false, to: &token)
      lines.append(
        ([hex(bytes: secretBytes)] + names.map { hex($0) } + [hex(bytes: value)])
          .joined(separator: "\t"))
      expected.append(
        [
          hex(of: key.key(for: names[3])), key.check, String(decoding: token, as: UTF8.self),
        ].joined(separator: "\t"))
    }
    #expect(try answers(to: lines) == expected, "seed \(seed)")
  }

  /// What the script that computes pseudonyms from the design alone says, a line for each case.
  private func answers(to lines: [String]) throws -> [String] {
    let scratch = try Scratch()
    try Data((lines.joined(separator: "\n") + "\n").utf8)
      .write(to: scratch.folder.appendingPathComponent("cases"))
    let script = Program.root.appendingPathComponent("Tests/Support/pseudonym_vectors.py").path
    let ending = try Program.shell("python3 '\(script)' cases < cases", in: scratch.folder)
    #expect(ending.status == 0, "\(ending.errors)")
    return ending.output.split(separator: "\n").map(String.init)
  }
}
