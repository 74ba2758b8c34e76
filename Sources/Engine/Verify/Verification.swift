import Bytes
import Emit
import PipelineFile
import Records
package import Verify

/// Reads back what a run has staged and stops the run when it holds what must not leave.
///
/// The treatments have taken out what looks like an identifier already, so what is found here is a
/// fault: of the program, of the machine, or of a pipeline that lets an identifier leave under
/// another name.
struct Verification {
  let publisher: Publisher
  let threads: Int
  /// The identifiers that the run has read; `nil` where no published text is looked up.
  let identifiers: DeclaredIdentifiers?

  /// A staged file and what was found in it.
  private struct Checked {
    var place: TableTarget.Place
    var file: String
    var contract: TableContract
    var verdict: Verdict
  }

  /// Whether the plan publishes texts that are looked up.
  static func looksUp(_ plan: Plan, isReplay: Bool) -> Bool {
    plan.outputs.contains { output in
      output.tables.contains { table in
        let description = TableDescription(plan, output: output, table: table, isReplay: isReplay)
        return TableContract(description, zone: plan.zone).isLookedUp
      }
    }
  }

  /// Throws the first finding, by output, table, file and row, as the failure of the run.
  ///
  /// `settle` returns those of the suspects that are identifiers of the inputs, or `nil` where the
  /// inputs cannot be read twice: then every suspect counts.
  func check(
    _ staging: Staging, settle: (Set<[UInt8]>) async throws -> Set<[UInt8]>?
  ) async throws {
    var checked: [Checked] = []
    for place in publisher.places {
      let output = publisher.output(place)
      let description = TableDescription(
        publisher.plan, output: output, table: output.tables[place.table],
        isReplay: publisher.isReplay)
      let contract = TableContract(description, zone: publisher.plan.zone)
      try checkCells(place, description, staging)
      let check = TableCheck(
        contract, filter: contract.isLookedUp ? identifiers?.filter : nil)
      for file in staging.partition(place)?.files ?? [] {
        let name = String(PathText.name(of: file.path))
        let verdict = try await FileVerification(threads: threads).verdict(
          on: "\(staging.folder(place))/\(name)", file, check)
        if !verdict.isClean {
          checked.append(Checked(place: place, file: name, contract: contract, verdict: verdict))
        }
      }
    }
    if checked.isEmpty { return }
    if checked.contains(where: \.verdict.hasMoreSuspects) {
      throw RunFailure.tooManySuspects
    }
    let suspects = Set(checked.flatMap(\.verdict.suspects.keys))
    let known = suspects.isEmpty ? [] : try await settle(suspects)
    for var one in checked {
      one.verdict.settle(known)
      if let finding = one.verdict.findings(one.contract).first {
        throw RunFailure.leak(
          output: one.contract.output, table: one.contract.table, file: one.file, finding)
      }
    }
  }

  /// Holds an aggregate to its least number of persons, as the merged partial has counted them.
  private func checkCells(
    _ place: TableTarget.Place, _ description: TableDescription, _ staging: Staging
  ) throws {
    guard let rule = description.smallCells else { return }
    let name = publisher.tableName(place)
    let table = staging.outputs[place.output].tables.first { $0.name == name }
    if let failure = RunFailure.tooFewPersons(
      table?.cells?.smallestK, least: rule.least, output: description.output, table: name)
    {
      throw failure
    }
  }
}

extension RunFailure {
  /// A table whose cells stand for too few persons; `nil` when the smallest one, if any, has
  /// enough.
  package static func tooFewPersons(
    _ smallest: Int?, least: Int, output: String, table: String
  ) -> RunFailure? {
    guard let smallest, smallest < least else { return nil }
    return leak(output: output, table: table, file: nil, Finding(.smallCell))
  }

  /// What verification has found; the value is not told.
  package static func leak(
    output: String, table: String, file: String?, _ finding: Finding
  ) -> RunFailure {
    let place = file.map { ", file '\($0)'" } ?? ""
    let row = finding.row == nil && finding.column == nil ? ": " : ", "
    let help =
      finding.flaw == .identifier
      ? "treat the column, close its list with 'one_of', 'map' or 'paths', or say 'keep' with a reason"
      : "this is a fault of the program or of the machine; keep the inputs and report it"
    return RunFailure(
      .badInput,
      "verification stopped the run: output '\(output)', table '\(table)'\(place)\(row)\(finding); "
        + "nothing was published; \(help)")
  }

  /// More texts look known than can be settled one by one.
  package static let tooManySuspects = RunFailure(
    .badInput,
    "verification stopped the run: more than \(Verdict.suspectLimit) published texts look like "
      + "identifiers that were read; nothing was published; treat the text columns, or close their "
      + "lists with 'one_of', 'map' or 'paths'")
}

extension ItemRun {
  /// Reads items again and returns which of the suspects are identifiers in them.
  static func search(
    _ items: [Item], for suspects: Set<[UInt8]>, _ program: SourceProgram, threads: Int
  ) async throws -> Set<[UInt8]> {
    let search = DeclaredIdentifiers(searching: suspects)
    var program = program
    program.identifiers = search
    program.rowUse = .counted
    let pool = WorkerPool(program)
    for item in items {
      _ = try await ItemRun(program: program, threads: threads, pool: pool, onProgress: { _ in })
        .run(item, into: NoRows())
    }
    return search.found
  }
}
