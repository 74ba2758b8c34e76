import Bytes
import Support
import Testing

/// One record as a reader found it: its bytes, or `nil` for one that was skipped.
struct FoundRecord: Equatable, CustomStringConvertible {
  var text: String?
  var offset: Int
  var line: Int
  var description: String { "\(text ?? "skipped") at \(offset), line \(line)" }
}

/// Splits an input into records by the obvious machine, a byte at a time.
///
/// The rule of skipped records is the reader's: a record longer than `limit`, or open at the end,
/// gives up its first line only.
private func recordsByBytes(
  _ bytes: [UInt8], quote: UInt8?, delimiter: [UInt8], limit: Int
) -> [FoundRecord] {
  var found: [FoundRecord] = []
  var start = 0
  var line = 1
  while start < bytes.count {
    var position = start
    var inQuotes = false
    var startsField = true
    var end: Int?
    while position < bytes.count {
      let byte = bytes[position]
      if inQuotes {
        if byte == quote {
          if position + 1 < bytes.count, bytes[position + 1] == quote {
            position += 1
          } else {
            inQuotes = false
          }
        }
        position += 1
      } else if byte == quote, startsField {
        inQuotes = true
        startsField = false
        position += 1
      } else if byte == 10 {
        end = position
        break
      } else if bytes[position...].starts(with: delimiter) {
        position += delimiter.count
        startsField = true
      } else {
        startsField = false
        position += 1
      }
    }
    let isSkipped = (end ?? bytes.count) - start > limit || (end == nil && inQuotes)
    var next = end.map { $0 + 1 } ?? bytes.count
    if isSkipped {
      next = bytes[start...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
    }
    found.append(
      FoundRecord(
        text: isSkipped ? nil : String(decoding: bytes[start..<next], as: UTF8.self),
        offset: start, line: line))
    line += bytes[start..<next].count { $0 == 10 }
    start = next
  }
  return found
}

/// Reads blocks and cuts each into records by the obvious machine.
private func recordsByReader(
  _ bytes: [UInt8], _ borders: RecordBorders, quote: UInt8?, delimiter: [UInt8],
  blockSize: Int, limit: Int
) throws -> [FoundRecord] {
  var reader = BlockReader(
    bytes: bytes, borders: borders, blockSize: blockSize, recordLimit: limit)
  var found: [FoundRecord] = []
  var nextOffset = 0
  while let block = try reader.next() {
    #expect(block.offset == nextOffset)
    nextOffset += block.byteCount
    switch block.kind {
    case .oversizeRecord, .unclosedRecord:
      #expect(block.bytes.isEmpty)
      found.append(FoundRecord(text: nil, offset: block.offset, line: block.firstLine))
    case .records:
      #expect(!block.bytes.isEmpty)
      #expect(block.byteCount == block.bytes.count)
      #expect(block.lineCount == block.bytes.count { $0 == 10 })
      for record in recordsByBytes(
        block.bytes, quote: quote, delimiter: delimiter, limit: .max)
      {
        #expect(record.text != nil, "a block ends inside a record")
        found.append(
          FoundRecord(
            text: record.text, offset: record.offset + block.offset,
            line: record.line + block.firstLine - 1))
      }
    }
  }
  #expect(reader.ending == .complete)
  #expect(nextOffset == bytes.count)
  return found
}

@Suite struct BlockReaderTests {
  /// Random texts of the bytes that matter, read with every block size, must give the same
  /// records, lines and offsets as the obvious machine on the whole text.
  @Test(arguments: [31 as UInt64, 32, 33, 34, 35])
  func blockSizeDoesNotMatter(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let alphabets: [[UInt8]] = [
      Array("\",\na".utf8), Array("\"\",,\n\naaaaaaaabbb\r".utf8), Array("ab,\n".utf8),
      Array("\"||\na".utf8), Array("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,\"\n".utf8),
    ]
    for round in 0..<60 {
      let alphabet = alphabets[Int.random(in: 0..<alphabets.count, using: &generator)]
      let bytes = (0..<Int.random(in: 0...120, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let limit = [16, 20, 40, 1000][Int.random(in: 0..<4, using: &generator)]
      let delimiters: [[UInt8]] = [Array(",".utf8), Array("||".utf8)]
      for delimiter in delimiters {
        let expected = recordsByBytes(bytes, quote: 34, delimiter: delimiter, limit: limit)
        for blockSize in [1, 2, 3, 5, 17, 64, 4096] {
          let found = try recordsByReader(
            bytes, .csv(quote: 34, delimiter: delimiter), quote: 34, delimiter: delimiter,
            blockSize: blockSize, limit: limit)
          #expect(
            found == expected,
            "seed \(seed), round \(round), block \(blockSize), limit \(limit), \(bytes)")
        }
      }
      let expected = recordsByBytes(bytes, quote: nil, delimiter: [44], limit: limit)
      for blockSize in [1, 2, 3, 5, 17, 64, 4096] {
        let found = try recordsByReader(
          bytes, .lines, quote: nil, delimiter: [44], blockSize: blockSize, limit: limit)
        #expect(found == expected, "seed \(seed), round \(round), block \(blockSize)")
      }
    }
  }

  @Test func quotedNewlineStaysInRecord() throws {
    let text = "a;\"one\ntwo\"\nb;\"\"\"three\"\"\n\"\n"
    var reader = BlockReader(
      bytes: Array(text.utf8), borders: .csv(quote: 34, delimiter: [59]), blockSize: 1)
    let first = try #require(try reader.next())
    #expect(String(decoding: first.bytes, as: UTF8.self) == "a;\"one\ntwo\"\n")
    let second = try #require(try reader.next())
    #expect(String(decoding: second.bytes, as: UTF8.self) == "b;\"\"\"three\"\"\n\"\n")
    #expect(second.firstLine == 3)
    let end = try reader.next()
    #expect(end == nil)
  }

  @Test func strayQuoteCostsOneLine() throws {
    var bytes = Array("first;1\nstray;\"oops\n".utf8)
    let strayOffset = 8
    for _ in 0..<1000 { bytes += Array("good;2\n".utf8) }
    var reader = BlockReader(
      bytes: bytes, borders: .csv(quote: 34, delimiter: [59]), blockSize: 512, recordLimit: 2000)
    var kept = 0
    var skipped: [Block] = []
    while let block = try reader.next() {
      if block.kind == .oversizeRecord { skipped.append(block) } else { kept += block.bytes.count }
    }
    #expect(skipped.count == 1)
    #expect(skipped.first?.offset == strayOffset)
    #expect(skipped.first?.firstLine == 2)
    #expect(skipped.first?.byteCount == 12)
    #expect(kept == bytes.count - 12)
  }

  /// Where the input ends before the limit, the quote is to blame and not the length.
  @Test(arguments: [(2_000, Block.Kind.unclosedRecord), (18, .oversizeRecord)])
  func openQuoteIsToldFromALongRecord(limit: Int, kind: Block.Kind) throws {
    let bytes = Array("first;1\nstray;\"oops\ngood;2\n".utf8)
    var reader = BlockReader(
      bytes: bytes, borders: .csv(quote: 34, delimiter: [59]), recordLimit: limit)
    var skipped: [Block] = []
    while let block = try reader.next() { if block.kind != .records { skipped.append(block) } }
    #expect(skipped.map(\.kind) == [kind])
    #expect(skipped.map(\.offset) == [8])
    #expect(skipped.map(\.byteCount) == [12])
  }

  /// Quotes are followed in pieces while a block is filled, wherever those end.
  @Test(arguments: [41 as UInt64, 42, 43])
  func followedQuotesLeaveTheSameBorders(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let borders = RecordBorders.csv(quote: 34, delimiter: [44])
    for round in 0..<300 {
      let alphabet = round % 2 == 0 ? Array("\"\"\",\na".utf8) : Array("aaaaaaaaaaaa,\"\n".utf8)
      let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      var state = QuoteState()
      var known = 0
      while known < bytes.count {
        known = min(bytes.count, known + Int.random(in: 1...40, using: &generator))
        // As if the block's end were far away, or near enough for nothing to be followed.
        let goal = known + (32 << 10) - Int.random(in: 0...9, using: &generator)
        borders.follow(bytes.span.extracting(0..<known), goal: goal, &state)
        #expect(
          borders.scan(bytes.span.extracting(0..<known), behind: state)
            == borders.scan(bytes.span.extracting(0..<known)), "round \(round), \(known), \(bytes)")
      }
    }
  }

  /// Blocks so large that quotes are followed ahead of their end.
  @Test(arguments: [51 as UInt64, 52])
  func largeBlocksEndBetweenRecords(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < 600_000 {
      bytes += Array("1,\"a, \"\"b\"\"\nc\",x\"y,".utf8)
      // Now and then a record that is longer than what is searched for a border, than a block, or
      // than the limit.
      let count = Int.random(in: 0...90, using: &generator)
      let lengths = [40_000, 110_000, 150_000]
      bytes += [UInt8](repeating: 97, count: count == 7 ? lengths[bytes.count % 3] : count)
      bytes += Array(Bool.random(using: &generator) ? "\n".utf8 : ",\"\"\n".utf8)
    }
    bytes += Array("2,\"never closed,\n3,b\n".utf8)
    let expected = recordsByBytes(bytes, quote: 34, delimiter: [44], limit: 120_000)
    for blockSize in [40_000, 100_000, 290_000] {
      let found = try recordsByReader(
        bytes, .csv(quote: 34, delimiter: [44]), quote: 34, delimiter: [44],
        blockSize: blockSize, limit: 120_000)
      #expect(found == expected, "block \(blockSize)")
    }
  }

  /// A byte order mark stands before the quote that opens the first field, and moves all that
  /// follows.
  @Test func quotesBehindAMarkAreFollowedFromWhereTheyAre() throws {
    let field = "\"" + String(repeating: "a\n", count: 40_000) + "\""
    let file = [0xEF, 0xBB, 0xBF] + Array("\(field),1\n\(field),2\n".utf8)
    for blockSize in [60_000, 90_000, 200_000] {
      var reader = BlockReader(
        bytes: file, borders: .csv(quote: 34, delimiter: [44]), blockSize: blockSize)
      var lines: [Int] = []
      while let block = try reader.next() {
        for record in recordsByBytes(block.bytes, quote: 34, delimiter: [44], limit: .max) {
          #expect(record.text?.hasSuffix(",\(lines.count + 1)\n") == true, "block \(blockSize)")
          lines.append(record.line + block.firstLine - 1)
        }
      }
      #expect(lines == [1, 40_002], "block \(blockSize)")
    }
  }

  @Test func giantLineIsSkippedAndTheRestIsRead() throws {
    var packed: [UInt8] = []
    var compressor = Compressor(.gzip)
    compressor.compress(Array("before\n".utf8), appendingTo: &packed)
    let chunk = [UInt8](repeating: 120, count: 1 << 20)
    for _ in 0..<20 { compressor.compress(chunk, appendingTo: &packed) }
    compressor.compress(Array("\nafter\n".utf8), appendingTo: &packed)
    for borders in [RecordBorders.lines, .csv(quote: 34, delimiter: [44])] {
      var reader = BlockReader(bytes: packed, borders: borders)
      let before = try #require(try reader.next())
      #expect(before.bytes == Array("before\n".utf8))
      let giant = try #require(try reader.next())
      #expect(giant.kind == .oversizeRecord)
      #expect(giant.offset == 7)
      #expect(giant.byteCount == 20 << 20 + 1)
      let after = try #require(try reader.next())
      #expect(after.bytes == Array("after\n".utf8))
      #expect(after.firstLine == 3)
      let end = try reader.next()
      #expect(end == nil)
      #expect(reader.ending == .complete)
    }
  }

  @Test func markIsCountedButNotHandedOut() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a\nb".utf8)
    for blockSize in [1, 2, 4096] {
      var reader = BlockReader(bytes: bytes, blockSize: blockSize)
      let block = try #require(try reader.next())
      #expect(block.offset == 3)
      #expect(block.bytes.starts(with: [97, 10]))
      while try reader.next() != nil {}
      #expect(reader.byteCount == 6)
      #expect(reader.crc32 == checksum(of: bytes.span, continuing: 0))
    }
  }

  @Test func observersSeeEverything() throws {
    let text = logLines(20_000, seed: 7)
    let packed = GzipMember(payload: text).bytes
    var raw: [UInt8] = []
    var plain: [UInt8] = []
    var reader = BlockReader(
      bytes: packed, onRawBytes: { raw.append(copying: $0) },
      onBytes: { plain.append(copying: $0) })
    while try reader.next() != nil {}
    #expect(reader.compressedByteCount == packed.count)
    #expect(raw == packed)
    #expect(plain == text)
  }
}
