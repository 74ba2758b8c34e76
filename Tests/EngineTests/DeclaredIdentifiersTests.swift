import Bytes
import Engine
import Pseudonymise
import Records
import Testing

/// The watch over identifiers knows all that was handed to it, whoever did and however often.
@Suite struct DeclaredIdentifiersTests {
  private func cells(_ texts: [String]) -> TextCells {
    var cells = TextCells()
    for text in texts { cells.append(text) }
    return cells
  }

  private func knows(_ identifiers: DeclaredIdentifiers, _ text: String) throws -> Bool {
    let filter = try #require(identifiers.filter)
    let bytes = Array(text.utf8)
    return filter.contains(bytes.span, from: 0, count: bytes.count)
  }

  @Test func aValueIsKnownAsItWasReadAndNormalised() throws {
    let identifiers = DeclaredIdentifiers(rememberingUnder: .random())
    identifiers.take(cells(["Anna@Shop.Example"]), as: .email)
    #expect(try knows(identifiers, "Anna@Shop.Example"))
    #expect(try knows(identifiers, "anna@shop.example"))
    #expect(try !knows(identifiers, "bodo@shop.example"))
  }

  /// What one field has handed over is news from a field that is normalised in another way.
  @Test func aValueOfTwoFieldsIsNormalisedForBoth() throws {
    let identifiers = DeclaredIdentifiers(rememberingUnder: .random())
    identifiers.take(cells(["Anna@Shop.Example"]), as: .text)
    #expect(try !knows(identifiers, "anna@shop.example"))
    identifiers.take(cells(["Anna@Shop.Example"]), as: .email)
    #expect(try knows(identifiers, "anna@shop.example"))
  }

  /// Visitors write what a proxy takes for an address; a word of theirs may leave as a page's name.
  @Test func aWordInAnAddressesPlaceIsNoAddress() throws {
    let identifiers = DeclaredIdentifiers(rememberingUnder: .random())
    identifiers.take(
      cells(["checkout", "203.0.113.7", "2001:DB8::7", "anna-pc.shop.example"]), as: .ip)
    #expect(try !knows(identifiers, "checkout"))
    for known in ["203.0.113.7", "2001:DB8::7", "anna-pc.shop.example"] {
      #expect(try knows(identifiers, known))
    }
    identifiers.take(cells(["checkout"]), as: .text)
    #expect(try knows(identifiers, "checkout"))
  }

  /// More values than are remembered as taken, from several threads, in different orders.
  @Test func manyThreadsLoseNothing() async throws {
    let identifiers = DeclaredIdentifiers(rememberingUnder: .random())
    let texts = (0..<30_000).map { "customer-\($0)" }
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        let turned = Array(texts[(number * 5_000)...] + texts[..<(number * 5_000)])
        let blocks = stride(from: 0, to: turned.count, by: 1_000).map {
          cells(Array(turned[$0..<($0 + 1_000)]))
        }
        group.addTask { for block in blocks { identifiers.take(block, as: .text) } }
      }
    }
    let unknown = try texts.count { try !knows(identifiers, $0) }
    #expect(unknown == 0)
  }
}
