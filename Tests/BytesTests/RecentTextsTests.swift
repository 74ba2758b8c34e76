import Bytes
import Support
import Testing

@Suite struct RecentTextsTests {
  private func mark(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    return TextMarker().mark(of: bytes.span, from: 0, count: bytes.count)
  }

  @Test func holdsOnlyWhatItRemembers() {
    let recent = RecentTexts(capacity: 1 << 12)
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
    let recent = RecentTexts(capacity: 16)
    let texts = (0..<1_000).map { "visitor-\($0)" }
    for text in texts { recent.remember(mark(text)) }
    #expect(texts.count { recent.holds(mark($0)) } <= 16)
  }

  @Test func listsWhatItDoesNotRememberInOrder() {
    let recent = RecentTexts(capacity: 1 << 12)
    for number in 0..<50 { recent.remember(mark("visitor-\(number)")) }
    // The place that a mark of 0 would have is taken.
    recent.remember(1 << 40)
    var marks: [UInt64] = []
    for number in 0..<100 { marks += [0, mark("visitor-\((number * 37) % 100)")] }
    var listed: [UInt32] = [7, 7, 7]
    for count in [200, 2, 0, 150] {
      recent.list(unknown: marks.span.extracting(0..<count), in: &listed)
      let expected = (0..<count).filter { marks[$0] != 0 && !recent.holds(marks[$0]) }
      #expect(listed == expected.map { UInt32($0) })
    }
    recent.list(unknown: marks.span, in: &listed)
    #expect(listed.count >= 50 && listed.count < 100)
  }

  @Test func marksRangesByTheirBytesAlone() {
    let bytes = Array("abc-abc-abd".utf8)
    let first = TextMarker().mark(of: bytes.span, from: 0, count: 3)
    let same = TextMarker().mark(of: bytes.span, from: 4, count: 3)
    let other = TextMarker().mark(of: bytes.span, from: 8, count: 3)
    #expect(first == same && first != other)
  }

  /// Wherever a text stands, also where nothing stands behind it, and whatever stands around it.
  @Test(arguments: 0...70)
  func markIsOfTheTextAlone(count: Int) {
    var generator = SplitMix(seed: UInt64(count))
    func random(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    let text = random(count)
    let marker = TextMarker(field: 3)
    let expected = marker.mark(of: text.span, from: 0, count: count)
    for before in [0, 1, 15, 33] {
      for behind in [0, 1, 7, 8, 31, 32, 64] {
        let around = random(before) + text + random(behind)
        let mark = marker.mark(of: around.span, from: before, count: count)
        #expect(mark == expected)
      }
    }
    // Any other text has another: a byte changed, one more, one less.
    for index in text.indices {
      var changed = text + random(40)
      changed[index] ^= 1
      let other = marker.mark(of: changed.span, from: 0, count: count)
      #expect(other != expected)
    }
    let longer = text + [0] + random(40)
    let other = marker.mark(of: longer.span, from: 0, count: count + 1)
    #expect(other != expected)
  }

  @Test func textsOfTwoFieldsAreKnownApart() {
    let bytes = Array("spring".utf8)
    let marks = (0..<100).map { TextMarker(field: $0).mark(of: bytes.span, from: 0, count: 6) }
    #expect(Set(marks).count == 100)
    #expect(marks[0] == mark("spring"))
    #expect(!marks.contains(0))
  }

  /// Whatever comes of two threads in one place, no text is held that nobody told.
  @Test func threadsTellAndAskAtOnce() async {
    let recent = RecentTexts(capacity: 1 << 10)
    let told = (0..<2_000).map { mark("told-\($0)") }
    let others = (0..<2_000).map { mark("other-\($0)") }
    let wrong = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var wrong = 0
          for (one, other) in zip(told, others) {
            recent.remember(one)
            if recent.holds(other) { wrong += 1 }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
    #expect(told.count { recent.holds($0) } > 500)
  }
}
