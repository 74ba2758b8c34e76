import Records

// What a ledger compares for years is spelled out here, letter by letter. What Swift prints of a value
// holds the names of its types and properties, and would change with them.

extension Reading {
  /// Equal for readings that make the same values of the same bytes.
  var canonical: JSONText {
    let form: JSONText =
      switch format {
      case .accessLog(let layout): .strings(["access_log", layout.rawValue])
      case .csv(let csv): .array([.string("csv"), csv.canonical])
      case .ndjson: .strings(["ndjson"])
      }
    return .members([
      "format": form, "decimal": .integer(Int(numbers.decimal)),
      "thousands": bytes(numbers.thousands),
    ])
  }
}

extension Reading.CSV {
  fileprivate var canonical: JSONText {
    .members([
      "delimiter": bytes(delimiter), "quote": quote.map { .integer(Int($0)) },
      "encoding": .string(encoding.rawValue), "names": names.map(JSONText.strings),
      "nulls": .array(nulls.map(bytes)), "trims": .boolean(trims),
    ])
  }
}

extension TimeFormat {
  /// As a pipeline states it; access logs have one of their own.
  package var canonical: String {
    switch self {
    case .iso8601: "iso8601"
    case .epochSeconds: "epoch_s"
    case .epochMilliseconds: "epoch_ms"
    case .epochMicroseconds: "epoch_us"
    case .epochNanoseconds: "epoch_ns"
    case .pattern(let pattern): "pattern \(pattern.text)"
    case .accessLog: "access_log"
    }
  }
}

extension ValueForm {
  var canonical: String {
    switch self {
    case .text: "text"
    case .integer: "integer"
    case .decimal(let scale, let keepsPlaces): "decimal \(scale)\(keepsPlaces ? " places" : "")"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "timestamp"
    case .token: "token"
    }
  }
}

extension RetentionPlan {
  /// When data is gone; its name is no part of that.
  var canonical: String { "\(starts.rawValue) \(keep)" }
}

extension PurposeLoss {
  /// One digit for each standing.
  static func canonical(_ lost: [Bool]) -> String {
    String(decoding: lost.map { UInt8(ascii: $0 ? "1" : "0") }, as: UTF8.self)
  }
}

private func bytes(_ bytes: [UInt8]) -> JSONText { .array(bytes.map { .integer(Int($0)) }) }
