/// How the raw files of a source are read.
package struct Reading: Hashable, Sendable {
  package enum Layout: String, CaseIterable, Sendable {
    case common, combined
    case vhostCombined = "vhost_combined"
  }

  package enum Encoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
    case latin1 = "iso-8859-1"
  }

  /// The dialect of a CSV source.
  package struct CSV: Hashable, Sendable {
    /// One to four bytes of UTF-8.
    package var delimiter: [UInt8] = [UInt8(ascii: ",")]
    /// The sign around fields that hold delimiters or line ends; `nil` where nothing is quoted, and
    /// the sign is a text like any other.
    package var quote: UInt8? = UInt8(ascii: "\"")
    package var encoding: Encoding = .utf8
    /// Column names where the file has no header.
    package var names: [String]?
    /// Texts that mean nothing.
    package var nulls: [[UInt8]] = [[]]
    package var trims = false

    package init() {}
  }

  package enum Format: Hashable, Sendable {
    case accessLog(Layout)
    case csv(CSV)
    case ndjson
  }

  package var format: Format
  /// How numbers are written in the file.
  package var numbers: NumberStyle

  package init(format: Format, numbers: NumberStyle = NumberStyle()) {
    self.format = format
    self.numbers = numbers
  }
}

/// How a file writes numbers.
package struct NumberStyle: Hashable, Sendable {
  package var decimal: UInt8 = UInt8(ascii: ".")
  /// The UTF-8 bytes of the thousands sign, or empty where there is none.
  package var thousands: [UInt8] = []

  package init() {}
}

/// The raw fields of an access log; types are fixed by the format.
package enum AccessLogField: String, CaseIterable, Sendable {
  case vhost, ip, ident, user, time, method, target, `protocol`, status, bytes, referrer
  case userAgent = "user_agent"

  package var type: FieldType {
    switch self {
    case .vhost, .method, .protocol: .text
    case .ip: .ip
    case .ident, .user: .account
    case .time: .timestamp
    case .target, .referrer: .url
    case .status, .bytes: .int
    case .userAgent: .userAgent
    }
  }
}
