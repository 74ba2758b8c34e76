import Bytes
import Records

/// The places of rejected records, one JSON object a line: file, record, line, byte, rule, column.
///
/// Never a value of the record, and never a hash of one.
enum RejectFile {
  static let name = "rejects.ndjson"

  /// Adds the rejects of one source to the file in the run's state folder.
  static func write(_ rejects: [RecordFault], source: String, in folder: String) throws {
    guard !rejects.isEmpty else { return }
    var text = ""
    for fault in rejects {
      text +=
        JSONText.members([
          "source": .string(source), "file": .string(fault.file),
          "record": .integer(fault.record), "line": .integer(fault.line),
          "byte": .integer(fault.byte), "rule": .string(fault.rule.rawValue),
          "column": fault.column.map { .string($0) },
        ]).compact + "\n"
    }
    let path = "\(folder)/\(name)"
    var bytes: [UInt8] = []
    if try Folder.names(in: folder).contains(name) {
      bytes = try WholeFile(path: path, limit: 1 << 30).bytes
    }
    bytes.append(contentsOf: text.utf8)
    try DurableFile.write(bytes, to: path, mode: 0o600)
  }
}
