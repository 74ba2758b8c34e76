package import Records

/// Turns the bytes of blocks into batches of cells; one per worker and file.
///
/// A scanner keeps nothing between blocks but settings and storage, so blocks may come in any
/// order and their sizes do not matter.
package protocol Scanner: Sendable {
  /// Scans a block of whole records.
  ///
  /// `bytes` becomes the batch's bytes, and decoded text is appended behind. What `batch` held
  /// before is gone; its storage is used again.
  mutating func scan(_ bytes: consuming [UInt8], into batch: inout RawBatch)
}

/// Returns the scanner of a source for one file.
///
/// `codedSlots` asks for the texts of these slots as dictionaries too; all but those of NDJSON heed
/// it. `header` holds the names in the file's header record, for CSV files that have one. Throws
/// when a declared column is missing in the file or stands there twice.
package func makeScanner(
  reading: Reading, projection: Projection, header: [String]? = nil, codedSlots: [Int] = []
) throws(HeaderFault) -> any Scanner {
  switch reading.format {
  case .accessLog(let layout):
    return try AccessLogScanner(
      layout: layout, projection: projection, codedSlots: codedSlots)
  case .csv(let csv):
    guard let names = header ?? csv.names else { throw HeaderFault(.absent) }
    return try CSVScanner(
      csv: csv, names: names, projection: projection, codedSlots: codedSlots)
  case .ndjson:
    return NDJSONScanner(projection: projection)
  }
}
