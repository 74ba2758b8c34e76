/// What ledger and manifests know of a key name's epoch.
package enum EpochStanding: Hashable, Sendable {
  /// Nothing: the run that first needs it may create its secret.
  case unknown
  /// Tokens were made with the secret of this check value, sixteen hex digits.
  case known(check: String)
  /// The secret was destroyed: records of this epoch are late.
  case destroyed
}
