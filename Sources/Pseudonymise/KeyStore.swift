import Bytes

/// The secrets of all key names and epochs, one file each: `<folder>/<key name>/<epoch>.key`.
///
/// Files are 0400, folders 0700, both of this user alone; whatever deviates is a `KeyFault`. The
/// caller holds the run's lock, so that no other run creates or destroys meanwhile. Secrets stand
/// nowhere else: not in the ledger, the environment, arguments or logs.
package struct KeyStore: Sendable {
  /// The folder of the store, usually `state/keys`.
  package let folder: String

  package init(folder: String) { self.folder = folder }

  /// Returns the path of an epoch's key file.
  package func path(name: String, epoch: Epoch) -> String { "\(folder)/\(name)/\(epoch).key" }

  /// Returns the key of an epoch, created when neither the store nor anyone else knows it.
  ///
  /// A secret is on disk, synchronised with its folder, before it is returned. A key file that no
  /// ledger knows is adopted: its standing is `.unknown` and it is simply read. Throws a `KeyFault`
  /// for a key that may not be used and a `SystemFault` when a new one cannot be written.
  package func key(
    shop: String, name: String, epoch: Epoch, standing: EpochStanding
  ) throws -> EpochKey {
    if let key = try existingKey(shop: shop, name: name, epoch: epoch, standing: standing) {
      return key
    }
    let secret = try KeyPlace(store: self, name: name, epoch: epoch).create()
    return EpochKey(of: secret, shop: shop, name: name, epoch: epoch.description)
  }

  /// Returns the key of an epoch as it lies in the store, or `nil` when nobody knows it.
  ///
  /// Never creates one. Throws a `KeyFault` for a key that may not be used or that is missing
  /// although it is known.
  package func existingKey(
    shop: String, name: String, epoch: Epoch, standing: EpochStanding
  ) throws -> EpochKey? {
    precondition(standing != .destroyed, "the records of a destroyed key are late")
    let place = KeyPlace(store: self, name: name, epoch: epoch)
    if try place.foldersAreSafe(), let secret = try place.read() {
      let key = EpochKey(of: secret, shop: shop, name: name, epoch: epoch.description)
      if case .known(let check) = standing, check != key.check {
        throw place.fault(.otherSecret(expected: check, found: key.check))
      }
      return key
    }
    guard standing == .unknown else { throw place.fault(.missing) }
    return nil
  }

  /// Returns whether there is a key file of that epoch, whatever its state.
  package func holds(name: String, epoch: Epoch) throws -> Bool {
    try FileFacts.exists(path(name: name, epoch: epoch))
  }

  /// Returns the key names of which the store has a folder; other names are left alone.
  package func names() throws -> [String] {
    guard try FileFacts.exists(folder) else { return [] }
    return try Folder.names(in: folder).filter { !$0.hasPrefix(".") }
  }

  /// Returns the epochs of which the store has a key file, by name; other files are left alone.
  package func epochs(of name: String) throws -> [Epoch] {
    let folder = "\(folder)/\(name)"
    guard try FileFacts.exists(folder) else { return [] }
    return try Folder.names(in: folder).compactMap { file in
      file.hasSuffix(".key") ? Epoch(String(file.dropLast(4))) : nil
    }
  }

  /// Destroys the secret of an epoch; returns `false` when there is none.
  ///
  /// Overwrites the file in place with random bytes and synchronises it before the name goes,
  /// because a replaced file would leave its old blocks. Flash memory and snapshots may keep copies
  /// all the same: no more is promised.
  package func destroy(name: String, epoch: Epoch) throws -> Bool {
    let place = KeyPlace(store: self, name: name, epoch: epoch)
    guard try place.foldersAreSafe() else { return false }
    return try place.destroy()
  }
}
