package import Records

/// What a run is asked to do besides its pipeline.
package struct RunOptions: Sendable {
  package var input: String
  package var output: String
  package var state: String
  /// The run's date; `nil` is yesterday in the pipeline's timezone.
  package var date: CivilDate?
  package var threads: Int
  /// With the public key, for synthetic input only.
  package var isReplay: Bool
  /// Reads and counts everything, writes nothing.
  package var isDryRun: Bool

  package init(
    input: String = ".", output: String = "out", state: String = "state", date: CivilDate? = nil,
    threads: Int = 0, isReplay: Bool = false, isDryRun: Bool = false
  ) {
    self.input = input
    self.output = output
    self.state = state
    self.date = date
    self.threads = threads
    self.isReplay = isReplay
    self.isDryRun = isDryRun
  }
}
