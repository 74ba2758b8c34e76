package import Bytes
import Ingest
import Ledger
package import PipelineFile
import Pseudonymise
import Records

/// Reads the lists of objections of one source: identifiers to fingerprints, nothing else is kept.
///
/// A list that cannot be read as a whole stops the run, because an objection would be ignored: a
/// line that is no such identifier, a broken or unfinished archive, a missing file or column.
package struct ObjectionReader {
  let source: String
  let objection: SourcePlan.Objection
  let fingerprints: FingerprintKey

  package init(source: String, objection: SourcePlan.Objection, fingerprints: FingerprintKey) {
    self.source = source
    self.objection = objection
    self.fingerprints = fingerprints
  }

  /// Returns the fingerprints of all identifiers in the files, given by name and path.
  package func read(_ files: [(name: String, path: String)]) throws -> Set<UInt128> {
    var persons: Set<UInt128> = []
    for file in files {
      if let column = objection.column {
        try readTable(file, column, into: &persons)
      } else {
        try readLines(file, into: &persons)
      }
    }
    return persons
  }

  private func readLines(
    _ file: (name: String, path: String), into persons: inout Set<UInt128>
  ) throws {
    var reader = try open(file, borders: .lines)
    while let block = try reader.next() {
      var line = block.firstLine
      var start = 0
      guard block.kind == .records else { throw unreadable(file.name, "line \(line)") }
      let bytes = block.bytes.span
      while start < bytes.count {
        let end = firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start)
        let value = bytes.extracting(trimmed(bytes, start, end))
        guard !isQuoted(value) else { throw quoted(file.name, line) }
        try add(value, at: "line \(line)", of: file.name, to: &persons)
        start = end + 1
        line += 1
      }
    }
    try check(reader.ending, file.name)
  }

  private func readTable(
    _ file: (name: String, path: String), _ column: String, into persons: inout Set<UInt128>
  ) throws {
    var dialect = Reading.CSV()
    dialect.delimiter = objection.delimiter
    var reader = try open(file, borders: dialect.borders)
    guard var block = try reader.next() else {
      try check(reader.ending, file.name)
      // A table of nobody has a header; without one it is an export that failed.
      throw RunFailure(
        .badInput,
        "list of objections '\(file.name)' of source '\(source)' is empty, without even a header; "
          + "nothing was published; where nobody objects, the table has its header")
    }
    var scanner: any Scanner
    do {
      let header = try block.takeHeader(dialect)
      var projection = Projection()
      projection.slots = [RawPath(name: column)]
      scanner = try makeScanner(
        reading: Reading(format: .csv(dialect)), projection: projection, header: header)
    } catch {
      throw RunFailure(.badInput, error.message(file: file.name, source: source))
    }
    var raw = RawBatch()
    var next: Block? = block
    var before = 1
    while let block = try next.take() ?? reader.next() {
      guard block.kind == .records else { throw unreadable(file.name, "record \(before + 1)") }
      scanner.scan(block.bytes, into: &raw)
      if let fault = raw.faults.first {
        throw unreadable(file.name, "record \(before + Int(fault.ordinal) + 1)")
      }
      if let fault = raw.cellFaults.first {
        throw unreadable(file.name, "record \(before + Int(fault.record) + 1)")
      }
      for (record, cell) in raw.slots[0].enumerated() where !cell.isNull {
        try add(
          raw.bytes.span.extracting(cell.lower..<cell.upper), at: "record \(before + record + 1)",
          of: file.name, to: &persons)
      }
      before += raw.readCount
    }
    try check(reader.ending, file.name)
  }

  private func open(
    _ file: (name: String, path: String), borders: RecordBorders
  ) throws -> BlockReader {
    do {
      return try BlockReader(path: file.path, borders: borders)
    } catch {
      throw RunFailure(error.isMissing ? .inputMissing : .inputOutput, error.description)
    }
  }

  /// Takes up one identifier; empty ones and `-` are none.
  private func add(
    _ value: Span<UInt8>, at place: String, of file: String, to persons: inout Set<UInt128>
  ) throws(RunFailure) {
    var bytes: [UInt8] = []
    switch Normalisation(of: objection.type).append(value, to: &bytes) {
    case .absent: return
    case .present:
      persons.insert(fingerprints.fingerprint(bytes, from: 0, count: bytes.count))
    case .fault: throw unreadable(file, place)
    }
  }

  private func trimmed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int> {
    var lower = start
    var upper = min(end, bytes.count)
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    while lower < upper, isBlank(bytes[lower]) { lower += 1 }
    while upper > lower, isBlank(bytes[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  /// Whether a line looks as a table writes it; no identifier begins and ends so in a record.
  private func isQuoted(_ line: Span<UInt8>) -> Bool {
    let quote = UInt8(ascii: "\"")
    return line.count > 1 && line[0] == quote && line[line.count - 1] == quote
  }

  private func check(_ ending: InputEnding?, _ file: String) throws(RunFailure) {
    switch ending {
    case nil: throw RunFailure.hasNoEnding(file, of: source)
    case .complete?: return
    case .unfinished:
      throw RunFailure(
        .badInput,
        "list of objections '\(file)' of source '\(source)' is cut off; nothing was published; "
          + "replace the file")
    case .damaged(let damage):
      throw RunFailure(
        .badInput,
        "list of objections '\(file)' of source '\(source)' is damaged: \(damage); nothing was "
          + "published; replace the file")
    }
  }

  private func quoted(_ file: String, _ line: Int) -> RunFailure {
    RunFailure(
      .badInput,
      "list of objections '\(file)' of source '\(source)' has quotes about line \(line), which "
        + "would object to nobody; nothing was published; write identifiers without quotes, or say "
        + "'column' if the list is a table")
  }

  private func unreadable(_ file: String, _ place: String) -> RunFailure {
    RunFailure(
      .badInput,
      "list of objections '\(file)' of source '\(source)' holds no \(objection.type.rawValue) in "
        + "\(place); nothing was published; correct it, or the objection would be ignored")
  }
}

extension Run {
  /// Returns the persons of a source whose records are treated apart: who objected, who was
  /// forgotten.
  func rights(
    of source: SourcePlan, _ fingerprints: FingerprintKey, _ ledger: Ledger?
  ) throws -> SourceRights {
    SourceRights(
      objections: try objections(of: source, fingerprints),
      forgotten: try SourceRights.forgotten(ledger))
  }

  /// Reads the lists of objections of a source as they lie in the input folder.
  func objections(
    of source: SourcePlan, _ fingerprints: FingerprintKey
  ) throws -> [Set<UInt128>] {
    try source.objections.map { objection in
      let names = try names(matching: objection.files)
      guard !names.isEmpty || objection.missingIsFine else {
        throw RunFailure(
          .inputMissing,
          "source '\(source.name)' has no list of objections '\(objection.files)' in "
            + "'\(options.input)' for \(date); nothing was published; say 'missing: ok' where that is "
            + "no error")
      }
      let input = Run.canonical(options.input)
      return try ObjectionReader(
        source: source.name, objection: objection, fingerprints: fingerprints
      ).read(names.map { (name: $0, path: "\(input)/\($0)") })
    }
  }
}
