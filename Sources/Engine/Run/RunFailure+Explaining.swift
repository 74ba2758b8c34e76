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
      default: RunFailure(.internalError, "the command broke off for a reason that has no name")
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

  /// Does `body` and throws what it throws in a run's words.
  static func explainingAsync<Result>(
    _ body: () async throws -> Result
  ) async throws(RunFailure) -> Result {
    do {
      return try await body()
    } catch {
      throw RunFailure(explaining: error)
    }
  }
}
