import ArgumentParser
import Engine
import Records

/// Where the keys are, and the evidence.
struct StateOptions: ParsableArguments {
  @Option(
    help: "The folder of keys, ledger, locks and manifests; never inside the input or the output.")
  var state = "state"
}

/// How much is worked on at once.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Blocks or parts of files worked on at once, 1 to 256; default: one a processor.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("'--threads' takes a number from 1 to 256")
    }
  }
}

/// What aggregate tables may take before they are set aside on disk.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Memory that aggregate tables may take, as 256M or 1G; default: a quarter of the machine's, at \
      least 256M.
      """, valueName: "size"))
  var memory: String?

  /// The bytes that were asked for.
  var byteCount: Int? { memory.flatMap { RunOptions.byteCount(ofSize: $0) } }

  func validate() throws {
    if memory != nil, byteCount == nil {
      throw ValidationError("'--memory' takes a size of 1M or more, such as 256M or 1G")
    }
  }
}

extension CivilDate: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
