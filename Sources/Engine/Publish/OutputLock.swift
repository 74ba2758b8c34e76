import Foundation
import Glibc

/// The lock of an output folder, held as long as this lives.
///
/// The lock of the state folder does not keep away runs that have another state.
final class OutputLock: Sendable {
  private let folder: FileHandle

  /// Locks the output folder itself, so that no file of ours lies in it.
  init(_ path: String) throws(RunFailure) {
    guard let folder = FileHandle(forReadingAtPath: path) else {
      throw RunFailure(.cannotCreate, "cannot read the output folder '\(path)'")
    }
    while flock(folder.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK:
        throw RunFailure(
          .locked, "another run publishes in '\(path)'; wait for its end and start again")
      default: throw RunFailure(.inputOutput, "cannot lock the output folder '\(path)'")
      }
    }
    self.folder = folder
  }

  /// Gives the lock up by name: a child that was forked meanwhile may hold the folder open for longer.
  deinit { _ = flock(folder.fileDescriptor, LOCK_UN) }
}
