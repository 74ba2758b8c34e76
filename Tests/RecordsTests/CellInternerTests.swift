import Records
import Support
import Testing

@Suite struct CellInternerTests {
  /// Codes, entries and a dictionary must agree, wherever the texts lie.
  @Test(arguments: [1 as UInt64, 7, 0xB10C])
  func agreesWithDictionary(seed: UInt64) {
    var dice = SplitMix(seed: seed)
    // Few letters, so that texts repeat themselves; enough texts to let the table grow.
    let block = (0..<3000).map { _ in UInt8.random(in: 97...98, using: &dice) }
    let tail = (0..<300).map { _ in UInt8.random(in: 97...98, using: &dice) }
    let all = block + tail
    var cells: [TextCell] = []
    for _ in 0..<1500 {
      let count = Int.random(in: 0...20, using: &dice)
      switch UInt8.random(in: 0...9, using: &dice) {
      case 0: cells.append(.null)
      case 1...3:
        let start = Int.random(in: 0...(tail.count - count), using: &dice)
        cells.append(TextCell(start: block.count + start, count: count))
      default:
        cells.append(
          TextCell(start: Int.random(in: 0...(block.count - count), using: &dice), count: count))
      }
    }
    var interner = CellInterner()
    for round in 0..<2 {
      interner.removeAll()
      var codes: [UInt32] = []
      // In pieces, as a scanner hands its records on.
      for piece in [0..<1, 1..<300, 300..<300, 300..<1500] {
        interner.appendCodes(
          of: cells.span.extracting(piece), in: block.span, tail.span, to: &codes)
      }
      var expected: [[UInt8]: UInt32] = [:]
      var firsts = [TextCell.null]
      for (row, cell) in cells.enumerated() {
        if cell.isNull {
          #expect(codes[row] == 0, "seed \(seed), round \(round), row \(row)")
          continue
        }
        let text = Array(all[cell.lower..<cell.upper])
        if expected[text] == nil {
          expected[text] = UInt32(firsts.count)
          firsts.append(cell)
        }
        #expect(codes[row] == expected[text], "seed \(seed), round \(round), row \(row)")
      }
      #expect(codes.count == cells.count)
      #expect(interner.entries == firsts, "seed \(seed), round \(round)")
    }
  }

  /// Behind 512 texts of which hardly two are the same, each has a code of its own but neighbours.
  @Test func textsThatDoNotRepeatThemselvesAreNotSearched() {
    var bytes: [UInt8] = []
    func cells(_ texts: [String?]) -> [TextCell] {
      texts.map { text in
        guard let text else { return .null }
        bytes += text.utf8
        return TextCell(start: bytes.count - text.utf8.count, count: text.utf8.count)
      }
    }
    var interner = CellInterner()
    for (distinct, isSearched) in [(447, true), (448, false)] {
      interner.removeAll()
      var codes: [UInt32] = []
      bytes = []
      let seen = cells((0..<512).map { "t\($0 % distinct)" })
      let later = cells(["t7", "t7", nil, "t7", "t8", "t7", "", ""])
      for part in [seen, later] {
        interner.appendCodes(of: part.span, in: bytes.span, Span(), to: &codes)
      }
      #expect(codes[..<512].elementsEqual((0..<512).map { UInt32($0 % distinct + 1) }))
      let next = UInt32(distinct + 1)
      #expect(
        Array(codes[512...])
          == (isSearched
            ? [8, 8, 0, 8, 9, 8, next, next]
            : [next, next, 0, next, next + 1, next + 2, next + 3, next + 3]),
        "\(distinct)")
    }
  }

  @Test func emptyTextsAtTheEndAreTexts() {
    let bytes = Array("a".utf8)
    var interner = CellInterner()
    var codes: [UInt32] = []
    let cells = [TextCell(start: 1, count: 0), .null, TextCell(start: 0, count: 0)]
    let tail: [UInt8] = []
    interner.appendCodes(of: cells.span, in: bytes.span, tail.span, to: &codes)
    #expect(codes == [1, 0, 1])
  }
}
