import Diagnostics
import Records

/// A table on its way to an audience, and where its name stands.
struct ReleasedTable {
  var table: OutputPlan.Table
  var audience: String
  var mayUse: [Int]
  var range: SourceRange
}

// Tables of one audience that could be subtracted.
extension Compilation {
  /// Reports tables of one audience and one source that must not stand side by side, and lets those
  /// that may judge dominance by the sums of all of them.
  ///
  /// Each table is compared with those before it and reported once.
  func checkReleases(_ tables: [ReleasedTable]) {
    let released = tables.compactMap { table in
      definition(of: table).map { (table, OutputPlan.folded(audience: table.audience), $0) }
    }
    for (index, (table, audience, definition)) in released.enumerated() {
      let source = self.source(of: table)
      for (first, firstAudience, other) in released[..<index]
      where firstAudience == audience && self.source(of: first) == source {
        if let conflict = definition.conflict(with: other) {
          report(conflict, of: table, with: first)
          break
        }
      }
    }
    joinDominance(released.map { ($0.0, $0.1, $0.2) })
  }

  private func source(of table: ReleasedTable) -> Int {
    switch table.table.content {
    case .rows(let source, _): source
    case .aggregate(let index, _): aggregates[index].source
    }
  }

  /// Returns what the table tells, or `nil` where that could not be understood.
  private func definition(of table: ReleasedTable) -> ReleaseDefinition? {
    var aggregate: AggregateDefinition?
    if case .aggregate(let index, _) = table.table.content {
      guard let plan = aggregates[index].plan else { return nil }
      aggregate = plan.definition
    }
    guard let source = sources[source(of: table)].plan else { return nil }
    return ReleaseDefinition(
      table.table, aggregate: aggregate, mayUse: table.mayUse,
      in: ReleaseDefinition.Surroundings(
        source: source, purposes: purposes.map(\.part), keys: keys.map(\.part), zone: zone))
  }

  private func report(
    _ conflict: ReleaseDefinition.Conflict, of table: ReleasedTable, with first: ReleasedTable
  ) {
    let source = sources[source(of: table)].name
    if conflict == .besideRows {
      report(
        .cellsBesideRows,
        "'\(table.table.name)' and '\(first.table.name)' both reach '\(table.audience)': what 'k' "
          + "suppresses in one can be counted in the other", at: table.range,
        label: shows(table), notes: [Diagnostic.Note(shows(first), at: first.range)],
        fix: "say  k: {none: \"<reason>\"} , or name another audience")
      return
    }
    let label =
      switch conflict {
      case .besideRows, .persons: "also one row a person"
      case .group: "another 'group'"
      case .filter: "another 'where'"
      case .rule: "another 'k'"
      case .records: "lets other records in: another 'keep' or 'may_use'"
      }
    report(
      .tablesSubtract,
      "'\(table.table.name)' and '\(first.table.name)', both of '\(source)' and for "
        + "'\(table.audience)', could be subtracted", at: table.range, label: label,
      notes: [Diagnostic.Note("the other table", at: first.range)],
      fix: conflict == .persons
        ? "make one table of them, or name another audience"
        : "give both the same 'group', 'where' and 'k', or disjoint 'where' lists on one column, or "
          + "name another audience")
  }

  private func shows(_ table: ReleasedTable) -> String {
    guard case .aggregate(let index, _) = table.table.content,
      let definition = aggregates[index].plan?.definition
    else { return "shows single rows" }
    if case .per = definition.shape { return "one row a person" }
    return "has 'k'"
  }

  /// Lets tables of one audience over the same cells judge dominance by the sums of all of them: a
  /// cell that one of them suppresses would else stand in another one.
  private func joinDominance(_ tables: [(ReleasedTable, String, ReleaseDefinition)]) {
    func index(_ table: ReleasedTable) -> Int? {
      if case .aggregate(let index, _) = table.table.content { return index }
      return nil
    }
    func judged(_ index: Int) -> [Int] { aggregates[index].plan?.definition.judged ?? [] }
    for model in aggregates.indices {
      guard let definition = aggregates[model].plan?.definition,
        case .least(let rule) = definition.protection, rule.dominance != nil
      else { continue }
      aggregates[model].plan?.definition.judged = definition.summedColumns.sorted()
    }
    var pairs: [(Int, Int)] = []
    for (position, (table, audience, definition)) in tables.enumerated() {
      for (first, other, otherDefinition) in tables[..<position] where other == audience {
        guard let one = index(table), let two = index(first), one != two,
          source(of: table) == source(of: first), definition.kind == .cells,
          definition.group == otherDefinition.group, definition.filter == otherDefinition.filter,
          definition.rule == otherDefinition.rule, definition.isProtected
        else { continue }
        pairs.append((one, two))
      }
    }
    // An aggregate may stand between two audiences: what one of them must suppress, all do.
    for _ in pairs {
      for (one, two) in pairs {
        let all = Set(judged(one)).union(judged(two)).sorted()
        aggregates[one].plan?.definition.judged = all
        aggregates[two].plan?.definition.judged = all
      }
    }
  }
}
