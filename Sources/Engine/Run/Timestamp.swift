import Foundation

/// Moments as the ledger writes them: UTC, ISO 8601, to the second.
package enum Timestamp {
  package static var now: String { Foundation.Date().ISO8601Format() }
}
