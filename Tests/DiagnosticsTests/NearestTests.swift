import Diagnostics
import Testing

/// A misspelt word and what it was meant to be.
struct NearestCase: Sendable, CustomTestStringConvertible {
  var word: String
  var meant: String?
  var testDescription: String { word }

  static let all = [
    NearestCase(word: "regoin", meant: "region"),
    NearestCase(word: "Region", meant: "region"),
    NearestCase(word: "reg", meant: "region"),
    NearestCase(word: "quantityInPieces", meant: "quantity"),
    NearestCase(word: "re", meant: nil),
    NearestCase(word: "dy", meant: "day"),
    NearestCase(word: "quantit", meant: "quantity"),
    NearestCase(word: "entirely", meant: nil),
    NearestCase(word: "", meant: nil),
  ]
}

@Suite struct NearestTests {
  @Test(arguments: NearestCase.all)
  func findsTheMeantName(_ example: NearestCase) {
    let candidates = ["region", "day", "quantity"]
    #expect(Nearest.name(to: example.word, among: candidates) == example.meant)
  }

  @Test func swapCountsOnce() {
    #expect(Nearest.name(to: "fro", among: ["for", "from"]) == "for")
  }
}
