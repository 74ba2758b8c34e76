import Bytes
import Ingest
import Records
import Support
import Testing

/// The obvious reader of a CSV block: a state machine that takes one byte at a time.
struct PlainCSV {
  enum Record: Equatable {
    case fields([[UInt8]])
    case malformed
  }

  private enum State {
    case fieldStart, bare, quoted, quoteInQuoted, afterQuote
  }

  private var delimiter: UInt8
  private var state = State.fieldStart
  private var records: [Record] = []
  private var fields: [[UInt8]] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  private var isMalformed = false
  /// What stands behind a closing quote.
  private var rest: [UInt8] = []
  private var bytesOfRecord = 0

  private init(delimiter: UInt8) { self.delimiter = delimiter }

  static func records(of bytes: [UInt8], delimiter: UInt8) -> [Record] {
    var machine = PlainCSV(delimiter: delimiter)
    for byte in bytes { machine.take(byte) }
    machine.endRecord()
    return machine.records
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .quoted:
      bytesOfRecord += 1
      if byte == 0x22 { state = .quoteInQuoted } else { field.append(byte) }
      return
    case .quoteInQuoted where byte == 0x22:
      field.append(byte)
      state = .quoted
      return
    case .quoteInQuoted:
      state = .afterQuote
    case .fieldStart where byte == 0x22:
      bytesOfRecord += 1
      isQuoted = true
      state = .quoted
      return
    case .fieldStart:
      state = .bare
    case .bare, .afterQuote:
      break
    }
    if byte == 0x0A { return endRecord() }
    bytesOfRecord += 1
    if byte == delimiter {
      endField(isLast: false)
    } else if state == .bare {
      field.append(byte)
    } else {
      rest.append(byte)
    }
  }

  private mutating func endField(isLast: Bool) {
    if state == .quoted { isMalformed = true }
    if isLast {
      if isQuoted, rest.last == 0x0D { rest.removeLast() }
      if !isQuoted, field.last == 0x0D { field.removeLast() }
    }
    if !rest.isEmpty { isMalformed = true }
    fields.append(field)
    field = []
    rest = []
    isQuoted = false
    state = .fieldStart
  }

  private mutating func endRecord() {
    endField(isLast: true)
    // Nothing but a line end is no record; a lone CR is one.
    let isBlank = bytesOfRecord == 0 || (bytesOfRecord == 1 && fields == [[]] && !isMalformed)
    if !isBlank { records.append(isMalformed ? .malformed : .fields(fields)) }
    fields = []
    isMalformed = false
    bytesOfRecord = 0
  }
}

@Suite struct CSVDifferentialTests {
  /// Random bytes out of those that mean something, so that every border of the grammar is met.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func agreesWithStateMachine(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let alphabet = Array("aa,,\"\"\"\n\n\r;".utf8)
    for round in 0..<200 {
      let length = Int.random(in: 0...40, using: &generator)
      let bytes = (0..<length).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      let delimiter: UInt8 = round % 3 == 0 ? 0x3B : 0x2C
      let names = Array(["a", "b", "c"].prefix(1 + round % 3))
      let found = try Scanned.scan(
        bytes,
        csvReading {
          $0.delimiter = [delimiter]
          $0.nulls = []
        }, slots: names, header: names)
      var rows: [[String?]] = []
      var faults: [Rule] = []
      for record in PlainCSV.records(of: bytes, delimiter: delimiter) {
        switch record {
        case .malformed: faults.append(.malformed)
        case .fields(let fields) where fields.count != names.count: faults.append(.fieldCount)
        case .fields(let fields): rows.append(fields.map { String(decoding: $0, as: UTF8.self) })
        }
      }
      #expect(found.rows == rows, "seed \(seed), round \(round)")
      #expect(found.faults.map(\.rule) == faults, "seed \(seed), round \(round)")
    }
  }

  /// Fields in quotes and without, so long that they reach over the words in which borders are
  /// marked.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func longFieldsAgreeWithStateMachine(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let pieces = ["a", "bb", ",", "\n", "\"\"", "\"\"\"\"", "\r\n", ";"]
    func field() -> String {
      let size =
        Int.random(in: 0...5, using: &generator) * Int.random(in: 0...40, using: &generator)
      if Bool.random(using: &generator) { return String(repeating: "x", count: size) }
      let text = (0..<size).map { _ in
        pieces[Int.random(in: 0..<pieces.count, using: &generator)]
      }
      return "\"\(text.joined())\""
    }
    for round in 0..<20 {
      var table = ""
      for _ in 0..<Int.random(in: 1...30, using: &generator) {
        table += (0..<3).map { _ in field() }.joined(separator: ",")
        table += Bool.random(using: &generator) ? "\n" : "\r\n"
      }
      let bytes = Array(table.utf8)
      let found = try Scanned.scan(
        bytes, csvReading { $0.nulls = [] }, slots: ["c", "a"], header: ["a", "b", "c"])
      let rows = PlainCSV.records(of: bytes, delimiter: 0x2C).map { record -> [String?] in
        guard case .fields(let fields) = record, fields.count == 3 else { return [] }
        return [
          String(decoding: fields[2], as: UTF8.self), String(decoding: fields[0], as: UTF8.self),
        ]
      }
      #expect(found.rows == rows, "seed \(seed), round \(round)")
      #expect(found.faults.isEmpty)
    }
  }

  /// Records of too few and too many fields, blank lines and line ends of both kinds between others,
  /// with one quote or none that belongs to nothing.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func oddRecordsAmongOthersAgreeWithStateMachine(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let fields = ["", "a", "\"\"", "\"b,\"\"c\"", String(repeating: "d", count: 70), "\"\n\""]
    let names = Array(["a", "b", "c"].prefix(1 + Int(seed) % 3))
    for round in 0..<50 {
      var table = ""
      for _ in 0..<Int.random(in: 1...40, using: &generator) {
        let isOdd = Int.random(in: 0..<6, using: &generator) == 0
        let count = isOdd ? Int.random(in: 0...5, using: &generator) : names.count
        table += (0..<count).map { _ in fields.randomElement(using: &generator) ?? "" }
          .joined(separator: ",")
        table += Bool.random(using: &generator) ? "\n" : "\r\n"
      }
      if round % 5 == 0 { table.removeLast() }
      var bytes = Array(table.utf8)
      if round % 3 == 0 {
        bytes.insert(0x22, at: Int.random(in: 0...bytes.count, using: &generator))
      }
      // The last of them first, so that slots and columns differ.
      let slots = Array(names.reversed().prefix(2))
      let found = try Scanned.scan(
        bytes, csvReading { $0.nulls = [] }, slots: slots, header: names)
      var rows: [[String?]] = []
      var faults: [Rule] = []
      for record in PlainCSV.records(of: bytes, delimiter: 0x2C) {
        switch record {
        case .malformed: faults.append(.malformed)
        case .fields(let fields) where fields.count != names.count: faults.append(.fieldCount)
        case .fields(let fields):
          rows.append(fields.reversed().prefix(2).map { String(decoding: $0, as: UTF8.self) })
        }
      }
      #expect(found.rows == rows, "seed \(seed), round \(round)")
      #expect(found.faults.map(\.rule) == faults, "seed \(seed), round \(round)")
    }
  }

  /// However the file is cut into blocks, the records are the same.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func blockSizeDoesNotMatter(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let alphabet = Array("aaaa,,,\"\"\n\n\r".utf8)
    let body = (0..<300).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
    }
    let file = Array("a,b\n".utf8) + body
    let whole = try Scanned.read(file, csvReading(), slots: ["b", "a"])
    for blockSize in [1, 2, 3, 10, 33, 100] {
      var cut = try Scanned.read(file, csvReading(), slots: ["b", "a"], blockSize: blockSize)
      #expect(cut.tail.utf8.count == whole.tail.utf8.count)
      cut.droppedFields = whole.droppedFields
      #expect(cut == whole, "seed \(seed), block size \(blockSize)")
    }
  }
}
