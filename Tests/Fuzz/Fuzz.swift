import Bytes
import Engine
import Foundation
import Ingest
import Records
import Verify

// One program for all parsers: FUZZ_TARGET names which one gets the bytes. It is built only with
// FUZZ=1 and the fuzzer's and the address sanitizer's instrumentation (`make fuzz`).

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ argc: UnsafeMutablePointer<Int32>,
  _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// What SwiftPM makes the program's entry.
@_cdecl("Fuzz_main")
public func fuzzMain(
  _ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var argc = argc
  var argv = argv
  return runDriver(&argc, &argv) { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    Parsers.chosen(input)
    return 0
  }
}

/// The parsers, each fed as a run feeds it.
enum Parsers {
  static let chosen: @Sendable ([UInt8]) -> Void = {
    switch ProcessInfo.processInfo.environment["FUZZ_TARGET"] {
    case "access_log": return { scan($0, Reading(format: .accessLog(.vhostCombined)), logFields) }
    case "csv": return { scan($0, csv, ["a", "b", "c"]) }
    case "ndjson": return { scan($0, Reading(format: .ndjson), paths) }
    case "yaml":
      return { bytes in
        _ = Pipeline(text: String(decoding: bytes, as: UTF8.self), name: "fuzz.yaml")
      }
    case "gzip": return { read($0, borders: .lines) { _ in } }
    case "parquet": return readParquet
    default: fatalError("FUZZ_TARGET is one of access_log, csv, ndjson, yaml, gzip, parquet")
    }
  }()

  private static let logFields = AccessLogField.allCases.map(\.rawValue)
  private static let paths = [
    "a", "user.id", "items[0].sku", "params[key=page].value.string", "\"quoted.name\"", "each",
  ]
  private static let csv: Reading = {
    var dialect = Reading.CSV()
    dialect.delimiter = [UInt8(ascii: ";")]
    dialect.names = ["a", "b", "c", "d"]
    return Reading(format: .csv(dialect))
  }()

  /// Hands the input's blocks, decompressed and cut at records, to `body`.
  private static func read(
    _ bytes: [UInt8], borders: RecordBorders, _ body: (consuming Block) -> Void
  ) {
    var reader = BlockReader(bytes: bytes, borders: borders, blockSize: 4096)
    while let block = try? reader.next() { body(block) }
  }

  /// Scans and reads every field as every type that has a reader.
  private static func scan(_ bytes: [UInt8], _ reading: Reading, _ fields: [String]) {
    let projection = Projection(
      slots: fields.compactMap { RawPath(parsing: $0) },
      nested: [
        .init(
          array: RawPath(name: "items"),
          elements: [RawPath(name: "price"), RawPath(name: "quantity")])
      ])
    guard let utc,
      var scanner = try? makeScanner(
        reading: reading,
        projection: reading.format == .ndjson ? projection : Projection(slots: projection.slots))
    else { return }
    var borders = RecordBorders.lines
    if case .csv(let dialect) = reading.format {
      borders = .csv(quote: dialect.quote, delimiter: dialect.delimiter)
    }
    var batch = RawBatch()
    read(bytes, borders: borders) { block in
      scanner.scan(block.bytes, into: &batch)
      for slot in batch.slots {
        for type in [FieldType.timestamp, .date, .int, .decimal, .money, .bool] {
          var reader = ValueReader(
            type: type, format: nil, numbers: reading.numbers, scale: type == .decimal ? 6 : nil,
            zone: utc)
          var faults = ValueFaults()
          _ = reader.read(TextCells(bytes: batch.bytes, cells: slot), faults: &faults)
        }
      }
    }
  }

  private static let utc = Zone(named: "UTC")

  private static func readParquet(_ bytes: [UInt8]) {
    guard let reader = try? ParquetReader(bytes) else { return }
    for group in 0..<reader.groupCount {
      for column in reader.fields.indices { _ = try? reader.column(column, group: group) }
    }
  }
}
