import Bytes
import Emit
import Foundation
import Records
import Verify

/// A published table of one column of each kind, of good rows and rows that a test plants.
struct PlantedFile {
  static let columns: [TableContract.Column] = [
    .init(name: "month", form: .date, grammar: .time(floor: .month)),
    .init(name: "hour", form: .timestamp, grammar: .time(floor: .hour)),
    .init(name: "page", form: .text, grammar: .url(host: false, path: .masked)),
    .init(name: "host", form: .text, grammar: .url(host: true, path: nil)),
    .init(
      name: "route", form: .text, grammar: .url(host: false, path: .listed(["/p/:id", "/other"]))),
    .init(name: "note", form: .text, grammar: .text(most: 64)),
    .init(name: "region", form: .text, grammar: .text(most: 2)),
    .init(name: "kind", form: .text, grammar: .orOther(.words(["shoes", "0–49"]))),
    .init(name: "browser", form: .text, grammar: .versions(of: ["Chrome"])),
    .init(name: "network", form: .text, grammar: .subnet(v4: 24, v6: 48)),
    .init(name: "visitor", form: .token, grammar: .token(isReplay: false)),
    .init(
      name: "units", form: .integer, grammar: .number(least: 0, greatest: 100, multiple: 5)),
    .init(
      name: "price", form: .decimal(scale: 2, keepsPlaces: true),
      grammar: .number(least: nil, greatest: nil, multiple: nil)),
    .init(
      name: "weight", form: .decimal(scale: 6, keepsPlaces: false),
      grammar: .number(least: nil, greatest: nil, multiple: nil)),
    .init(name: "new", form: .boolean, grammar: .boolean),
    .init(
      name: "buyers", form: .integer, grammar: .number(least: 0, greatest: nil, multiple: nil),
      least: 10),
  ]

  static let goodCells: [String] = [
    "2026-05-01", "2026-05-01T10:00:00+02:00", "/u/:id/cart", "shop.example", "/p/:id", "spring",
    "01", "shoes", "Chrome 124", "203.0.113.0/24", "taaaaaaaaaaaaaaaaaaaaaaaaaa", "15", "12.50",
    "0.5", "true", "10",
  ]

  var format: OutputFormat
  var compression: Compression = .none
  /// `nil` is null.
  var rows: [[String?]] = []

  /// Adds the good row with another cell in one column.
  mutating func plant(_ cell: String?, in column: String) {
    var row: [String?] = Self.goodCells
    row[Self.columns.firstIndex { $0.name == column } ?? 0] = cell
    rows.append(row)
  }

  static func contract(_ format: OutputFormat) -> TableContract {
    TableContract(
      output: "o", table: "t", columns: columns, format: format,
      zone: Zone(named: "Europe/Berlin") ?? .utc)
  }

  /// The file's bytes, put together by hand.
  var bytes: [UInt8] {
    var text = ""
    if format == .csv { text += Self.columns.map(\.name).joined(separator: ",") + "\n" }
    for row in rows {
      if format == .csv {
        text += row.map { $0 ?? "" }.joined(separator: ",") + "\n"
      } else {
        let members = zip(Self.columns, row).map { column, cell -> String in
          guard let cell else { return "\"\(column.name)\":null" }
          switch column.form {
          case .integer, .decimal, .boolean: return "\"\(column.name)\":\(cell)"
          default: return "\"\(column.name)\":\(JSONText.string(cell).compact)"
          }
        }
        text += "{" + members.joined(separator: ",") + "}\n"
      }
    }
    var packed: [UInt8] = []
    var compressor = Compressor(compression)
    let bytes = Array(text.utf8)
    let middle = bytes.count / 2
    compressor.compress(Array(bytes[..<middle]), appendingTo: &packed)
    compressor.compress(Array(bytes[middle...]), appendingTo: &packed)
    return packed
  }

  /// Returns what verification finds in the file, or in other bytes in its place.
  func findings(
    of bytes: [UInt8]? = nil, _ contract: TableContract? = nil, filter: KeyedFilter? = nil,
    settled: Set<[UInt8]>? = []
  ) throws -> [String] {
    try Self.findings(
      of: bytes ?? self.bytes, contract ?? Self.contract(format), filter: filter, settled: settled
    ).findings
  }

  static func findings(
    of bytes: [UInt8], _ contract: TableContract, filter: KeyedFilter? = nil,
    settled: Set<[UInt8]>? = []
  ) throws -> (findings: [String], rowCount: Int, partCount: Int) {
    try findings(of: bytes, TableCheck(contract, filter: filter), settled: settled)
  }

  /// Returns what a check finds, which may have seen other files of its table before.
  static func findings(
    of bytes: [UInt8], _ check: TableCheck, settled: Set<[UInt8]>?
  ) throws -> (findings: [String], rowCount: Int, partCount: Int) {
    let contract = check.contract
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("verify-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    var file = try PublishedFile(path: path, contract)
    var verdict = Verdict()
    var partCount = 0
    while let part = try file.next() {
      partCount += 1
      verdict.add(check.verdict(on: part))
    }
    verdict.add(file.verdict)
    verdict.settle(settled)
    return (verdict.findings(contract).map(\.description), verdict.rowCount, partCount)
  }
}
