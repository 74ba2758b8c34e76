import Diagnostics
import Records

// The section `outputs`: who gets which tables, for which purposes and how long.
extension Compilation {
  func bindOutputs(_ section: YAMLNode.Entry) {
    var register = PublicationRegister()
    for entry in named(section) {
      guard isName(entry, of: "an output") else { continue }
      bindOutput(entry, register: &register)
    }
    noteUses(register.tables)
    checkReleases(register.tables)
  }

  /// Notes for each column which of its purposes its outputs may use.
  private func noteUses(_ tables: [ReleasedTable]) {
    var uses = sources.map { [Set<Int>](repeating: [], count: $0.plan?.columns.count ?? 0) }
    for table in tables {
      let source: Int
      var columns: [Int]
      switch table.table.content {
      case .rows(let number, let shown): (source, columns) = (number, shown)
      case .aggregate(let number, _):
        guard let definition = aggregates[number].plan?.definition else { continue }
        (source, columns) = (aggregates[number].source, definition.columns)
      }
      // What a derived column is made of is read for its sake.
      while let column = columns.popLast() {
        guard uses[source].indices.contains(column) else { continue }
        uses[source][column].formUnion(table.mayUse)
        if case .derived(let expression)? = sources[source].plan?.columns[column].origin {
          columns += expression.columns
        }
      }
    }
    for (source, uses) in uses.enumerated() {
      for (column, uses) in uses.enumerated() {
        let purposes = sources[source].plan?.columns[column].purposes.filter(uses.contains) ?? []
        if !purposes.isEmpty { sources[source].plan?.columns[column].uses = purposes }
      }
    }
  }

  /// What has left so far: rows leave once, tokens reach one audience.
  private struct PublicationRegister {
    var rows: [Int: SourceRange] = [:]
    var audiences: [Int: (folded: String, shown: String, range: SourceRange)] = [:]
    var reported: Set<String> = []
    var tables: [ReleasedTable] = []
  }

  private func bindOutput(_ entry: YAMLNode.Entry, register: inout PublicationRegister) {
    guard
      let keys = keyed(entry.value, .output, owner: "output '\(entry.key)'", at: entry.keyRange)
    else { return }
    let audience = keys["audience"].flatMap { text($0.value, of: "audience") }
    let mayUse = keys["may_use"].flatMap { purposeList($0, isUse: false) }
    let format = keys["format"].flatMap { word($0.value, of: "format", OutputFormat.self) }
    let compression = self.compression(keys["compression"], for: format)
    let keep = keys["keep"].flatMap { self.retention($0.value, of: "keep") }
    let recipient = keys["recipient"].flatMap {
      word($0.value, of: "recipient", OutputPlan.Recipient.self)
    }
    let country = keys["country"].flatMap { text($0.value, of: "country") }
    let group = keys["group"].flatMap { groupName($0.value) }
    var tables: [OutputPlan.Table] = []
    for node in keys["tables"].flatMap({ list($0.value, of: "tables") }) ?? [] {
      guard let named = namedTable(node) else { continue }
      if tables.contains(where: { $0.name == named.name }) {
        report(
          .nameTaken, "table '\(named.name)' stands twice in output '\(entry.key)'",
          at: named.range, fix: "delete one")
        continue
      }
      guard let content = content(named) else { continue }
      if case .rows(let source, _) = content {
        if let first = register.rows[source] {
          report(
            .rowsLeaveTwice, "the rows of '\(named.name)' leave in two outputs", at: named.range,
            label: "lines up with the other row by row",
            notes: [Diagnostic.Note("first here", at: first)],
            fix: "publish them once, or take an aggregate")
        } else {
          register.rows[source] = named.range
        }
      }
      if let audience, let place = keys["audience"]?.value.range {
        checkAudience(content, named, audience: audience, at: place, register: &register)
      }
      let retention = tableRetention(
        content, named, mayUse: mayUse, keep: keep, keepRange: keys["keep"]?.value.range)
      let table = OutputPlan.Table(name: named.name, content: content, retention: retention)
      tables.append(table)
      if let audience, let mayUse {
        register.tables.append(
          ReleasedTable(table: table, audience: audience, mayUse: mayUse, range: named.range))
      }
    }
    outputs.append(
      OutputModel(
        plan: OutputPlan(
          name: entry.key, audience: audience ?? "", mayUse: mayUse ?? [], tables: tables,
          format: format ?? .csv, compression: compression, group: group,
          recipient: recipient ?? .internal, country: country),
        range: entry.keyRange))
  }

  private func compression(
    _ entry: YAMLNode.Entry?, for format: OutputFormat?
  ) -> OutputCompression {
    let usual: OutputCompression = format == .parquet ? .zstd : .gzip
    guard let entry,
      let stated = word(entry.value, of: "compression", OutputCompression.self)
    else { return usual }
    if format == .parquet, stated == .small {
      report(
        .illegalCompression, "parquet has no compression 'small'", at: entry.value.range,
        fix: "write one of: zstd, gzip, none")
    }
    return stated
  }

  private func groupName(_ node: YAMLNode) -> String? {
    guard let text = text(node, of: "group") else { return nil }
    let isName =
      text.utf8.count <= 32
      && text.utf8.allSatisfy {
        (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45
          || $0 == 95 || $0 == 46
      } && text.first != "-"
    if isName { return text }
    report(
      .illegalName, "'\(text)' is no Unix group", at: node.range,
      label: "letters, digits, '-', '_' and '.'")
    return nil
  }

  // MARK: - Tables

  private struct NamedTable {
    var name: String
    var range: SourceRange
    /// The columns it is narrowed to.
    var columns: YAMLNode?
  }

  private func namedTable(_ node: YAMLNode) -> NamedTable? {
    if let entries = node.entries {
      guard let entry = entries.first, entries.count == 1 else {
        report(
          .wrongShape, "a narrowed table is one table and its columns", at: node.range,
          label: "expected {table: [columns]}", fix: "write each table as an entry of its own")
        return nil
      }
      return NamedTable(name: entry.key, range: entry.keyRange, columns: entry.value)
    }
    return text(node, of: "tables").map { NamedTable(name: $0, range: node.range) }
  }

  private func content(_ table: NamedTable) -> OutputPlan.Content? {
    if let index = sources.firstIndex(where: { $0.name == table.name }) {
      let model = sources[index]
      guard let columns = table.columns else {
        return .rows(source: index, columns: Array(model.columns.indices))
      }
      let narrowed = narrow(
        columns, to: model.columns.map(\.plan.name), of: "source '\(table.name)'",
        broken: model.broken)
      return narrowed.map { .rows(source: index, columns: $0) }
    }
    if let index = aggregates.firstIndex(where: { $0.name == table.name }) {
      let names = aggregates[index].columnNames
      guard let columns = table.columns else {
        return .aggregate(index, columns: Array(names.indices))
      }
      let narrowed = narrow(
        columns, to: names, of: "aggregate '\(table.name)'",
        broken: aggregates[index].plan == nil ? nil : [])
      return narrowed.map { .aggregate(index, columns: $0) }
    }
    if !brokenSources.contains(table.name), !brokenAggregates.contains(table.name) {
      reportUnknown(
        .unknownTable, "no table named '\(table.name)'", name: table.name, at: table.range,
        among: aggregates.map(\.name) + brokenAggregates.sorted() + sources.map(\.name)
          + brokenSources.sorted())
    }
    return nil
  }

  /// Returns the positions of the columns named; `broken` is `nil` where not all names are known.
  private func narrow(
    _ node: YAMLNode, to names: [String], of owner: String, broken: Set<String>?
  ) -> [Int]? {
    guard let nodes = list(node, of: "columns") else { return nil }
    var columns: [Int] = []
    for node in nodes {
      guard let name = text(node, of: "columns") else { continue }
      if let index = names.firstIndex(of: name) {
        if columns.contains(index) {
          report(.nameTaken, "column '\(name)' stands twice", at: node.range, fix: "delete one")
        } else {
          columns.append(index)
        }
      } else if let broken, !broken.contains(name) {
        reportUnknown(
          .unknownColumn, "no column named '\(name)' in \(owner)", name: name, at: node.range,
          among: names)
      }
    }
    return columns
  }

  private func checkAudience(
    _ content: OutputPlan.Content, _ table: NamedTable, audience: String, at place: SourceRange,
    register: inout PublicationRegister
  ) {
    let folded = OutputPlan.folded(audience: audience)
    let tokens: [Int] =
      switch content {
      case .rows(let source, let columns):
        columns.compactMap { sources[source].columns[$0].plan.key }
      case .aggregate(let index, let columns):
        columns.compactMap {
          aggregates[index].tokenKeys.indices.contains($0) ? aggregates[index].tokenKeys[$0] : nil
        }
      }
    for key in Set(tokens).sorted() {
      guard let first = register.audiences[key] else {
        register.audiences[key] = (folded, audience, place)
        continue
      }
      guard first.folded != folded, register.reported.insert("\(key) \(folded)").inserted else {
        continue
      }
      let name = keys[key].part.name
      report(
        .keyReachesTwoAudiences, "tokens of key '\(name)' reach a second audience",
        at: table.range, label: "for '\(audience)'",
        notes: [Diagnostic.Note("they reach '\(first.shown)' already", at: first.range)],
        fix: "declare a second key and take it for this table's column")
    }
  }

  // MARK: - Purposes and retention

  /// Returns the shortest retention of the table's columns, capped by the output's `keep`.
  private func tableRetention(
    _ content: OutputPlan.Content, _ table: NamedTable, mayUse: [Int]?, keep: RetentionPlan?,
    keepRange: SourceRange?
  ) -> [RetentionPlan] {
    guard let mayUse else { return [] }
    let columns: [(name: String, purposes: [Int], range: SourceRange)]
    switch content {
    case .rows(let source, let positions):
      columns = positions.map {
        let column = sources[source].columns[$0]
        return (column.plan.name, column.plan.purposes, column.range)
      }
    case .aggregate(let index, let positions):
      guard let plan = aggregates[index].plan else { return [] }
      columns = positions.map {
        (plan.columns[$0].name, plan.purposes[$0], aggregates[index].range)
      }
    }
    var retentions: [RetentionPlan] = []
    for column in columns {
      let usable = column.purposes.filter { mayUse.contains($0) }
      if usable.isEmpty {
        let place =
          table.columns?.sequence?.first { $0.scalar == column.name }?.range ?? table.range
        let own = column.purposes.map { purposes[$0].part.name }
        report(
          .purposeNotAllowed,
          "column '\(column.name)' of '\(table.name)' serves no purpose that this output may use",
          at: place,
          label: own.isEmpty
            ? "computed from columns that share no purpose"
            : "kept for \(own.joined(separator: ", "))",
          notes: [Diagnostic.Note("declared here", at: column.range)],
          fix: table.columns == nil
            ? "narrow the table:  {\(table.name): [<columns>]} , or add the purpose to 'may_use'"
            : "leave the column out, or add the purpose to 'may_use'")
      }
      for purpose in usable {
        let retention = purposes[purpose].part.retention
        if !retentions.contains(retention) { retentions.append(retention) }
      }
    }
    retentions = retentions.filter { candidate in
      !retentions.contains { other in
        other != candidate && ends(other, notAfter: candidate)
          && !(ends(candidate, notAfter: other) && candidate.name < other.name)
      }
    }
    guard let keep, let keepRange else { return retentions }
    if let shorter = retentions.first(where: { !ends(keep, notAfter: $0) }) {
      let purpose = purposes.first { $0.part.retention == shorter }
      report(
        .keptTooLong,
        "'keep: \(keep.name)' is longer than the purposes of table '\(table.name)' allow",
        at: keepRange, label: "\(keep.keep) from \(words(keep.starts))",
        notes: purpose.map {
          [
            Diagnostic.Note(
              "allows \(shorter.keep) from \(words(shorter.starts))", at: $0.range)
          ]
        } ?? [], fix: "delete 'keep', or name a shorter class")
    }
    return [keep]
  }

  private func words(_ start: RetentionPlan.Start) -> String {
    start == .event ? "the event" : "the end of the year"
  }

  /// Whether the first class never ends after the second, on any day of a leap-year cycle.
  private func ends(_ first: RetentionPlan, notAfter second: RetentionPlan) -> Bool {
    let start = CivilDate(year: 2023, month: 1, day: 1).days
    return (0..<1461).allSatisfy { day in
      let date = CivilDate(days: start + day)
      return first.end(for: date) <= second.end(for: date)
    }
  }
}
