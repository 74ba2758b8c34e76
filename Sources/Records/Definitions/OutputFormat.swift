/// The format of an output's files.
package enum OutputFormat: String, CaseIterable, Hashable, Sendable {
  case parquet, csv, ndjson
}

/// The compression of an output's files.
///
/// `gzip` favours speed, `small` size; both are read by every gzip reader.
package enum OutputCompression: String, CaseIterable, Hashable, Sendable {
  case zstd, gzip, small, none
}
