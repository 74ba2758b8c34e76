import Bytes
import Emit
import Foundation
package import Records
import Verify

/// Verifies what was published, from the data packages alone: `sparsam verify`.
package struct PublishedCheck: Sendable {
  /// One thing that is wrong, and where.
  package struct PublishedFinding: Hashable, Sendable {
    /// Inside the folder that was asked about.
    package var path: String
    package var row: Int?
    package var column: String?
    /// Lower case, no full stop, no value of a record.
    package var message: String
  }

  package struct Report: Sendable {
    package var tableCount = 0
    package var fileCount = 0
    package var rowCount = 0
    package var findings: [PublishedFinding] = []
    /// What could not be verified, and why.
    package var notes: [PublishedFinding] = []
  }

  private let folder: String
  private let date: CivilDate
  private let threads: Int

  /// Prepares to verify an output folder, one of its outputs, or one table's folder.
  ///
  /// `date` is the day on which retention is judged, today by default.
  package init(folder: String, date: CivilDate?, threads: Int) {
    self.folder = folder
    self.date = date ?? Today.date(in: .utc)
    self.threads = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
  }

  /// Reads everything; throws only when there is nothing to verify or it cannot be reached.
  package func report() async throws(RunFailure) -> Report {
    try await RunFailure.explainingAsync { try await checkedReport() }
  }

  private func checkedReport() async throws -> Report {
    guard (try? FileFacts(of: folder, followsLinks: true))?.kind == .folder else {
      throw RunFailure(.inputMissing, "there is no folder '\(folder)'")
    }
    var found = Found()
    try find(&found, in: "", depth: 0)
    guard !found.tables.isEmpty || !found.links.isEmpty else {
      throw RunFailure(
        .inputMissing,
        "there is no published table in '\(folder)'; name an output folder, or a table's folder with its "
          + "'datapackage.json'")
    }
    var report = Report()
    report.findings = found.links.map {
      PublishedFinding(path: $0, message: "it is a link, and what lies behind it is not read")
    }
    for table in found.tables {
      report.tableCount += 1
      var check = TableFolder(root: folder, path: table, date: date, threads: threads)
      try await check.run()
      report.fileCount += check.fileCount
      report.rowCount += check.rowCount
      report.findings += check.findings
      report.notes += check.notes
    }
    return report
  }

  /// What lies in an output folder, by paths inside it.
  private struct Found {
    var tables: [String] = []
    var links: [String] = []
  }

  /// A table's folder holds a data package or data; the folders above hold tables.
  private func find(_ found: inout Found, in path: String, depth: Int) throws {
    let place = path.isEmpty ? folder : "\(folder)/\(path)"
    let names = try Folder.names(in: place)
    if names.contains("datapackage.json") || names.contains("data") {
      found.tables.append(path)
      return
    }
    guard depth < 2 else { return }
    for name in names where !name.hasPrefix(".") {
      let inner = path.isEmpty ? name : "\(path)/\(name)"
      switch try FileFacts(of: "\(folder)/\(inner)").kind {
      case .folder: try find(&found, in: inner, depth: depth + 1)
      case .link: found.links.append(inner)
      default: break
      }
    }
  }
}
