import Bytes
import Foundation
import Records

/// A folder of partials, one file an item: owner only, because partials hold small groups.
struct PartialFolder {
  let path: String

  private static let ending = ".partial"
  private static let asideEnding = ".aside"

  /// Makes the folder where it is missing, and refuses one that others may look into.
  func prepare() throws {
    do {
      try Folder.make(path, mode: 0o700, intermediate: true)
    } catch let fault {
      throw RunFailure(fault.isNoSpace ? .inputOutput : .cannotCreate, fault.description)
    }
    try check()
  }

  /// Refuses a folder that is absent or that others may look into.
  func check() throws {
    let facts: FileFacts
    do {
      facts = try FileFacts(of: path, followsLinks: true)
    } catch {
      throw error.isMissing ? RunFailure.noPartialFolder(path) : RunFailure(error)
    }
    guard facts.kind == .folder else { throw RunFailure.noPartialFolder(path) }
    guard facts.mode & 0o777 == 0o700, facts.isOwnedByThisProcess else {
      throw RunFailure.openPartialFolder(path)
    }
  }

  /// Where the partial of an item lies once it is complete.
  func place(source: String, number: Int) -> String {
    "\(path)/\(source)-\(number.padded(to: 5))\(PartialFolder.ending)"
  }

  /// The partials that lie here, by name.
  func partials() throws -> [String] {
    try Folder.names(in: path)
      .filter { $0.hasSuffix(PartialFolder.ending) && !$0.hasPrefix(".") }
      .map { "\(path)/\($0)" }
  }

  /// A name under which nobody else builds a partial, also not another try of the same item.
  func temporary(source: String, number: Int) -> String {
    "\(path)/.\(source)-\(number).\(UUID().uuidString)\(PartialFolder.ending)"
  }

  /// A folder for tables of an item that are too large for memory.
  func aside() -> String { "\(path)/.\(UUID().uuidString)\(PartialFolder.asideEnding)" }

  /// Deletes all partials, also what was left of those never finished, and the folder if that is
  /// all.
  func clear() throws {
    for name in try Folder.names(in: path) where name.hasSuffix(PartialFolder.asideEnding) {
      try Folder.removeTree("\(path)/\(name)")
    }
    for name in try Folder.names(in: path) where name.hasSuffix(PartialFolder.ending) {
      try Folder.removeFile("\(path)/\(name)")
    }
    if try Folder.names(in: path).isEmpty { try Folder.removeTree(path) }
  }
}
