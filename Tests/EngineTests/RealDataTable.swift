import Foundation

/// A table read by a slow and simple reader that shares nothing with the engine's.
struct RealDataTable {
  var columns: [String]
  /// Row by row; empty where there is nothing.
  var rows: [[String]]

  /// Why a text is no table.
  struct Malformed: Error {}

  /// Reads RFC 4180 text, whose first record names the columns.
  init(csv bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ","), isWindows1252: Bool = false) throws
  {
    let quote = UInt8(ascii: "\"")
    var records: [[String]] = []
    var record: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    func text(_ bytes: [UInt8]) throws -> String {
      guard
        let text = isWindows1252
          ? String(data: Data(bytes), encoding: .windowsCP1252)
          : String(validating: bytes, as: UTF8.self)
      else { throw Malformed() }
      return text
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != quote {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == quote {
          field.append(quote)
          index += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case quote where field.isEmpty: isQuoted = true
      case delimiter:
        record.append(try text(field))
        field = []
      case UInt8(ascii: "\r"): break
      case UInt8(ascii: "\n"):
        record.append(try text(field))
        field = []
        records.append(record)
        record = []
      default: field.append(byte)
      }
    }
    if !field.isEmpty || !record.isEmpty {
      record.append(try text(field))
      records.append(record)
    }
    guard let header = records.first, records.allSatisfy({ $0.count == header.count }) else {
      throw Malformed()
    }
    columns = header
    rows = Array(records.dropFirst())
  }

  /// Reads one JSON object a line; columns in the order of their names.
  init(ndjson bytes: [UInt8]) throws {
    let objects = try bytes.split(separator: UInt8(ascii: "\n")).map { line in
      guard let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      else { throw Malformed() }
      return object
    }
    let columns = Set(objects.flatMap(\.keys)).sorted()
    self.columns = columns
    rows = objects.map { object in
      columns.map { name in
        switch object[name] {
        case nil, is NSNull: ""
        case let text as String: text
        case let value?: "\(value)"
        }
      }
    }
  }

  /// Reads a published file by its name.
  init(published bytes: [UInt8], path: String) throws {
    if path.contains(".csv") {
      try self.init(csv: bytes)
    } else {
      try self.init(ndjson: bytes)
    }
  }

  /// The values of a column, row by row.
  func values(_ column: String) -> [String] {
    guard let position = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[position] }
  }

  /// The given columns of all rows, joined with blanks.
  func lines(_ names: String...) -> [String] {
    let positions = names.map { columns.firstIndex(of: $0) }
    return rows.map { row in
      positions.map { $0.map { row[$0] } ?? "no such column" }.joined(separator: " ")
    }
  }

  /// The exact sum of a column.
  func sum(_ column: String) -> Decimal {
    values(column).reduce(0) { $0 + (Decimal(string: $1) ?? 0) }
  }
}
