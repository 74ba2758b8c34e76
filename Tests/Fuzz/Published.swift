import Bytes
import Emit
import Records
import Verify

/// What was published, perhaps by another hand: verification reads it back.
enum Published {
  static func feed(_ bytes: [UInt8], to target: Target?) {
    switch target {
    case .csvRows: check(bytes, .csv)
    case .jsonRows: check(bytes, .ndjson)
    case .parquet:
      guard let reader = try? ParquetReader(bytes) else { return }
      for group in 0..<reader.groupCount {
        for column in reader.fields.indices { _ = try? reader.column(column, group: group) }
      }
    default:
      _ = try? DataPackage.partitions(readingFrom: bytes)
      _ = try? DataPackage.timezone(readingFrom: bytes)
    }
  }

  private static func check(_ bytes: [UInt8], _ format: OutputFormat) {
    let grammars: [(ValueForm, CellGrammar)] = [
      (.text, .text(most: 64)), (.text, .url(host: true, path: .masked)),
      (.text, .subnet(v4: 24, v6: 48)), (.text, .versions(of: ["Chrome"])),
      (.token, .token(isReplay: false)),
      (.integer, .number(least: 0, greatest: 1000, multiple: 5)),
      (
        .decimal(scale: 2, keepsPlaces: true),
        .orOther(.number(least: 0, greatest: nil, multiple: nil))
      ),
      (.boolean, .boolean), (.date, .time(floor: .month)), (.timestamp, .time(floor: .hour)),
    ]
    let contract = TableContract(
      output: "o", table: "t",
      columns: grammars.enumerated().map {
        .init(name: "c\($0.offset)", form: $0.element.0, grammar: $0.element.1)
      }, format: format, zone: .utc)
    _ = TableCheck(contract, filter: nil).verdict(
      on: FilePart(content: .rows(bytes, lineCount: bytes.count { $0 == 10 })))
  }
}
