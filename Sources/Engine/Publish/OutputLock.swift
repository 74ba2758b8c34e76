package import Bytes

/// The lock of an output folder, held as long as this lives.
///
/// The lock of the state folder does not keep away runs that have another state.
final class OutputLock: Sendable {
  private let lock: FileLock

  /// Locks the output folder itself, so that no file of ours lies in it.
  init(_ path: String) throws(RunFailure) {
    let taken: FileLock?
    do throws(SystemFault) {
      taken = try FileLock.take(folder: path)
    } catch {
      throw .cannotLock(output: path, error)
    }
    guard let taken else {
      throw RunFailure(
        .locked, "another run publishes in '\(path)'; wait for its end and start again")
    }
    lock = taken
  }
}

extension RunFailure {
  /// An output folder that cannot be opened to lock it, or that the system does not lock.
  package static func cannotLock(output path: String, _ fault: SystemFault) -> RunFailure {
    fault.operation == "open"
      ? RunFailure(.cannotCreate, "cannot read the output folder '\(path)': \(fault.reason)")
      : RunFailure(.inputOutput, "cannot lock the output folder '\(path)': \(fault.reason)")
  }
}
