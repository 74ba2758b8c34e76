import Crypto
import Foundation
import Testing

/// A vector of RFC 4231 for HMAC-SHA-256.
struct AuthenticationCase: Sendable, CustomTestStringConvertible {
  var name: String
  var key: String
  var message: String
  var code: String
  var testDescription: String { name }

  static let all = [
    AuthenticationCase(
      name: "RFC 4231 case 1", key: String(repeating: "0b", count: 20), message: "4869205468657265",
      code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    AuthenticationCase(
      name: "RFC 4231 case 2", key: "4a656665",
      message: "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    AuthenticationCase(
      name: "RFC 4231 case 3", key: String(repeating: "aa", count: 20),
      message: String(repeating: "dd", count: 50),
      code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    AuthenticationCase(
      name: "RFC 4231 case 4", key: "0102030405060708090a0b0c0d0e0f10111213141516171819",
      message: String(repeating: "cd", count: 50),
      code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    AuthenticationCase(
      name: "RFC 4231 case 5, cut to 16 bytes", key: String(repeating: "0c", count: 20),
      message: hex("Test With Truncation"), code: "a3b6167473100ee06e0c796c2955552b"),
    AuthenticationCase(
      name: "RFC 4231 case 6", key: String(repeating: "aa", count: 131),
      message: hex("Test Using Larger Than Block-Size Key - Hash Key First"),
      code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    AuthenticationCase(
      name: "RFC 4231 case 7", key: String(repeating: "aa", count: 131),
      message: hex(
        "This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm."),
      code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
  ]
}

/// A vector of RFC 5869 for HKDF-SHA-256.
struct DerivationCase: Sendable, CustomTestStringConvertible {
  var name: String
  var material: String
  var salt: String
  var info: String
  var root: String
  var output: String
  var testDescription: String { name }

  static let all = [
    DerivationCase(
      name: "RFC 5869 case 1", material: String(repeating: "0b", count: 22),
      salt: "000102030405060708090a0b0c", info: "f0f1f2f3f4f5f6f7f8f9",
      root: "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
      output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    ),
    DerivationCase(
      name: "RFC 5869 case 2", material: hex(bytes: 0x00...0x4F), salt: hex(bytes: 0x60...0xAF),
      info: hex(bytes: 0xB0...0xFF),
      root: "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
      output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac78272"
        + "71cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"),
    DerivationCase(
      name: "RFC 5869 case 3", material: String(repeating: "0b", count: 22), salt: "", info: "",
      root: "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
      output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    ),
  ]
}

/// The primitives as the linked library computes them, against the published vectors.
@Suite struct PrimitiveTests {
  @Test(arguments: AuthenticationCase.all)
  func authenticationCodeIsThatOfTheStandard(_ example: AuthenticationCase) throws {
    let key = SymmetricKey(data: try #require(bytes(hex: example.key)))
    let message = try #require(bytes(hex: example.message))
    let code = hex(bytes: HMAC<SHA256>.authenticationCode(for: message, using: key))
    #expect(code.hasPrefix(example.code))
  }

  /// What `TokenMaker` relies on: a copied state goes on by itself, also the second time.
  @Test func copiedHashStateGoesOnByItself() {
    let text = (0..<200).map { UInt8($0) }
    for first in [0, 1, 63, 64, 65, 128] {
      var prepared = SHA256()
      prepared.update(data: text[..<first])
      for end in [first, first + 1, 200] {
        var copy = prepared
        copy.update(data: text[first..<end])
        #expect(copy.finalize() == SHA256.hash(data: text[..<end]), "\(first) of \(end) bytes")
      }
    }
  }

  @Test(arguments: DerivationCase.all)
  func derivedKeyIsThatOfTheStandard(_ example: DerivationCase) throws {
    let salt: [UInt8] = try #require(bytes(hex: example.salt))
    let info: [UInt8] = try #require(bytes(hex: example.info))
    let root = HKDF<SHA256>.extract(
      inputKeyMaterial: SymmetricKey(data: try #require(bytes(hex: example.material))), salt: salt)
    #expect(hex(bytes: root) == example.root)
    let output = HKDF<SHA256>.expand(
      pseudoRandomKey: root, info: info, outputByteCount: example.output.utf8.count / 2)
    #expect(output == SymmetricKey(data: try #require(bytes(hex: example.output))))
  }
}
