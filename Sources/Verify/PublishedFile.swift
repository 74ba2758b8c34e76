package import Bytes
import Records

/// One part of a file that is checked by itself: a block of whole rows, or a row group.
package struct FilePart: Sendable {
  package enum Content: Sendable {
    /// Whole rows and how many line feeds are in them.
    case rows([UInt8], lineCount: Int)
    case group(ParquetReader, Int)
  }

  package var content: Content

  package init(content: Content) { self.content = content }
}

/// A published file that hands out its parts in order.
///
/// It reads and decompresses; parts may be checked on other threads meanwhile. What is wrong with
/// the file as a whole it keeps in `verdict`, which comes before those of the parts.
package struct PublishedFile: ~Copyable {
  private let contract: TableContract
  private var blocks: BlockReader?
  private var groups: ParquetReader?
  private var nextGroup = 0
  private var expectsHeader = false
  private(set) package var verdict = Verdict()

  /// Opens the file at `path`, which must not be a link.
  ///
  /// `onRawBytes` sees rows of text as they lie, packed or not, in order and, if nothing is wrong
  /// with the file, all of them; of a Parquet file it sees nothing.
  package init(
    path: String, _ contract: TableContract, onRawBytes: ((Span<UInt8>) -> Void)? = nil
  ) throws(SystemFault) {
    self.contract = contract
    guard contract.format == .parquet else {
      let isCSV = contract.format == .csv
      expectsHeader = isCSV
      blocks = try BlockReader(
        path: path, borders: isCSV ? .csv(quote: quote, delimiter: [comma]) : .lines,
        blockSize: 1 << 18, recordLimit: PublishedFile.rowLimit, followsLinks: false,
        onRawBytes: onRawBytes)
      return
    }
    let file = try PositionedFile(path: path)
    do throws(ParquetFault) {
      // Who compares its digest as well meets what cannot be read there, and says so.
      let reader = try ParquetReader(byteCount: file.byteCount) { try? file.read($0) }
      let declared = contract.columns.map {
        ParquetReader.Field(name: $0.name, kind: ParquetKind($0.form))
      }
      if reader.fields == declared { groups = reader } else { verdict.note(.columns) }
    } catch {
      verdict.note(.damaged(error.description))
    }
  }

  /// No row of ours is longer: cells are of 64 characters, or parts of one record that was read.
  private static let rowLimit = 16 << 20

  /// Returns the next part, or `nil` at the end of the file.
  package mutating func next() throws(SystemFault) -> FilePart? {
    if let reader = groups {
      guard nextGroup < reader.groupCount else { return nil }
      nextGroup += 1
      return FilePart(content: .group(reader, nextGroup - 1))
    }
    while var block = try blocks?.next() {
      guard block.kind == .records else {
        verdict.note(.row)
        return end()
      }
      if expectsHeader {
        expectsHeader = false
        guard block.bytes.starts(with: header) else {
          verdict.note(.columns)
          return end()
        }
        block.bytes.removeFirst(header.count)
        block.lineCount -= header.count { $0 == lineFeed }
        if block.bytes.isEmpty { continue }
      }
      return FilePart(content: .rows(block.bytes, lineCount: block.lineCount))
    }
    switch blocks?.ending {
    case .complete, nil: if expectsHeader { verdict.note(.columns) }
    case .some(let ending): verdict.note(.damaged(ending.description))
    }
    return end()
  }

  private mutating func end() -> FilePart? {
    blocks = nil
    expectsHeader = false
    return nil
  }

  /// The header of CSV; names are slugs or quoted.
  private var header: [UInt8] {
    var text: [UInt8] = []
    for (index, column) in contract.columns.enumerated() {
      if index > 0 { text.append(comma) }
      let name = Array(column.name.utf8)
      let isFormula = name.first.map { CellFormula.begins(with: $0) } ?? false
      let isQuoted = name.contains { $0 == comma || $0 == quote || $0 == lineFeed || $0 == 13 }
      if isQuoted { text.append(quote) }
      if isFormula { text.append(CellFormula.guardMark) }
      for byte in name {
        text.append(byte)
        if byte == quote { text.append(quote) }
      }
      if isQuoted { text.append(quote) }
    }
    return text + [lineFeed]
  }
}
