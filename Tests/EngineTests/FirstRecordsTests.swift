import Engine
import Ledger
import Testing

/// How the beginnings of inputs are told apart.
@Suite struct FirstRecordsTests {
  private func records(_ texts: String...) -> FirstRecords {
    var records = FirstRecords()
    for text in texts { records.add(Array(text.utf8)) }
    return records
  }

  private func lines(_ count: Int) -> String { (0..<count).map { "line \($0)\n" }.joined() }

  @Test func whatWasAddedToAnInputIsSeen() throws {
    let earlier = try #require(records("a\nb\n").text)
    #expect(records("a\nb\nc\n").shared(with: earlier) == 2)
    #expect(records("a\nb").shared(with: earlier) == 2)
    #expect(records("a\r\n\r\nb\r\n").shared(with: earlier) == 2)
    #expect(records("a\n", "b\nc\n").shared(with: earlier) == 2)
  }

  @Test func otherRecordsAreOtherInputs() throws {
    let earlier = try #require(records("a\nb\n").text)
    for text in ["a\n", "b\na\n", "a\nb c\n", "ab\n", ""] {
      #expect(records(text).shared(with: earlier) == 0, "\(text)")
    }
  }

  @Test func aThousandRecordsAreEnough() throws {
    let earlier = try #require(records(lines(1500)).text)
    #expect(earlier.contains(" 1000:") && !earlier.contains(" 1500:"))
    #expect(records(lines(1000) + "other\n").shared(with: earlier) == 1000)
    #expect(records(lines(999) + "other\nline 1000\n").shared(with: earlier) == 0)
  }

  /// What is delivered again without its end is recognised by the first 8, 16 and so on.
  @Test func aShorterInputIsSeen() throws {
    let earlier = try #require(records(lines(300)).text)
    #expect(records(lines(299)).shared(with: earlier) == 256)
    #expect(records(lines(16)).shared(with: earlier) == 16)
    #expect(records(lines(9)).shared(with: earlier) == 8)
    // Of fewer no digest is kept, and other records behind the mark are the same delivery's.
    #expect(records(lines(7)).shared(with: earlier) == 0)
    #expect(records(lines(256) + "other\n").shared(with: earlier) == 256)
    #expect(records(lines(255) + "other\n").shared(with: earlier) == 0)
    #expect(try #require(records(lines(7)).text).split(separator: " ").count == 1)
    // As ledgers of before have it.
    let last = try #require(earlier.split(separator: " ").last)
    #expect(records(lines(299)).shared(with: String(last)) == 0)
    #expect(records(lines(301)).shared(with: String(last)) == 300)
  }

  @Test func nothingIsNoBeginning() {
    #expect(records("\n\n").text == nil)
    #expect(records("a\n").shared(with: "0:") == 0)
    #expect(records("a\n").shared(with: "rubbish") == 0)
  }

  @Test func theSameInputIsNoRepetition() throws {
    let small = LedgerBeginning(
      run: "r", name: "a.csv", content: "a", beginning: try #require(records("a\nb\n").text))
    let large = LedgerBeginning(
      run: "r", name: "b.csv", content: "b", beginning: try #require(records(lines(2000)).text))
    let grown = records("a\nb\nc\n")
    #expect(grown.repeated(of: "a", among: [large, small], mayRepeat: false) == nil)
    let found = grown.repeated(of: "c", among: [large, small], mayRepeat: false)
    #expect(found?.input == small && found?.count == 2)
    #expect(grown.repeated(of: "c", among: [large, small], mayRepeat: true) == nil)
    let again = records(lines(1001)).repeated(of: "c", among: [small, large], mayRepeat: true)
    #expect(again?.input == large && again?.count == 1000)
  }

  @Test func saysWhatToDo() {
    let failure = RunFailure.repeatsRecords(
      file: "b.csv", source: "orders", count: 1000, earlier: "a.csv", run: "2026-05-01.shop.1")
    #expect(failure.code == .badInput)
    #expect(
      failure.message
        == "file 'b.csv' of source 'orders' begins with the same 1000 records as 'a.csv', which run "
        + "'2026-05-01.shop.1' has read: records would count twice; nothing was published; say "
        + "'delivers: snapshots' if each file is a full export, else deliver each record once")
  }
}
