/// The values of a column, or of its dictionary.
///
/// A treatment is dispatched once on the case and then runs over a plain array.
package enum Values: Sendable {
  case text(TextCells)
  /// Integers, decimals in minor units, days, microseconds, 0 or 1; `Values.nullNumber` is null.
  case number([Int64])
  case identity(IdentityCells)

  /// The number that stands for no value; readers refuse it as a value.
  package static let nullNumber = Int64.min

  package var count: Int {
    switch self {
    case .text(let text): text.cells.count
    case .number(let numbers): numbers.count
    case .identity(let identities): identities.fingerprints.count
    }
  }
}

/// Identifiers on their way to becoming pseudonyms.
///
/// The fingerprint stands for the value in distinct counts and person tables. The token is made
/// only for what leaves; until then the normalised bytes are kept for the batch.
package struct IdentityCells: Sendable {
  /// 128-bit keyed fingerprints of key, epoch, domain and normalised value; 0 is null.
  package var fingerprints: [UInt128]
  /// Published tokens, parallel to `fingerprints`; empty until they were asked for; 0 is null.
  package var tokens: [UInt128]
  /// The normalised values the tokens are made from: of a tuple each part's, else one.
  package var normalised: [TextCells]
  /// The number of each value's epoch in the run's list of epochs.
  package var epochs: [UInt16]
  /// By epoch what makes of a fingerprint the same one for equal values of all epochs, by xor.
  package var epochMasks: [UInt128]

  package init(
    fingerprints: [UInt128] = [], tokens: [UInt128] = [], normalised: [TextCells] = [],
    epochs: [UInt16] = [], epochMasks: [UInt128] = []
  ) {
    self.fingerprints = fingerprints
    self.tokens = tokens
    self.normalised = normalised
    self.epochs = epochs
    self.epochMasks = epochMasks
  }

  /// The fingerprints as they were without epochs: equal values of one key and domain are equal.
  package var fingerprintsAcrossEpochs: [UInt128] {
    // With one epoch in all the run there is nothing to tell apart.
    if epochMasks.count < 2 { return fingerprints }
    return fingerprints.indices.map { index in
      fingerprints[index] == 0 ? 0 : fingerprints[index] ^ epochMasks[Int(epochs[index])]
    }
  }
}
