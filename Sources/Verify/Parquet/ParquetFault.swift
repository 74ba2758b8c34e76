/// Why a file is no Parquet file of this program's profile, and where.
package struct ParquetFault: Error, Hashable, Sendable {
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Bytes that the file should have cannot be read.
    case cutOff
    /// "PAR1" is missing at the beginning or the end.
    case magic
    /// The footer, or a page's header, breaks the rules of Thrift.
    case thrift
    /// The footer contradicts itself, the file's length or the profile.
    case footer
    /// A page's header contradicts the footer or the profile.
    case pageHeader
    /// A page's bytes contradict their checksum.
    case checksum
    /// A page cannot be decompressed, or not to its length.
    case compression
    /// Levels or values of a page break the rules of their encoding.
    case encoding
    /// Values contradict the statistics of the footer.
    case statistics
    /// A decimal has more than 18 digits.
    case precision
  }

  package var kind: Kind
  /// An offset in the file, in bytes from 0.
  package var offset: Int

  package init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

extension ParquetFault: CustomStringConvertible {
  /// A sentence without its full stop.
  package var description: String {
    let text =
      switch kind {
      case .cutOff: "the Parquet file is cut off"
      case .magic: "the file does not begin and end as a Parquet file"
      case .thrift: "a structure of the Parquet file is damaged"
      case .footer: "the footer of the Parquet file contradicts itself"
      case .pageHeader: "the header of a Parquet page contradicts the footer"
      case .checksum: "the checksum of a Parquet page is wrong"
      case .compression: "a Parquet page cannot be decompressed"
      case .encoding: "the values of a Parquet page are damaged"
      case .statistics: "the statistics of a Parquet column contradict its values"
      case .precision: "a decimal in the Parquet file has more than 18 digits"
      }
    return "\(text) (at byte \(offset)); publish the partition again"
  }
}
