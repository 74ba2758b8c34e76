import Bytes
import Emit
import Ledger
import PipelineFile
import Records
import Verify

extension Publisher {
  /// Reads back a partition that was staged anew and holds it to what it has promised when it was
  /// published, or the table of today where no package tells; a finding stops the rewriting.
  ///
  /// What an older version has published without saying what its cells look like is held to its
  /// bytes. Nothing is looked up among identifiers: those of the night are not known any more.
  func verify(rewritten partition: LedgerPartition) async throws {
    guard
      let place = places.first(where: {
        output($0).name == partition.output && tableName($0) == partition.table
      })
    else { throw RunFailure(.internalError, "table '\(partition.table)' is in no output") }
    let listed = try listed(place).first { $0.date == partition.date }
    for file in partition.files {
      let path = "\(layout.staging(partition.run))/\(partition.staged)/\(file.name)"
      let written = Partition.File(
        path: file.name, sha256: file.sha256, bytes: file.byteCount, rows: file.rowCount)
      guard let contract = try contract(of: place, listed, file: file.name) else {
        guard try await FileVerification.isSame(path, written) else {
          throw RunFailure.damagedPartition(path)
        }
        continue
      }
      let verdict = try await FileVerification(threads: 1).verdict(
        on: path, written, TableCheck(contract, filter: nil))
      if let finding = verdict.findings(contract).first {
        throw RunFailure.flawedPartition(
          output: partition.output, table: partition.table, date: partition.date, finding)
      }
    }
  }

  private func contract(
    of place: TableTarget.Place, _ listed: Partition?, file: String
  ) throws -> TableContract? {
    let output = output(place)
    let description = TableDescription(
      plan, output: output, table: output.tables[place.table], isReplay: isReplay)
    guard let fields = listed?.fields else { return TableContract(description, zone: plan.zone) }
    let package = try WholeFile(path: "\(table(place))/datapackage.json").bytes
    let zone = try Zone(named: DataPackage.timezone(readingFrom: package)) ?? plan.zone
    return TableContract(
      output: output.name, table: tableName(place), fields: fields, smallCells: listed?.smallCells,
      format: OutputFormat(fileName: file) ?? output.format, zone: zone)
  }
}

extension RunFailure {
  /// A partition whose other rows are not what was published.
  static func flawedPartition(
    output: String, table: String, date: String, _ finding: Finding
  ) -> RunFailure {
    RunFailure(
      .badInput,
      "verification stopped the rewriting of output '\(output)', table '\(table)', dt=\(date)"
        + "\(finding.row == nil && finding.column == nil ? ": " : ", ")\(finding); nothing of that "
        + "date was changed; see 'sparsam verify', restore the partition or publish it again with "
        + "'--replace', then ask again")
  }
}
