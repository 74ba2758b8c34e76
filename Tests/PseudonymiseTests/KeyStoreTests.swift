import Bytes
import Foundation
import Glibc
import Pseudonymise
import Records
import Testing

/// A folder that goes with the test.
final class TestFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sparsam-keys-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var store: KeyStore { KeyStore(folder: path + "/keys") }
}

/// Gives a file or folder its mode.
private func setMode(_ mode: Int, _ path: String) throws {
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}

/// Returns the mode of a file or folder.
private func mode(_ path: String) throws -> Int? {
  try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}

private let epoch = Epoch(rotation: .quarter, date: CivilDate(year: 2026, month: 12, day: 1))

/// A key file that must be refused: what is done to a good one, and the sentence.
struct RefusedKeyCase: Sendable, CustomTestStringConvertible {
  var name: String
  var spoil: @Sendable (_ store: KeyStore, _ file: String) throws -> Void
  /// The sentence, with `FILE`, `FOLDER` and `ROOT` for the paths.
  var sentence: String
  var testDescription: String { name }

  private static func content(_ name: String, _ bytes: [UInt8], _ sentence: String)
    -> RefusedKeyCase
  {
    RefusedKeyCase(
      name: name,
      spoil: { _, file in
        try FileManager.default.removeItem(atPath: file)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try setMode(0o400, file)
      }, sentence: sentence)
  }

  private static func mode(_ mode: Int, _ sentence: String) -> RefusedKeyCase {
    RefusedKeyCase(
      name: "file mode 0\(String(mode, radix: 8))",
      spoil: { _, file in try setMode(mode, file) },
      sentence: sentence)
  }

  private static func unsafeFile(_ mode: String) -> String {
    "key 'orders' of epoch 'q2026-4' is not kept safe: 'FILE' has mode \(mode) and must have 0400; "
      + "run 'chmod 0400' on it after making sure that nobody has read it"
  }

  private static let text =
    "key 'orders' of epoch 'q2026-4' is unusable: 'FILE' holds text, such as a passphrase or "
    + "digits, and must hold 32 random bytes; restore the file, or move it away where no token "
    + "was made with it"

  private static func length(_ count: Int) -> String {
    "key 'orders' of epoch 'q2026-4' is unusable: 'FILE' holds \(count) bytes and must hold 32 "
      + "random ones; restore the file"
  }

  static let all =
    [
      mode(0o644, unsafeFile("0644")), mode(0o600, unsafeFile("0600")),
      mode(0o440, unsafeFile("0440")), mode(0o404, unsafeFile("0404")),
      mode(0o500, unsafeFile("0500")), mode(0o000, unsafeFile("0000")),
      content(
        "empty", [],
        "key 'orders' of epoch 'q2026-4' is unusable: 'FILE' is empty and must hold 32 random "
          + "bytes; restore the file"),
      content("31 bytes", (0..<31).map { $0 }, length(31)),
      content("33 bytes", (0..<33).map { $0 }, length(33)),
      content("4096 bytes", [UInt8](repeating: 200, count: 4096), length(4096)),
      content("hexadecimal digits", Array(hex(bytes: (0..<32).map { $0 }).utf8), text),
      content("half as many hexadecimal digits", Array(hex(bytes: (0..<16).map { $0 }).utf8), text),
      content("base64", Array("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".utf8), text),
      content("passphrase", Array("correct horse battery staple".utf8), text),
      content("passphrase of 32 characters", Array("correct horse battery staple ok!".utf8), text),
      content(
        "zeros", [UInt8](repeating: 0, count: 32),
        "key 'orders' of epoch 'q2026-4' is unusable: 'FILE' repeats one byte and must hold 32 "
          + "random ones; restore the file"),
      RefusedKeyCase(
        name: "symbolic link to a good file",
        spoil: { _, file in
          try FileManager.default.moveItem(atPath: file, toPath: file + ".moved")
          try FileManager.default.createSymbolicLink(
            atPath: file, withDestinationPath: file + ".moved")
        },
        sentence: "key 'orders' of epoch 'q2026-4' cannot be trusted: 'FILE' is a symbolic link; "
          + "put the file or folder itself there"),
      RefusedKeyCase(
        name: "dangling symbolic link",
        spoil: { _, file in
          try FileManager.default.removeItem(atPath: file)
          try FileManager.default.createSymbolicLink(
            atPath: file, withDestinationPath: "/nowhere/at/all")
        },
        sentence: "key 'orders' of epoch 'q2026-4' cannot be trusted: 'FILE' is a symbolic link; "
          + "put the file or folder itself there"),
      RefusedKeyCase(
        name: "folder in the file's place",
        spoil: { _, file in
          try FileManager.default.removeItem(atPath: file)
          try FileManager.default.createDirectory(
            atPath: file, withIntermediateDirectories: false)
        },
        sentence: "key 'orders' of epoch 'q2026-4' cannot be read: 'FILE' is not a regular file; "
          + "put the key file there"),
      RefusedKeyCase(
        name: "named pipe",
        spoil: { _, file in
          try FileManager.default.removeItem(atPath: file)
          #expect(unsafe mkfifo(file, 0o400) == 0)
        },
        sentence: "key 'orders' of epoch 'q2026-4' cannot be read: 'FILE' is not a regular file; "
          + "put the key file there"),
      RefusedKeyCase(
        name: "key name's folder open to its group",
        spoil: { store, _ in try setMode(0o750, store.folder + "/orders") },
        sentence: "key 'orders' is not kept safe: the folder 'FOLDER' has mode 0750 and must have "
          + "0700; run 'chmod 0700' on it after making sure that nobody has read its keys"),
      RefusedKeyCase(
        name: "store's folder open to all",
        spoil: { store, _ in try setMode(0o755, store.folder) },
        sentence: "key 'orders' is not kept safe: the folder 'ROOT' has mode 0755 and must have "
          + "0700; run 'chmod 0700' on it after making sure that nobody has read its keys"),
      RefusedKeyCase(
        name: "folder is a symbolic link",
        spoil: { store, _ in
          let folder = store.folder + "/orders"
          try FileManager.default.moveItem(atPath: folder, toPath: folder + "-moved")
          try FileManager.default.createSymbolicLink(
            atPath: folder, withDestinationPath: folder + "-moved")
        },
        sentence: "key 'orders' cannot be trusted: 'FOLDER' is a symbolic link; put the file or "
          + "folder itself there"),
      RefusedKeyCase(
        name: "file in the folder's place",
        spoil: { store, _ in
          try FileManager.default.removeItem(atPath: store.folder)
          try Data([1]).write(to: URL(fileURLWithPath: store.folder))
        },
        sentence: "key 'orders' cannot be read: 'ROOT' is not a folder; move away what stands "
          + "there"),
    ]
}

@Suite struct KeyStoreTests {
  private func key(_ store: KeyStore, _ standing: EpochStanding = .unknown) throws -> EpochKey {
    try store.key(shop: "shop-1", name: "orders", epoch: epoch, standing: standing)
  }

  @Test func newEpochGetsASecretThatStays() throws {
    let folder = try TestFolder()
    let first = try key(folder.store)
    let file = folder.store.path(name: "orders", epoch: epoch)
    #expect(file == folder.path + "/keys/orders/q2026-4.key")
    #expect(FileManager.default.contents(atPath: file)?.count == 32)
    #expect(try mode(file) == 0o400)
    #expect(try mode(folder.store.folder) == 0o700)
    #expect(try mode(folder.store.folder + "/orders") == 0o700)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.store.folder + "/orders")
        == ["q2026-4.key"])
    #expect(try key(folder.store).check == first.check)
    #expect(try key(folder.store, .known(check: first.check)).check == first.check)
  }

  @Test func eachEpochAndNameHasItsOwnSecret() throws {
    let folder = try TestFolder()
    let next = Epoch(rotation: .quarter, id: epoch.id + 1)
    let store = folder.store
    _ = try key(store)
    _ = try store.key(shop: "shop-1", name: "orders", epoch: next, standing: .unknown)
    _ = try store.key(shop: "shop-1", name: "visits", epoch: epoch, standing: .unknown)
    let secrets = [("orders", epoch), ("orders", next), ("visits", epoch)].map {
      FileManager.default.contents(atPath: store.path(name: $0.0, epoch: $0.1))
    }
    #expect(Set(secrets).count == 3)
  }

  @Test func storeListsItsEpochsAndNothingElse() throws {
    let folder = try TestFolder()
    #expect(try folder.store.epochs(of: "orders").isEmpty)
    _ = try key(folder.store)
    for name in ["note.txt", "q2026-9.key", ".q2026-3.new"] {
      try Data([1]).write(to: URL(fileURLWithPath: folder.store.folder + "/orders/" + name))
    }
    #expect(try folder.store.epochs(of: "orders") == [epoch])
  }

  @Test func fileThatNobodyKnowsIsAdopted() throws {
    let folder = try TestFolder()
    let first = try key(folder.store)
    #expect(try folder.store.holds(name: "orders", epoch: epoch))
    #expect(try key(folder.store, .unknown).check == first.check)
  }

  @Test func leftoverOfADeadRunIsReplaced() throws {
    let folder = try TestFolder()
    _ = try folder.store.key(shop: "shop-1", name: "orders", epoch: epoch, standing: .unknown)
    let file = folder.store.path(name: "orders", epoch: epoch)
    let temporary = folder.store.folder + "/orders/.q2026-4.new"
    try FileManager.default.moveItem(atPath: file, toPath: temporary)
    _ = try key(folder.store)
    #expect(FileManager.default.fileExists(atPath: file))
    #expect(!FileManager.default.fileExists(atPath: temporary))
  }

  @Test(arguments: RefusedKeyCase.all)
  func deviationIsRefused(_ example: RefusedKeyCase) throws {
    let folder = try TestFolder()
    let good = try key(folder.store)
    let file = folder.store.path(name: "orders", epoch: epoch)
    try example.spoil(folder.store, file)
    let sentence = example.sentence
      .replacingOccurrences(of: "FILE", with: file)
      .replacingOccurrences(of: "FOLDER", with: folder.store.folder + "/orders")
      .replacingOccurrences(of: "ROOT", with: folder.store.folder)
    for standing in [EpochStanding.unknown, .known(check: good.check)] {
      let fault = #expect(throws: KeyFault.self) { try key(folder.store, standing) }
      #expect(fault?.description == sentence)
    }
    try? setMode(0o700, folder.store.folder)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func fileOfAnotherUserIsRefused() throws {
    let folder = try TestFolder()
    _ = try key(folder.store)
    let file = folder.store.path(name: "orders", epoch: epoch)
    #expect(unsafe chown(file, 4711, 0) == 0)
    let fault = #expect(throws: KeyFault.self) { try key(folder.store) }
    #expect(
      fault?.description
        == "key 'orders' of epoch 'q2026-4' cannot be trusted: '\(file)' belongs to user 4711, and "
        + "this run is user 0; run as the owner, or give it to this user")
  }

  @Test func knownKeyThatIsGoneIsNotMadeAgain() throws {
    let folder = try TestFolder()
    let file = folder.store.path(name: "orders", epoch: epoch)
    let check = try key(folder.store).check
    try FileManager.default.removeItem(atPath: file)
    let fault = #expect(throws: KeyFault.self) { try key(folder.store, .known(check: check)) }
    #expect(
      fault?.description
        == "key 'orders' of epoch 'q2026-4' is missing: its tokens were published before, and "
        + "'\(file)' is gone; restore that file, or write down its destruction "
        + "with 'sparsam keys destroy orders q2026-4 --yes'")
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func knownKeyIsMissingWhereThereIsNoStore() throws {
    let folder = try TestFolder()
    let fault = #expect(throws: KeyFault.self) {
      try key(folder.store, .known(check: "0123456789abcdef"))
    }
    #expect(fault?.reason == .missing)
    #expect(!FileManager.default.fileExists(atPath: folder.store.folder))
  }

  @Test func swappedEpochsAreNoticed() throws {
    let folder = try TestFolder()
    let store = folder.store
    let next = Epoch(rotation: .quarter, id: epoch.id + 1)
    let here = try key(store).check
    _ = try store.key(shop: "shop-1", name: "orders", epoch: next, standing: .unknown)
    let paths = [epoch, next].map { store.path(name: "orders", epoch: $0) }
    try FileManager.default.moveItem(atPath: paths[0], toPath: paths[0] + ".old")
    try FileManager.default.moveItem(atPath: paths[1], toPath: paths[0])
    try FileManager.default.moveItem(atPath: paths[0] + ".old", toPath: paths[1])
    let found = try key(store).check
    let fault = #expect(throws: KeyFault.self) { try key(store, .known(check: here)) }
    #expect(
      fault?.description
        == "key 'orders' of epoch 'q2026-4' is another one than before: '\(paths[0])' has check "
        + "\(found), and the ledger knows \(here); restore the right file")
  }

  @Test func unwritableStoreIsAFaultOfTheSystem() throws {
    let folder = try TestFolder()
    let store = KeyStore(folder: folder.path + "/absent/keys")
    let fault = #expect(throws: SystemFault.self) { try key(store) }
    #expect(
      fault?.description
        == "cannot create '\(folder.path)/absent/keys': no such file or folder")
  }

  @Test func destroyedSecretIsOverwrittenBeforeItsNameGoes() throws {
    let folder = try TestFolder()
    _ = try key(folder.store)
    let file = folder.store.path(name: "orders", epoch: epoch)
    let before = try #require(FileManager.default.contents(atPath: file))
    // A second name of the same blocks shows what they hold afterwards.
    try FileManager.default.linkItem(atPath: file, toPath: file + ".other")
    #expect(try folder.store.destroy(name: "orders", epoch: epoch))
    #expect(!FileManager.default.fileExists(atPath: file))
    let after = try #require(FileManager.default.contents(atPath: file + ".other"))
    #expect(after.count == 32)
    #expect(after != before)
    #expect(try !folder.store.destroy(name: "orders", epoch: epoch))
    #expect(try !folder.store.holds(name: "orders", epoch: epoch))
  }

  @Test func destroyingThatWasCutShortIsFinished() throws {
    let folder = try TestFolder()
    _ = try key(folder.store)
    try setMode(0o600, folder.store.path(name: "orders", epoch: epoch))
    #expect(try folder.store.destroy(name: "orders", epoch: epoch))
    #expect(try !folder.store.holds(name: "orders", epoch: epoch))
  }

  @Test func destroyingNothingChangesNothing() throws {
    let folder = try TestFolder()
    #expect(try !folder.store.destroy(name: "orders", epoch: epoch))
    #expect(!FileManager.default.fileExists(atPath: folder.store.folder))
  }

  @Test func destroyingTouchesNoLinkedFile() throws {
    let folder = try TestFolder()
    _ = try key(folder.store)
    let file = folder.store.path(name: "orders", epoch: epoch)
    try FileManager.default.moveItem(atPath: file, toPath: folder.path + "/mine")
    try FileManager.default.createSymbolicLink(
      atPath: file, withDestinationPath: folder.path + "/mine")
    let before = FileManager.default.contents(atPath: folder.path + "/mine")
    let fault = #expect(throws: KeyFault.self) {
      try folder.store.destroy(name: "orders", epoch: epoch)
    }
    #expect(fault?.reason == .symbolicLink)
    #expect(FileManager.default.contents(atPath: folder.path + "/mine") == before)
  }

  @Test func secretTakesExactly32Bytes() {
    for count in [0, 31, 33, 64] {
      let bytes = [UInt8](repeating: 9, count: count)
      let isTaken: Bool
      if Secret(copying: bytes.span) != nil { isTaken = true } else { isTaken = false }
      #expect(!isTaken)
    }
    let replay = Secret.replay()
    #expect(hex(of: replay) == hex(bytes: (0..<32).map { $0 }))
  }
}
