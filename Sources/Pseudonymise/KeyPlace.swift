import Bytes
import Glibc
import Records

/// The file of one key name's epoch and the two folders above it.
struct KeyPlace {
  private let name: String
  private let epoch: String
  private let root: String
  private let folder: String
  private let path: String

  init(store: KeyStore, name: String, epoch: Epoch) {
    // Slugs and epochs hold no separator, so the path cannot leave the store.
    precondition(!name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")) && !name.hasPrefix("."))
    self.name = name
    self.epoch = epoch.description
    root = store.folder
    folder = "\(store.folder)/\(name)"
    path = store.path(name: name, epoch: epoch)
  }

  func fault(_ reason: KeyFault.Reason) -> KeyFault {
    KeyFault(reason: reason, path: path, name: name, epoch: epoch)
  }

  /// Checks both folders; returns `false` where one does not exist yet.
  func foldersAreSafe() throws -> Bool {
    for folder in [root, folder] {
      guard let facts = try facts(of: folder) else { return false }
      if let reason = facts.folderFault {
        throw KeyFault(reason: reason, path: folder, name: name, epoch: nil)
      }
    }
    return true
  }

  /// Reads the secret, or returns `nil` when there is no file.
  func read() throws -> Secret? {
    guard let facts = try facts(of: path) else { return nil }
    if let reason = facts.fileFault { throw fault(reason) }
    return try secret(from: try opened(facts), byteCount: facts.byteCount)
  }

  /// Opens the file for reading and makes sure that it is the one whose facts were checked.
  private func opened(_ facts: FileFacts) throws -> SecretFile {
    do {
      let file = try SecretFile(reading: path)
      if try file.isFile(of: facts) { return file }
    } catch {
      throw fault(error.isLink ? .symbolicLink : .unreadable(error.reason))
    }
    throw fault(.unreadable("it was exchanged while it was opened"))
  }

  /// Returns what lies at a path, or `nil` when nothing does.
  private func facts(of path: String) throws -> FileFacts? {
    do {
      return try FileFacts(of: path)
    } catch {
      if error.isMissing { return nil }
      throw KeyFault(reason: .unreadable(error.reason), path: path, name: name, epoch: epoch)
    }
  }

  /// Reads and judges the content: exactly 32 bytes that can be random.
  private func secret(from file: borrowing SecretFile, byteCount: Int) throws -> Secret {
    var reason: KeyFault.Reason?
    do {
      let secret: Secret? = try file.withFirstBytes(256) { bytes in
        reason = KeyPlace.contentFault(of: bytes, byteCount: byteCount)
        return reason == nil ? Secret(copying: bytes) : nil
      }
      if let secret { return secret }
    } catch let failure as SystemFault {
      throw fault(.unreadable(failure.reason))
    }
    throw fault(reason ?? .wrongLength(byteCount: byteCount))
  }

  private static func contentFault(of bytes: Span<UInt8>, byteCount: Int) -> KeyFault.Reason? {
    guard bytes.count > 0 else { return .empty }
    var isText = true
    var isConstant = true
    for index in bytes.indices {
      let byte = bytes[index]
      if !(byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x0D) { isText = false }
      if byte != bytes[0] { isConstant = false }
    }
    // 32 random bytes are all printable in less than one of 10^13 cases.
    if isText { return .text }
    guard byteCount == Secret.byteCount, bytes.count == Secret.byteCount else {
      return .wrongLength(byteCount: byteCount)
    }
    return isConstant ? .constant : nil
  }

  /// Writes a new secret: temporary file, synchronised, renamed without replacing, folder last.
  func create() throws -> Secret {
    for path in [root, folder] where try !FileFacts.exists(path) {
      try Folder.make(path, mode: 0o700)
      try Folder.sync(around: path)
    }
    guard try foldersAreSafe() else {
      throw SystemFault(operation: "create", path: folder, errno: ENOENT)
    }
    let temporary = "\(folder)/.\(epoch).new"
    // Left by a run that died before the rename: nobody has used it.
    if try FileFacts.exists(temporary) { try Folder.removeFile(temporary) }
    let secret = Secret.random()
    do {
      var file = try OutputFile(path: temporary, mode: 0o400)
      try secret.withBytes { bytes in try file.write(bytes) }
      try file.sync()
      try file.close()
      try Folder.rename(temporary, to: path)
    } catch {
      try? Folder.removeFile(temporary)
      throw error
    }
    try Folder.sync(folder)
    return secret
  }

  /// Overwrites and removes the file, or returns `false` when there is none.
  func destroy() throws -> Bool {
    guard let facts = try facts(of: path) else { return false }
    // Mode 0600 is what a run leaves that died in the middle of destroying.
    if let reason = facts.fileFault, reason != .openFile(mode: 0o600) { throw fault(reason) }
    _ = try opened(facts)
    try Folder.setMode(of: path, to: 0o600)
    let file = try SecretFile(overwriting: path)
    try file.overwrite(byteCount: max(facts.byteCount, Secret.byteCount))
    try Folder.removeFile(path)
    try Folder.sync(folder)
    return true
  }
}

extension FileFacts {
  /// What keeps a folder of keys from being trusted, or `nil`.
  fileprivate var folderFault: KeyFault.Reason? {
    if kind == .link { return .symbolicLink }
    if kind != .folder { return .notAFolder }
    if !isOwnedByThisProcess { return .wrongOwner(owner: owner, user: geteuid()) }
    // The group bit that folders inherit opens nothing.
    return mode & 0o777 == 0o700 ? nil : .openFolder(mode: mode)
  }

  /// What keeps a key file from being trusted, or `nil`.
  fileprivate var fileFault: KeyFault.Reason? {
    if kind == .link { return .symbolicLink }
    if kind != .file { return .notAFile }
    if !isOwnedByThisProcess { return .wrongOwner(owner: owner, user: geteuid()) }
    return mode == 0o400 ? nil : .openFile(mode: mode)
  }
}
