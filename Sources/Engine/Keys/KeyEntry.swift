package import Records

/// What is known of the secret of one key in one epoch; never the secret.
package struct KeyEntry: Sendable {
  package enum Standing: String, Sendable {
    /// Its file is there.
    case live
    /// The ledger knows it and not of its destruction, but its file is gone.
    case missing
    /// Its file is there, and no run has used it.
    case unlisted
    /// It was to be destroyed, and something came between.
    case ending
    case destroyed
  }

  package var key: String
  /// The epoch as text, such as `q2026-4`.
  package var epoch: String
  package var standing: Standing
  /// The check value of the secret, where the ledger knows it.
  package var check: String?
  /// When it was made and when it was destroyed, UTC.
  package var created: String?
  package var destroyed: String?
  /// The last day on which it is needed; `nil` where no pipeline says.
  package var dueAfter: CivilDate?
  /// The tables as `output/table` that carry its tokens.
  package var tables: [String]

  package var name: String { "\(key)/\(epoch)" }

  /// Whether its secret should be gone on `today`.
  package func isDue(_ today: CivilDate) -> Bool {
    if standing == .ending { return true }
    guard standing == .live, let dueAfter else { return false }
    return dueAfter < today
  }

  package func json(_ today: CivilDate) -> JSONText {
    .members([
      "key": .string(key), "epoch": .string(epoch), "standing": .string(standing.rawValue),
      "check": check.map { .string($0) } ?? .null,
      "created": created.map { .string($0) } ?? .null,
      "destroyed": destroyed.map { .string($0) } ?? .null,
      "due_after": dueAfter.map { .string($0.description) } ?? .null,
      "due": .boolean(isDue(today)), "tables": .strings(tables),
    ])
  }
}
