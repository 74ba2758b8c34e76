package import Foundation

/// The folder of real exports that may stand beside the project; tests skip when it is absent.
package enum SharedData {
  /// The folder `shared/data` beside the project's root, or `nil` when it is absent.
  package static let folder: URL? = {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appendingPathComponent("shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// Whether the real exports can be read here.
  package static var isPresent: Bool { folder != nil }

  /// Returns the bytes of the file at `path` below the folder.
  package static func bytes(_ path: String) throws -> [UInt8] {
    guard let folder else { return [] }
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
  }
}
