package import Records

/// Encodes tables as Parquet files that every common reader takes.
///
/// Version 1 data pages; plain or dictionary encoding, whichever is smaller; all columns optional.
/// The bytes depend on rows, columns and compression alone.
///
/// A decimal holds 18 digits in this format, as everywhere (`ValueForm.greatest`). Readers disagree
/// on longer ones: some refuse them, some round. `ParquetReader` refuses them, so that none is
/// published.
package struct ParquetEncoder: Sendable {
  /// The chosen rows of one batch.
  package struct Rows: Sendable {
    package var columns: [Column]
    /// The rows that enter, in their order; `nil` for all `rowCount` rows.
    package var rows: [UInt32]?
    package var rowCount: Int

    package init(columns: [Column], rows: [UInt32]? = nil, rowCount: Int) {
      self.columns = columns
      self.rows = rows
      self.rowCount = rowCount
    }

    /// The number of rows that enter.
    package var count: Int { rows?.count ?? rowCount }
  }

  /// The rows that a row group should have at least, unless it is a file's last.
  package static let usualRowCount = 120_000

  let columns: [TableColumn]
  let kinds: [ParquetKind]
  let compression: OutputCompression
  private let tag: UInt8

  package init(columns: [TableColumn], compression: OutputCompression, isReplay: Bool) {
    self.columns = columns
    kinds = columns.map { ParquetKind($0.type.form) }
    self.compression = compression
    tag = UInt8(ascii: isReplay ? "r" : "t")
  }

  /// Returns what stands at the beginning of a file.
  package func opening() -> [UInt8] { parquetMagic }

  /// Encodes one row group of several batches, in their order.
  ///
  /// A group without rows has no bytes and is left out of the footer. `GroupEncoding` makes the
  /// same bytes on several processors.
  package func encode(_ batches: [Rows]) -> ParquetGroup {
    group(of: columns.indices.map { encode(column: $0, of: batches) }, batches)
  }

  /// One column's part of a row group.
  struct EncodedColumn: Sendable {
    var bytes: [UInt8]
    /// Its offsets count from the part's own first byte.
    var chunk: ParquetGroup.Chunk
  }

  /// Puts the parts of all columns together to the row group of `batches`.
  func group(of parts: [EncodedColumn], _ batches: [Rows]) -> ParquetGroup {
    for batch in batches {
      precondition(batch.columns.count == columns.count, "a batch has the table's columns")
    }
    let rowCount = batches.reduce(0) { $0 + $1.count }
    var summary = ParquetGroup.Summary(rowCount: rowCount, byteCount: 0, chunks: [])
    if rowCount == 0 { return ParquetGroup(bytes: [], summary: summary) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + $1.bytes.count })
    for part in parts {
      summary.chunks.append(part.chunk.moved(by: bytes.count))
      bytes.append(contentsOf: part.bytes)
    }
    summary.byteCount = bytes.count
    return ParquetGroup(bytes: bytes, summary: summary)
  }

  /// Encodes column `index` of one row group; columns need nothing of each other.
  func encode(column index: Int, of batches: [Rows]) -> EncodedColumn {
    var pages = PageWriter(compression)
    var chunk = ParquetGroup.Chunk(offset: 0, dataOffset: 0, nullCount: 0)
    switch columns[index].type.form {
    case .text:
      encodeTexts(TextChunk(column: index, of: batches), to: &pages, noting: &chunk)
    case .token:
      let tokens = NumberChunk<UInt128>(column: index, of: batches, seeksCodes: true)
      encodeTokens(tokens, to: &pages, noting: &chunk)
    case .boolean:
      let flags = NumberChunk<Int64>(column: index, of: batches, seeksCodes: false)
      chunk.nullCount = flags.presence.nullCount
      pages.writeData(.flags(flags.values), flags.presence, noting: &chunk)
    case .integer, .decimal, .timestamp, .date:
      let numbers = NumberChunk<Int64>(column: index, of: batches, seeksCodes: true)
      encodeNumbers(
        numbers, width: kinds[index] == .date ? 4 : 8, to: &pages, noting: &chunk)
    }
    return EncodedColumn(bytes: pages.finish(), chunk: chunk)
  }

  private func encodeNumbers(
    _ numbers: consuming NumberChunk<Int64>, width: Int, to pages: inout PageWriter,
    noting chunk: inout ParquetGroup.Chunk
  ) {
    chunk.nullCount = numbers.presence.nullCount
    chunk.bounds = bounds(of: numbers.values)
    if let codes = numbers.codes {
      let dictionaryByteCount = numbers.values.count * width
      let bitWidth = parquetCodeBitWidth(numbers.values.count)
      if saves(codes.count, bitWidth, dictionaryByteCount, plain: codes.count * width) {
        let dictionary = plainBytes(numbers.values, width: width)
        pages.writeDictionary(dictionary, count: numbers.values.count, noting: &chunk)
        pages.writeData(
          .codes(codes, bitWidth: bitWidth), numbers.presence, noting: &chunk)
        return
      }
      numbers.expand()
    }
    let plain = plainBytes(numbers.values, width: width)
    pages.writeData(.fixed(bytes: plain, width: width), numbers.presence, noting: &chunk)
  }

  private func encodeTokens(
    _ tokens: consuming NumberChunk<UInt128>, to pages: inout PageWriter,
    noting chunk: inout ParquetGroup.Chunk
  ) {
    chunk.nullCount = tokens.presence.nullCount
    let width = plainTokenByteCount
    if let codes = tokens.codes {
      let bitWidth = parquetCodeBitWidth(tokens.values.count)
      if saves(codes.count, bitWidth, tokens.values.count * width, plain: codes.count * width) {
        let dictionary = plainBytes(tokens.values, tag: tag)
        pages.writeDictionary(dictionary, count: tokens.values.count, noting: &chunk)
        pages.writeData(.codes(codes, bitWidth: bitWidth), tokens.presence, noting: &chunk)
        return
      }
      tokens.expand()
    }
    let plain = plainBytes(tokens.values, tag: tag)
    pages.writeData(.fixed(bytes: plain, width: width), tokens.presence, noting: &chunk)
  }

  private func encodeTexts(
    _ texts: consuming TextChunk, to pages: inout PageWriter,
    noting chunk: inout ParquetGroup.Chunk
  ) {
    chunk.nullCount = texts.presence.nullCount
    if let codes = texts.codes {
      let bitWidth = parquetCodeBitWidth(texts.ends.count)
      var plainByteCount = 0
      for code in codes { plainByteCount &+= texts.byteCount(of: Int(code)) }
      if saves(codes.count, bitWidth, texts.plain.count, plain: plainByteCount) {
        pages.writeDictionary(texts.plain, count: texts.ends.count, noting: &chunk)
        pages.writeData(.codes(codes, bitWidth: bitWidth), texts.presence, noting: &chunk)
        return
      }
      texts.expand()
    }
    pages.writeData(
      .texts(bytes: texts.plain, ends: texts.ends), texts.presence, noting: &chunk)
  }

  /// Whether a dictionary and codes take less room than the plain values.
  private func saves(
    _ valueCount: Int, _ bitWidth: Int, _ dictionaryByteCount: Int, plain plainByteCount: Int
  ) -> Bool {
    dictionaryByteCount <= dictionaryLimit
      && dictionaryByteCount + (valueCount * bitWidth + 7) / 8 < plainByteCount
  }

  private func bounds(of numbers: [Int64]) -> ClosedRange<Int64>? {
    guard var least = numbers.first else { return nil }
    var greatest = least
    for number in numbers {
      least = min(least, number)
      greatest = max(greatest, number)
    }
    return least...greatest
  }
}

/// A dictionary is one page, and readers hold it in memory as a whole.
private let dictionaryLimit = 16 << 20
