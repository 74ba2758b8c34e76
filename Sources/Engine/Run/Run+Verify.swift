import Records

extension Run {
  /// Reads back what was staged and refuses what must not leave, before anything counts.
  ///
  /// Called once a night, between staging and `prepared`: all tables of `staging` are written and
  /// on their way to the disk, none of them is visible, and a throw leaves nothing behind.
  func verify(_ staging: Staging, _ staged: StagedSources, _ found: FoundItems) async throws {
    let verification = Verification(
      publisher: staging.publisher, threads: threads, identifiers: staged.identifiers)
    try await verification.check(staging) { suspects in
      var known: Set<[UInt8]> = []
      for (program, items) in zip(staged.programs, found.bySource)
      where !program.identifierFields.isEmpty {
        guard items.allSatisfy(\.canBeReadAgain) else { return nil }
        known.formUnion(
          try await ItemRun.search(items, for: suspects, program, threads: threads))
      }
      return known
    }
  }
}
