/// The persons whose records a source's workers have to treat apart.
struct SourceRights: Sendable {
  /// For each list of objections of the source the fingerprints of its identifiers, made with the
  /// run's own fingerprint key.
  var objections: [Set<UInt128>]

  /// By key name the tokens of persons whose data was erased on their request.
  var forgotten: [String: Set<UInt128>]

  /// Nobody: for the tests that a pipeline carries.
  static let nobody = SourceRights(objections: [], forgotten: [:])
}
