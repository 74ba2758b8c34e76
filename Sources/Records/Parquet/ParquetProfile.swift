// What the writer and the reader of Parquet files must agree on. It lies below both, because stages
// do not import each other; all else each of them knows for itself, so that one checks the other.

/// What a Parquet file begins and ends with.
package let parquetMagic = Array("PAR1".utf8)

/// A page of this program's files has at most so many rows.
package let parquetPageRowLimit = 20_000

/// Returns the bits that the codes of `count` distinct values need.
///
/// One value takes a bit too: not every reader expects codes without any.
package func parquetCodeBitWidth(_ count: Int) -> Int {
  max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount)
}

/// How values and levels are encoded in pages.
package enum ParquetEncoding: Int32 {
  case plain = 0
  case rle = 3
  case dictionary = 8
}

package enum ParquetPageType: Int32 {
  case data = 0
  case dictionary = 2
}

package enum ParquetCodec: Int32 {
  case none = 0
  case gzip = 2
  case zstd = 6

  package init(_ compression: OutputCompression) {
    switch compression {
    case .none: self = .none
    case .gzip, .small: self = .gzip
    case .zstd: self = .zstd
    }
  }
}
