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

  @Test func entriesOfTheirOwnAreNeverFound() {
    let bytes = Array("abab".utf8)
    let first = TextCell(start: 0, count: 2)
    let second = TextCell(start: 2, count: 2)
    var interner = CellInterner()
    #expect(interner.addEntry(first) == 1)
    #expect(interner.code(of: second, in: bytes.span) == 2)
    #expect(interner.code(of: first, in: bytes.span) == 2)
    #expect(interner.addEntry(first) == 3)
    #expect(interner.entries == [.null, first, second, first])
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
