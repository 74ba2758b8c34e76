import Bytes
import Testing

@Suite struct RecentTextsTests {
  private func mark(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    return RecentTexts.mark(of: bytes.span, from: 0, count: bytes.count)
  }

  @Test func holdsOnlyWhatItRemembers() {
    var recent = RecentTexts(capacity: 1 << 12)
    let texts = (0..<100).map { "visitor-\($0)" }
    #expect(!texts.contains { recent.holds(mark($0)) })
    for text in texts {
      recent.remember(mark(text))
      #expect(recent.holds(mark(text)))
    }
    #expect(!(100..<1_000).contains { recent.holds(mark("visitor-\($0)")) })
  }

  /// A place is given away to the next text that needs it; the memory does not grow.
  @Test func forgetsWhatWasDisplaced() {
    var recent = RecentTexts(capacity: 16)
    let texts = (0..<1_000).map { "visitor-\($0)" }
    for text in texts { recent.remember(mark(text)) }
    #expect(texts.count { recent.holds(mark($0)) } <= 16)
  }

  @Test func forgetsTheMarksOfWhatItRemembers() {
    var recent = RecentTexts(capacity: 1 << 12)
    for number in 0..<50 { recent.remember(mark("visitor-\(number)")) }
    var marks = (0..<100).map { mark("visitor-\($0)") } + [0]
    let before = marks
    recent.forget(remembered: &marks)
    for index in marks.indices {
      #expect(marks[index] == (recent.holds(before[index]) ? 0 : before[index]))
    }
    #expect(marks.count { $0 == 0 } >= 50)
  }

  @Test func marksRangesByTheirBytesAlone() {
    let bytes = Array("abc-abc-abd".utf8)
    let first = RecentTexts.mark(of: bytes.span, from: 0, count: 3)
    let same = RecentTexts.mark(of: bytes.span, from: 4, count: 3)
    let other = RecentTexts.mark(of: bytes.span, from: 8, count: 3)
    #expect(first == same && first != other)
  }
}
