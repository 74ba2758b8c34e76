import Bytes
import Ingest
import Records

/// What a shop delivers, fed as a run feeds it.
enum RawFiles {
  static func feed(_ bytes: [UInt8], to target: Target?) {
    switch target {
    case .accessLog:
      for layout in Reading.Layout.allCases {
        scan(bytes, Reading(format: .accessLog(layout)), AccessLogField.allCases.map(\.rawValue))
      }
    case .csv: for reading in dialects { scan(bytes, reading, ["a", "b", "c"]) }
    case .ndjson: scan(bytes, Reading(format: .ndjson), paths)
    case .container: inflate(bytes)
    default: readTimes(bytes)
    }
  }

  private static let berlin = Zone(named: "Europe/Berlin") ?? .utc

  private static let paths = [
    "a", "user.id", "items[0].sku", "params[key=page].value.string", "\"quoted.name\"", "each",
  ]

  private static let dialects: [Reading] = {
    var plain = Reading.CSV()
    plain.delimiter = [UInt8(ascii: ";")]
    plain.names = ["a", "b", "c", "d"]
    var other = plain
    other.delimiter = Array("||".utf8)
    other.quote = UInt8(ascii: "'")
    other.encoding = .windows1252
    other.trims = true
    return [Reading(format: .csv(plain)), Reading(format: .csv(other))]
  }()

  /// Both codecs must agree on what an archive holds and how it ends.
  private static func inflate(_ bytes: [UInt8]) {
    var reader = BlockReader(bytes: bytes, blockSize: 4096, recordLimit: 1 << 16)
    var other = BlockReader(bytes: bytes, blockSize: 4096, recordLimit: 1 << 16, codec: .reference)
    while (try? reader.next()) != nil {}
    while (try? other.next()) != nil {}
    switch (reader.ending, other.ending) {
    case (.complete?, .complete?): precondition(reader.crc32 == other.crc32, "codecs disagree")
    case (.complete?, _), (_, .complete?): preconditionFailure("one codec accepts what one refuses")
    default: break
    }
  }

  private static func readTimes(_ bytes: [UInt8]) {
    // The first line is the pattern, the rest are values.
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let pattern = String(decoding: lines[0], as: UTF8.self)
    _ = CivilDate(pattern)
    _ = CivilDate.Duration(pattern)
    let values = TextCells(lines.dropFirst())
    for format in [nil, TimeFormat(pattern)] {
      for type in [FieldType.timestamp, .date] { read(values, as: type, format) }
    }
    for type in [FieldType.int, .decimal, .money, .bool] { read(values, as: type, nil) }
  }

  private static func read(_ cells: TextCells, as type: FieldType, _ format: TimeFormat?) {
    var reader = ValueReader(
      type: type, format: format, numbers: NumberStyle(), scale: type == .decimal ? 6 : nil,
      zone: berlin)
    var faults = ValueFaults()
    _ = reader.read(cells, faults: &faults)
  }

  /// Scans and reads every field as every type that has a reader.
  private static func scan(_ bytes: [UInt8], _ reading: Reading, _ fields: [String]) {
    let nested = Projection.Nested(
      array: RawPath(name: "items"), elements: [RawPath(name: "price"), RawPath(name: "quantity")])
    let projection = Projection(
      slots: fields.compactMap { RawPath(parsing: $0) },
      nested: reading.format == .ndjson ? [nested] : [])
    guard var scanner = try? makeScanner(reading: reading, projection: projection) else { return }
    var borders = RecordBorders.lines
    if case .csv(let dialect) = reading.format {
      borders = dialect.borders
    }
    var batch = RawBatch()
    var reader = BlockReader(
      bytes: bytes, borders: borders, blockSize: 512, recordLimit: 1 << 14)
    while let block = try? reader.next() {
      guard block.kind == .records else { continue }
      scanner.scan(block.bytes, into: &batch)
      for slot in batch.slots {
        let cells = TextCells(bytes: batch.bytes, cells: slot)
        for type in [FieldType.timestamp, .date, .int, .decimal, .money, .bool] {
          read(cells, as: type, nil)
        }
      }
    }
  }
}

extension TextCells {
  init(_ texts: some Sequence<ArraySlice<UInt8>>) {
    self.init()
    for text in texts {
      let start = UInt32(bytes.count)
      bytes += text
      cells.append(TextCell(start: start, count: UInt32(text.count)))
    }
  }
}
