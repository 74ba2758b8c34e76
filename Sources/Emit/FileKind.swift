import Bytes
import Records

/// The format and compression of a published file, which its name tells.
struct FileKind: Hashable {
  var format: OutputFormat
  /// `gz`, `zst`, or `nil` where the file is not compressed as a whole.
  var compression: String?

  init(_ format: OutputFormat, _ compression: OutputCompression) {
    self.format = format
    switch compression {
    case .gzip, .small: self.compression = "gz"
    case .zstd: self.compression = "zst"
    case .none: self.compression = nil
    }
    // Parquet compresses its pages.
    if format == .parquet { self.compression = nil }
  }

  /// Reads the end of a path: `.csv.gz`.
  init?(path: String) {
    let parts = PathText.name(of: path).split(separator: ".")
    guard parts.count >= 2, let format = OutputFormat(rawValue: String(parts[1])) else {
      return nil
    }
    self.format = format
    compression = parts.count > 2 ? String(parts[2]) : nil
  }

  /// The media type of the content, compressed or not.
  var mediaType: String {
    switch format {
    case .csv: "text/csv"
    case .ndjson: "application/x-ndjson"
    case .parquet: "application/vnd.apache.parquet"
    }
  }
}
