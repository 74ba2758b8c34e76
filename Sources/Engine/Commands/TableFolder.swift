import Bytes
import Emit
import Foundation
package import Records
import Verify

/// The folder of one published table, and what is wrong in it.
struct TableFolder {
  private let root: String
  /// Inside the root; empty for the root itself.
  private let path: String
  private let date: CivilDate
  private let threads: Int

  private(set) var findings: [PublishedCheck.PublishedFinding] = []
  /// What could not be verified, and why.
  private(set) var notes: [PublishedCheck.PublishedFinding] = []
  private(set) var fileCount = 0
  private(set) var rowCount = 0

  init(root: String, path: String, date: CivilDate, threads: Int) {
    self.root = root
    self.path = path
    self.date = date
    self.threads = threads
  }

  mutating func run() async throws {
    checkModes("")
    if try isEmptied() { return }
    let partitions: [Partition]
    let zone: Zone
    do {
      let bytes = try WholeFile(path: place("datapackage.json")).bytes
      partitions = try DataPackage.partitions(readingFrom: bytes)
      zone = Zone(named: try DataPackage.timezone(readingFrom: bytes)) ?? .utc
    } catch {
      let isGone = (error as? SystemFault)?.isMissing == true
      note(
        "datapackage.json",
        (error as? DataPackageFault)?.description
          ?? (isGone ? "the data package is not there" : "the data package cannot be read"))
      return
    }
    let descriptions = ["README.md", "datapackage.json"]
    for name in descriptions { checkModes(name) }
    let names = try Folder.names(in: place(""))
    if !names.contains("README.md") { note("README.md", "the analyst's page is not there") }
    for name in names where name != "data" && !descriptions.contains(name) {
      note(name, "it is no part of a published table")
    }
    try checkFolders(partitions)
    for partition in partitions {
      if let end = partition.deleteAfter, let last = CivilDate(end), last < date {
        note(
          "data/dt=\(partition.date)", "the partition was to be deleted after \(end), which is past"
        )
      }
      for file in partition.files { try await check(file, of: partition, zone) }
    }
  }

  // MARK: Folders

  /// Whether all partitions of the table have gone, and with them what described it.
  private func isEmptied() throws -> Bool {
    guard try Folder.names(in: place("")) == ["data"] else { return false }
    return try FileFacts(of: place("data")).kind == .folder
      && Folder.names(in: place("data")).isEmpty
  }

  /// Below `data/` lie the partitions that the package names, each with its files and its mark.
  private mutating func checkFolders(_ partitions: [Partition]) throws {
    guard exists("data") else { return note("data", "the folder is not there") }
    checkModes("data")
    for name in try Folder.names(in: place("data")) {
      let inner = "data/\(name)"
      guard let partition = partitions.first(where: { "dt=\($0.date)" == name }) else {
        note(inner, "the data package does not name it")
        continue
      }
      checkModes(inner)
      let named = Set(partition.files.map(\.path))
      let lying = try Folder.names(in: place(inner))
      for file in lying where !named.contains("\(inner)/\(file)") && file != "_SUCCESS" {
        note("\(inner)/\(file)", "the data package does not name it")
      }
      if !lying.contains("_SUCCESS") {
        note(inner, "the mark '_SUCCESS' of a complete partition is not there")
      } else if try FileFacts(of: place("\(inner)/_SUCCESS")).byteCount != 0 {
        note("\(inner)/_SUCCESS", "the mark of a complete partition is not empty")
      } else {
        checkModes("\(inner)/_SUCCESS")
      }
    }
  }

  /// Folders are for their owner and a group, files too, and nothing is a link.
  private mutating func checkModes(_ name: String) {
    guard let facts = try? FileFacts(of: place(name)) else { return }
    switch facts.kind {
    case .folder:
      if facts.mode & ~0o750 != 0 {
        note(
          name,
          "the folder's mode is \(facts.mode.padded(to: 4, radix: 8)); 0750 is the most, 0700 without a group"
        )
      }
    case .file:
      if facts.mode & ~0o640 != 0 {
        note(
          name,
          "the file's mode is \(facts.mode.padded(to: 4, radix: 8)); 0640 is the most, 0600 without a group"
        )
      }
    case .link, .other: note(name, "it is neither a file nor a folder")
    }
  }

  // MARK: Files

  private mutating func check(
    _ file: Partition.File, of partition: Partition, _ zone: Zone
  ) async throws {
    guard exists(file.path) else {
      return note(file.path, "the data package names it, and it is not there")
    }
    // A path of the package must not lead out of the table's folder.
    guard file.path.hasPrefix("data/dt=\(partition.date)/"), !file.path.contains(".."),
      let format = OutputFormat(fileName: file.path), let fields = partition.fields
    else { return note("datapackage.json", "a path in it is none of this program") }
    checkModes(file.path)
    let parts = path.split(separator: "/").map(String.init)
    fileCount += 1
    rowCount += file.rows
    guard
      let contract = TableContract(
        output: parts.dropLast().last ?? "", table: parts.last ?? "", fields: fields,
        smallCells: partition.smallCells, format: format, zone: zone)
    else { return await checkBytes(file) }
    let verdict: Verdict
    do throws(SystemFault) {
      verdict = try await self.verdict(file, contract)
    } catch {
      return note(file.path, "the file cannot be read: \(error.reason)")
    }
    for finding in verdict.findings(contract) {
      findings.append(
        PublishedCheck.PublishedFinding(
          path: shown(file.path), row: finding.row, column: finding.column,
          message: finding.flaw.description
            + (finding.rowCount > 1 ? " (\(finding.rowCount) rows)" : "")))
    }
  }

  /// Of a file whose data package does not say what its cells look like.
  private mutating func checkBytes(_ file: Partition.File) async {
    do throws(SystemFault) {
      if try await !FileVerification.isSame(place(file.path), file) {
        return note(file.path, "its bytes are not those that were written")
      }
    } catch {
      return note(file.path, "the file cannot be read: \(error.reason)")
    }
    notes.append(
      PublishedCheck.PublishedFinding(
        path: shown(file.path),
        message:
          "an older version published it and did not say what its cells look like: its bytes, "
          + "place, mode and retention are verified, its cells are not"))
  }

  private func verdict(
    _ file: Partition.File, _ contract: TableContract
  ) async throws(SystemFault) -> Verdict {
    do {
      return try await FileVerification(threads: threads).verdict(
        on: place(file.path), file, TableCheck(contract, filter: nil))
    } catch {
      throw error as? SystemFault ?? .inputOutput("verify", place(file.path))
    }
  }

  // MARK: Places

  private func place(_ name: String) -> String {
    let table = path.isEmpty ? root : "\(root)/\(path)"
    return name.isEmpty ? table : "\(table)/\(name)"
  }

  private func exists(_ name: String) -> Bool { (try? FileFacts.exists(place(name))) ?? false }

  private func shown(_ name: String) -> String {
    path.isEmpty ? (name.isEmpty ? "." : name) : name.isEmpty ? path : "\(path)/\(name)"
  }

  private mutating func note(_ name: String, _ message: String) {
    findings.append(PublishedCheck.PublishedFinding(path: shown(name), message: message))
  }
}

extension OutputFormat {
  /// The format that the end of a published file's name tells: `.csv.gz`.
  init?(fileName: String) {
    let parts = PathText.name(of: fileName).split(separator: ".")
    guard parts.count >= 2 else { return nil }
    self.init(rawValue: String(parts[1]))
  }
}

extension PublishedCheck.PublishedFinding {
  /// `planners/interest/data/dt=…/part-00000.csv.gz: row 3, column 'day': a value is …`.
  package var line: String {
    var text = path
    if let row { text += ": row \(row)" }
    if let column { text += (row == nil ? ": " : ", ") + "column '\(column)'" }
    return text + ": \(message)"
  }

  package var json: JSONText {
    .members([
      "path": .string(path), "row": row.map { .integer($0) },
      "column": column.map { .string($0) }, "message": .string(message),
    ])
  }

  init(path: String, message: String) {
    self.init(path: path, row: nil, column: nil, message: message)
  }
}
