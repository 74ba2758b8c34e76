import Ledger

extension Ledger {
  /// All live partitions below an output folder; refuses a folder in which nothing was published
  /// while there are others, because an answer about it would seem to be one about them.
  func publishedPartitions(in output: String) throws -> [LedgerPartition] {
    let live = try livePartitions(folder: Run.canonical(output))
    guard live.isEmpty, let other = try livePartitions().first,
      let run = try run(named: other.run)
    else { return live }
    throw RunFailure(
      .usage,
      "nothing is published in '\(output)' as far as the ledger knows, but in '\(run.folder)'; name "
        + "that folder as '--output'")
  }

  /// The other folders in which partitions of a pipeline's runs live, in order.
  func foldersBesides(_ folder: String, of pipeline: String) throws -> [String] {
    let runs = try livePartitions().map(\.run)
    return Set(
      try self.runs().filter { $0.pipeline == pipeline && runs.contains($0.name) }.map(\.folder)
    ).subtracting([folder]).sorted()
  }
}
