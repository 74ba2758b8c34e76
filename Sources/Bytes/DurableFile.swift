import Glibc

/// A small file that is there whole or not at all, also after a power cut.
package enum DurableFile {
  /// Writes `bytes` to `path` by way of a new file beside it, replacing what was there.
  ///
  /// The new file is made durable before it takes the name, and the folder after.
  package static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o600, group: UInt32? = nil
  ) throws(SystemFault) {
    let temporary = path + ".new"
    // What a run that was cut off left under the temporary name was never published.
    if unsafe unlink(temporary) != 0, errno != ENOENT {
      throw SystemFault(operation: "remove", path: temporary, errno: errno)
    }
    var file = try OutputFile(path: temporary, mode: mode)
    try file.write(bytes)
    if let group { try file.setGroup(group) }
    try file.sync()
    try file.close()
    try replace(path, by: temporary)
  }

  /// Gives a file that is durable already the name `path`, replacing what was there.
  package static func replace(_ path: String, by temporary: String) throws(SystemFault) {
    if unsafe rename(temporary, path) != 0 {
      throw SystemFault(operation: "publish", path: path, errno: errno)
    }
    try Folder.sync(around: path)
  }
}
