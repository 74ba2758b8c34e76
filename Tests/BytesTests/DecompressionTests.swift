import Bytes
import Support
import Testing

/// A codec at a level that something of the program packs at.
struct Packing: Sendable, CustomTestStringConvertible {
  var compression: Compression
  var zstdLevel: Int32 = 3
  var testDescription: String { compression == .zstd ? "zstd \(zstdLevel)" : "\(compression)" }

  func compressor() -> Compressor { Compressor(compression, zstdLevel: zstdLevel) }

  static let all =
    Compression.allCases.map { Packing(compression: $0) }
    + [Packing(compression: .zstd, zstdLevel: 1)]
}

/// An input, what it decompresses to, and how it ends.
struct ShapeCase: Sendable, CustomTestStringConvertible {
  var name: String
  var input: [UInt8]
  var payload: [UInt8]?
  var ending: String
  var testDescription: String { name }

  private static func damage(_ kind: Damage.Kind, _ member: Int, _ offset: Int) -> String {
    Damage(kind: kind, format: .gzip, member: member, offset: offset).description
  }

  static let complete = "the file is complete"

  static let all: [ShapeCase] = {
    let text = logLines(300, seed: 1)
    let half = Array(text[..<5003])
    let rest = Array(text[5003...])
    let member = GzipMember(payload: text).bytes
    let first = GzipMember(payload: half).bytes
    let second = GzipMember(payload: rest).bytes
    let empty = GzipMember(payload: []).bytes
    let flagged = GzipMember(
      payload: text, flags: 1 | 2 | 4 | 8 | 16, extra: [UInt8](repeating: 7, count: 300),
      name: Array("a.log".utf8), comment: Array("ä comment".utf8))
    var wrongHeaderSum = flagged
    wrongHeaderSum.headerChecksumError = 1
    var flipped = member
    flipped[member.count / 2] ^= 0x10
    func unfinished(_ offset: Int) -> String { InputEnding.unfinished(offset: offset).description }
    var cases: [ShapeCase] = [
      .init(name: "empty file", input: [], payload: [], ending: complete),
      .init(name: "plain text", input: text, payload: text, ending: complete),
      .init(
        name: "bzip2", input: Array("BZh9".utf8) + [0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 1, 2],
        payload: nil,
        ending: "the file is packed with bzip2, which is not read; pack it with gzip or zstd "
          + "(at byte 0)"),
      .init(
        name: "xz", input: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], payload: nil,
        ending: "the file is packed with xz, which is not read; pack it with gzip or zstd "
          + "(at byte 0)"),
      .init(
        name: "zip", input: [0x50, 0x4B, 3, 4, 20, 0], payload: nil,
        ending: "the file is packed with zip, which is not read; pack it with gzip or zstd "
          + "(at byte 0)"),
      .init(
        name: "text that begins like bzip2", input: Array("BZh9,name\n1,2\n".utf8),
        payload: Array("BZh9,name\n1,2\n".utf8), ending: complete),
      .init(name: "one member", input: member, payload: text, ending: complete),
      .init(name: "empty member", input: empty, payload: [], ending: complete),
      .init(name: "two members", input: first + second, payload: text, ending: complete),
      .init(
        name: "empty members between", input: empty + first + empty + empty + second + empty,
        payload: text, ending: complete),
      .init(name: "all header flags", input: flagged.bytes, payload: text, ending: complete),
      .init(
        name: "stored blocks", input: GzipMember(payload: text + text + text + text).stored,
        payload: text + text + text + text, ending: complete),
      .init(
        name: "zero padding", input: member + [UInt8](repeating: 0, count: 700), payload: text,
        ending: complete),
      .init(
        name: "wrong header checksum", input: wrongHeaderSum.bytes, payload: nil,
        ending: damage(.headerChecksum, 1, flagged.header.count - 2)),
      .init(
        name: "reserved flag", input: GzipMember(payload: text, flags: 0x20).bytes, payload: nil,
        ending: damage(.unsupported, 1, 0)),
      .init(
        name: "other method", input: GzipMember(payload: text, method: 7).bytes, payload: nil,
        ending: damage(.unsupported, 1, 0)),
      .init(
        name: "wrong checksum", input: first + GzipMember(payload: rest, checksumError: 4).bytes,
        payload: nil, ending: damage(.wrongChecksum, 2, first.count + second.count - 8)),
      .init(
        name: "wrong size", input: GzipMember(payload: text, sizeError: 4).bytes, payload: nil,
        ending: damage(.wrongSize, 1, member.count - 4)),
      .init(
        name: "garbage", input: member + Array("garbage".utf8), payload: nil,
        ending: damage(.trailingGarbage, 1, member.count)),
      .init(
        name: "garbage behind zeros", input: member + [0, 0, 0, 5], payload: nil,
        ending: damage(.trailingGarbage, 1, member.count + 3)),
      .init(
        name: "half a magic and garbage", input: member + [0x1F, 0x20], payload: nil,
        ending: damage(.trailingGarbage, 1, member.count)),
      .init(
        name: "compressed twice", input: GzipMember(payload: member).bytes, payload: nil,
        ending: damage(.compressedTwice, 1, 0)),
      .init(
        name: "UTF-16", input: [0xFF, 0xFE, 0x61, 0, 10, 0], payload: nil,
        ending: "the text is UTF-16; convert it to UTF-8 (at byte 0)"),
      .init(
        name: "UTF-16 with the high byte first", input: GzipMember(payload: [0xFE, 0xFF, 0]).bytes,
        payload: nil, ending: "the text is UTF-16; convert it to UTF-8 (at byte 0)"),
      .init(
        name: "UTF-8 mark", input: [0xEF, 0xBB, 0xBF] + text, payload: text, ending: complete),
      .init(name: "UTF-8 mark alone", input: [0xEF, 0xBB, 0xBF], payload: [], ending: complete),
      .init(
        name: "invalid block type", input: GzipMember(payload: []).header + [7, 0, 0],
        payload: nil, ending: ""),
      .init(name: "flipped bit", input: flipped, payload: nil, ending: ""),
    ]
    for length in [
      1, 2, 3, 9, 10, 11, 40, member.count / 2, member.count - 9, member.count - 8,
      member.count - 7, member.count - 1,
    ] {
      cases.append(
        .init(
          name: "first \(length) bytes", input: Array(member[..<length]), payload: nil,
          ending: unfinished(0)))
      cases.append(
        .init(
          name: "a member and \(length) bytes", input: member + member[..<length], payload: nil,
          ending: unfinished(member.count)))
    }
    return cases
  }()
}

@Suite struct DecompressionTests {
  @Test(arguments: ShapeCase.all, InflateCodec.allCases)
  func tellsShapesApart(_ example: ShapeCase, codec: InflateCodec) throws {
    let result = try reading(example.input, codec: codec)
    let ending = try #require(result.ending)
    if let payload = example.payload {
      #expect(result.bytes == payload)
      #expect(ending == .complete)
    } else {
      #expect(ending != .complete)
      if !example.ending.isEmpty { #expect(ending.description == example.ending) }
    }
  }

  @Test func namesMemberAndPlace() throws {
    let damage = Damage(kind: .wrongChecksum, format: .gzip, member: 3, offset: 1234)
    #expect(damage.description == "the checksum of gzip member 3 is wrong (at byte 1234)")
    let frame = Damage(kind: .invalidData, format: .zstd, member: 1, offset: 9)
    #expect(frame.description == "the data of zstd frame 1 are invalid (at byte 9)")
    let garbage = Damage(kind: .trailingGarbage, format: .gzip, member: 2, offset: 77)
    #expect(
      garbage.description == "something that is not gzip follows gzip member 2 (at byte 77)")
    #expect(
      InputEnding.unfinished(offset: 12).description
        == "the file is unfinished: its last part, which begins at byte 12, is cut off")
  }

  @Test(arguments: InflateCodec.allCases)
  func countsWhatItRead(codec: InflateCodec) throws {
    let text = logLines(500, seed: 2)
    var packed: [UInt8] = []
    var compressor = Compressor(.gzip)
    for start in stride(from: 0, to: text.count, by: 1000) {
      compressor.compress(
        Array(text[start..<min(start + 1000, text.count)]), appendingTo: &packed)
    }
    let result = try reading(packed, codec: codec)
    #expect(result.members == (text.count + 999) / 1000)
    #expect(result.byteCount == text.count)
    #expect(result.crc32 == checksum(of: text.span, continuing: 0))
    #expect(result.format == .gzip)
    #expect(result.bytes == text)
  }

  /// What the members of one file are cut into must not matter, nor how much room there is.
  @Test(arguments: InflateCodec.allCases, [1, 2, 3, 7, 100, 5000])
  func blockSizeDoesNotMatter(codec: InflateCodec, blockSize: Int) throws {
    let text = logLines(40, seed: 3)
    let packed =
      GzipMember(payload: Array(text[..<100])).bytes + GzipMember(payload: []).bytes
      + GzipMember(payload: Array(text[100...]), flags: 8, name: [65]).stored
    let result = try reading(packed, codec: codec, blockSize: blockSize)
    #expect(result.bytes == text)
    #expect(result.ending == .complete)
  }

  @Test func zstdFramesAreRead() throws {
    let text = logLines(2000, seed: 4)
    var packed: [UInt8] = []
    var compressor = Compressor(.zstd)
    compressor.compress(Array(text[..<70_000]), appendingTo: &packed)
    let firstCount = packed.count
    compressor.compress([], appendingTo: &packed)
    compressor.compress(Array(text[70_000...]), appendingTo: &packed)
    // A frame that decoders skip (RFC 8878, 3.1.2).
    packed += [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    for blockSize in [1, 1000, 1 << 20] {
      let result = try reading(packed, blockSize: blockSize)
      #expect(result.bytes == text)
      #expect(result.ending == .complete)
      #expect(result.format == .zstd)
      #expect(result.members == 4)
      #expect(result.crc32 == checksum(of: text.span, continuing: 0))
    }
    for length in [4, 5, firstCount - 1] {
      #expect(try reading(Array(packed[..<length])).ending == .unfinished(offset: 0))
    }
    for length in [firstCount + 1, firstCount + 3, firstCount + 6] {
      #expect(try reading(Array(packed[..<length])).ending == .unfinished(offset: firstCount))
    }
    var wrong = Array(packed[..<firstCount])
    wrong[firstCount - 1] ^= 1
    #expect(
      try reading(wrong).ending?.description.hasPrefix("the checksum of zstd frame 1 is wrong (at")
        == true)
    let garbage = Array(packed[..<firstCount]) + [1, 2, 3]
    #expect(
      try reading(garbage).ending
        == .damaged(
          Damage(kind: .trailingGarbage, format: .zstd, member: 1, offset: firstCount)))
    var twice: [UInt8] = []
    compressor.compress(packed, appendingTo: &twice)
    #expect(
      try reading(twice).ending
        == .damaged(Damage(kind: .compressedTwice, format: .zstd, member: 1, offset: 0)))
  }

  /// Damaged files are refused or accepted by both codecs alike, with the same bytes.
  @Test(arguments: [11 as UInt64, 12, 13, 14])
  func codecsAgreeOnMutants(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let text = logLines(12, seed: seed)
    let original =
      GzipMember(payload: Array(text[..<300]), flags: 8, name: [66, 67]).bytes
      + GzipMember(payload: Array(text[300...])).bytes
    var refused = 0
    for mutant in 0..<250 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 2..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 2: bytes.removeSubrange(place...)
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        if bytes.count < 3 { bytes = original }
      }
      let fast = try reading(bytes, codec: .isal)
      let slow = try reading(bytes, codec: .reference)
      let accepted = fast.ending == .complete
      #expect(accepted == (slow.ending == .complete), "seed \(seed), mutant \(mutant)")
      if accepted {
        #expect(fast.bytes == slow.bytes, "seed \(seed), mutant \(mutant)")
      } else {
        refused += 1
      }
    }
    // Names, times and the like carry no checksum: some mutants are sound, most are not.
    #expect(refused > 200)
  }

  /// The files of real and hand-made shapes, judged as their names say.
  @Test(
    .enabled(if: SharedData.isPresent, "the folder of shapes is absent"),
    arguments: InflateCodec.allCases)
  func judgesTortureFiles(codec: InflateCodec) throws {
    let payload = try SharedData.bytes("torture/gz/payload_2000_lines.log")
    func judged(_ name: String) throws -> Reading {
      try reading(try SharedData.bytes("torture/gz/\(name).gz"), codec: codec)
    }
    for name in [
      "all_header_flags", "multi_member_with_empty_members", "single", "stored_level0",
      "trailing_zero_padding",
    ] {
      let result = try judged(name)
      #expect(result.ending == .complete, "\(name)")
      #expect(result.bytes == payload, "\(name)")
    }
    for name in [
      "multi_member_100", "multi_member_midline", "bomb_50MB_zeros", "empty_file",
      "empty_payload", "not_gzip_plain_text",
    ] {
      #expect(try judged(name).ending == .complete, "\(name)")
    }
    #expect(try judged("multi_member_100").members == 100)
    #expect(try judged("bomb_50MB_zeros").byteCount >= 50_000_000)
    let kinds: [(String, Damage.Kind)] = [
      ("bad_crc", .wrongChecksum), ("bad_isize", .wrongSize),
      ("bad_trailing_garbage", .trailingGarbage), ("double_gzipped", .compressedTwice),
    ]
    for (name, kind) in kinds {
      guard case .damaged(let damage) = try judged(name).ending else {
        Issue.record("\(name) was not found damaged")
        continue
      }
      #expect(damage.kind == kind, "\(name)")
    }
    guard case .damaged = try judged("bad_flipped_byte_middle").ending else {
      Issue.record("the flipped byte was not found")
      return
    }
    for name in ["bad_truncated_60pct", "bad_truncated_trailer", "bad_unfinished_sync_flush"] {
      #expect(try judged(name).ending == .unfinished(offset: 0), "\(name)")
    }
  }
}

@Suite struct CompressorTests {
  /// What was compressed must come back from the reference decoder, whatever it was.
  @Test(arguments: Packing.all, [21 as UInt64, 22])
  func roundTrips(_ packing: Packing, seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    var compressor = packing.compressor()
    for round in 0..<30 {
      let length = Int.random(in: 0...(round < 25 ? 3000 : 600_000), using: &generator)
      let alphabet: ClosedRange<UInt8> = [0...255, 97...100, 10...10][round % 3]
      var input: [UInt8] = [84]
      for _ in 0..<length { input.append(.random(in: alphabet, using: &generator)) }
      var output: [UInt8] = [1, 2, 3]
      compressor.compress(input, appendingTo: &output)
      #expect(output[..<3] == [1, 2, 3])
      let result = try reading(Array(output[3...]), codec: .reference)
      #expect(result.crc32 == checksum(of: input.span, continuing: 0), "seed \(seed)")
      #expect(result.byteCount == input.count, "seed \(seed)")
      #expect(result.ending == .complete, "seed \(seed)")
    }
  }

  @Test(arguments: Packing.all)
  func earlierBlocksDoNotMatter(_ packing: Packing) {
    let block = logLines(3000, seed: 5)
    let other = logLines(1000, seed: 6)
    var fresh = packing.compressor()
    var expected: [UInt8] = []
    fresh.compress(block, appendingTo: &expected)
    var used = packing.compressor()
    var scratch: [UInt8] = []
    used.compress(other, appendingTo: &scratch)
    used.compress([], appendingTo: &scratch)
    var actual: [UInt8] = []
    used.compress(block, appendingTo: &actual)
    #expect(actual == expected)
    if packing.compression != .none { #expect(actual.count < block.count / 2) }
  }

  /// Blocks made of the same words in other places: what one left behind would be found by the
  /// next.
  @Test(arguments: Packing.all, [41 as UInt64, 42, 43])
  func noBlockIsFoundInTheNext(_ packing: Packing, seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let words = (0..<60).map { "word \($0 * 7919) of a block" }
    func block() -> [UInt8] {
      let count = Int.random(in: 1...200, using: &generator)
      return Array(
        (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined().utf8)
    }
    var used = packing.compressor()
    for round in 0..<40 {
      let bytes = block()
      var actual: [UInt8] = []
      used.compress(bytes, appendingTo: &actual)
      var fresh = packing.compressor()
      var expected: [UInt8] = []
      fresh.compress(bytes, appendingTo: &expected)
      #expect(actual == expected, "seed \(seed), round \(round)")
    }
  }

  /// Two runs never have their memory at the same addresses.
  @Test(arguments: Packing.all)
  func bytesDoNotDependOnWhereMemoryLies(_ packing: Packing) {
    /// A compressor that stays where it is.
    final class Held {
      var compressor: Compressor
      init(_ packing: Packing) { compressor = packing.compressor() }
    }
    let held = (0..<60).map { _ in Held(packing) }
    for number in 0..<8 {
      let text = Array("word \(number) of a blockword \(number * 7919) of a block".utf8)
      let results = Set(
        held.map { one in
          var bytes: [UInt8] = []
          one.compressor.compress(text, appendingTo: &bytes)
          return bytes
        })
      #expect(results.count == 1, "\(text.count) bytes in \(results.count) ways")
    }
  }

  @Test func headersTellNothing() {
    for compression in [Compression.gzip, .small] {
      var compressor = Compressor(compression)
      var output: [UInt8] = []
      compressor.compress(Array("text\n".utf8), appendingTo: &output)
      #expect(Array(output[..<10]) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    }
  }

  @Test func checksumsCombine() {
    let first = Array("123".utf8)
    let second = Array("456789".utf8)
    let sum = checksum(of: (first + second).span, continuing: 0)
    // The check value of CRC-32 in the catalogue of parametrised CRC algorithms.
    #expect(sum == 0xCBF4_3926)
    #expect(
      combinedChecksum(
        checksum(of: first.span, continuing: 0), checksum(of: second.span, continuing: 0),
        secondCount: 6) == sum)
    #expect(checksum(of: second.span, continuing: checksum(of: first.span, continuing: 0)) == sum)
  }
}
