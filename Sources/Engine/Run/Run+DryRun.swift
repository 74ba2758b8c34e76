import Bytes
import PipelineFile
import Records

extension Run {
  /// Reads, treats and counts everything under throw-away keys; writes nothing.
  ///
  /// It opens no ledger, so inputs count that earlier nights have ingested, and persons who were
  /// forgotten; nothing is encoded, read back or held to what was released before.
  func dryRun(_ onProgress: @escaping (Progress) -> Void) async throws -> Report {
    let found = try findItems(nil)
    let rings = replayRings()
    var sources: [Manifest.Source] = []
    var outputs = plan.outputs.map { Manifest.Output(name: $0.name, tables: []) }
    var warnings: [String] = []
    var byteCount = 0
    let fingerprints = FingerprintKey.random()
    for number in plan.sources.indices {
      let program = SourceProgram(
        plan: plan, sourceNumber: number, targets: TableTarget.published(by: plan, from: number),
        rings: rings, fingerprints: fingerprints,
        rights: try rights(of: plan.sources[number], fingerprints, nil),
        runDate: date, itemCount: found.bySource[number].count, rowUse: .counted,
        isReplay: true)
      let total = found.bySource[number].reduce(0) { $0 + $1.byteCount }
      let (report, gathered) = try await SourceRun(
        program: program, threads: threads,
        inputs: InputMemory(
          nil, pipeline: plan.name, source: program.source, date: date.description),
        onProgress: {
          onProgress(Progress(source: program.source.name, bytesRead: $0, bytesInAll: total))
        }, onFailure: nil
      ).run(found.bySource[number], into: NoRows())
      warnings += report.deferred.map {
        "file '\($0.name)' of source '\(program.source.name)' is still being written"
      }
      warnings += report.warnings(of: found.bySource[number].count, on: date)
      sources.append(Manifest.Source(report, program))
      byteCount += report.byteCount
      for (place, table) in try await TableOutcome.all(
        program, report, gathered, threads: threads)
      {
        outputs[place.output].tables.append(
          Manifest.Table(
            table, plan, place, date: date, files: [],
            path: OutputLayout(output: options.output).partition(
              output: plan.outputs[place.output].name, table: table.name, date: date),
            isReplay: true))
      }
    }
    let manifest = Manifest(
      run: "dry-run", pipelineName: plan.name, pipelineDigest: pipelineDigest, date: date,
      isReplay: options.isReplay, sources: sources, outputs: outputs, keys: [])
    return Report(date: date, manifest: manifest, warnings: warnings, byteCount: byteCount)
  }
}
