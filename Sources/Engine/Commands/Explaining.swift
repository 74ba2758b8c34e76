import Aggregate
import Bytes
import Ledger
import Pseudonymise
import Records

extension RunFailure {
  /// Says in a run's words what the modules below have thrown; a foreign error loses its text.
  init(explaining error: any Error) {
    self =
      switch error {
      case let failure as RunFailure: failure
      case let fault as SystemFault: RunFailure(fault)
      case let fault as LedgerFault:
        RunFailure(fault.isInternal ? .internalError : .inputOutput, fault.description)
      case let fault as KeyFault: RunFailure(.key, fault.description)
      case let fault as PlanFault: RunFailure(.pipeline, fault.message)
      case let fault as AggregateFault: RunFailure(.badInput, fault.description)
      default: RunFailure(.internalError, "the run broke off for a reason that has no name")
      }
  }

  /// Does `body` and throws what it throws in a run's words.
  static func explaining<Result>(_ body: () throws -> Result) throws(RunFailure) -> Result {
    do {
      return try body()
    } catch {
      throw RunFailure(explaining: error)
    }
  }
}

extension StateFolder {
  /// The memory of a folder that a run has made; there is nothing to tell where there is none.
  func existingLedger() throws -> Ledger {
    guard try FileFacts.exists("\(path)/ledger.sqlite") else {
      throw RunFailure(
        .inputMissing, "there is no ledger in '\(path)'; name the state folder of your runs")
    }
    return try ledger()
  }
}

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
