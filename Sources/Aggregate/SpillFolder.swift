import Bytes
import Synchronization

/// Where tables larger than the memory they may take are set aside: one folder, 0700, of files of
/// mode 0600, which go with the values that stand for them.
///
/// What lies there are partials and finished rows before the last suppression: fingerprints under a
/// key that never leaves the process, tokens, group keys, counts and sums. Identifiers do not, but
/// small groups do: the folder is not for analysts.
package final class SpillFolder: Sendable {
  package let path: String
  private let state = Mutex((isMade: false, count: 0))

  /// Names the folder; it is made when something is set aside.
  package init(path: String) { self.path = path }

  deinit {
    if state.withLock(\.isMade) { try? Folder.removeTree(path) }
  }

  /// How many files were written so far.
  package var fileCount: Int { state.withLock(\.count) }

  func create() throws(SystemFault) -> SpilledFileWriter {
    let number = try state.withLock { state throws(SystemFault) -> Int in
      if !state.isMade { try Folder.make(path, mode: 0o700, intermediate: true) }
      state.isMade = true
      state.count += 1
      return state.count
    }
    return try SpilledFileWriter("\(path)/\(number)", in: self)
  }

  func write(_ bytes: [UInt8]) throws(SystemFault) -> SpilledFile {
    var file = try create()
    try file.write(bytes)
    return try file.close()
  }
}

/// A file that was set aside; it is removed with the last value that stands for it.
final class SpilledFile: Sendable {
  let path: String
  let byteCount: Int
  /// The folder goes after its files.
  private let folder: SpillFolder

  fileprivate init(_ path: String, _ byteCount: Int, _ folder: SpillFolder) {
    self.path = path
    self.byteCount = byteCount
    self.folder = folder
  }

  deinit { try? Folder.removeFile(path) }

  /// Returns all of the file.
  func bytes() throws(SystemFault) -> [UInt8] {
    try WholeFile(path: path, limit: byteCount).bytes
  }
}

/// A file of the folder under construction.
struct SpilledFileWriter: ~Copyable {
  private var file: OutputFile
  private let folder: SpillFolder

  fileprivate init(_ path: String, in folder: SpillFolder) throws(SystemFault) {
    file = try OutputFile(path: path, mode: 0o600)
    self.folder = folder
  }

  mutating func write(_ bytes: [UInt8]) throws(SystemFault) { try file.write(bytes) }

  /// Closes the file. It need not last, so it is not made durable.
  consuming func close() throws(SystemFault) -> SpilledFile {
    let made = SpilledFile(file.path, file.byteCount, folder)
    try file.close()
    return made
  }
}

/// Reads a file that was set aside from front to back.
final class SpilledFileReader {
  private let file: SpilledFile
  private var reader: SequentialFile

  init(_ file: SpilledFile) throws(SystemFault) {
    self.file = file
    reader = try SequentialFile(path: file.path)
  }

  /// Returns the next `count` bytes, fewer only at the end.
  func read(_ count: Int) throws(SystemFault) -> [UInt8] { try reader.read(count) }

  /// The fault of a file that is not what was written.
  var damaged: SystemFault { SystemFault.inputOutput("read back", file.path) }
}
