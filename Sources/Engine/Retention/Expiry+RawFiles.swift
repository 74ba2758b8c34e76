import Bytes
import Ledger
import PipelineFile
import Records

// Raw files in the input folder that have served their purpose.
extension Expiry {
  /// Raw files that were ingested and have lain there for longer than `raw.keep`, by name.
  ///
  /// Only regular files that no link leads to, that a pattern matches for the date of the run that
  /// ingested their content, and that every source of the pipeline that matches them has ingested.
  func dueRawFiles(_ today: CivilDate, _ ledger: Ledger) throws -> [Due] {
    let folder = Run.canonical(input)
    guard plan.sources.contains(where: { $0.rawKeep != nil }), try FileFacts.exists(folder) else {
      return []
    }
    var dates: [String: CivilDate] = [:]
    for run in try ledger.runs() where run.pipeline == plan.name && run.state == .published {
      dates[run.name] = try run.day
    }
    let barred = [Run.canonical(layout.output), Run.canonical(state.path)]
    // By file the sources that match it, each with the dates for which it does; files by the bytes
    // of their names, of which two may be one text.
    var matches: [[UInt8]: [Int: Set<CivilDate>]] = [:]
    for date in Set(dates.values) {
      for (number, source) in plan.sources.enumerated() where source.files != "-" {
        for name in try FilePattern(source.files, date: date).matches(in: folder)
        where !barred.contains(where: { Run.lies("\(folder)/\(name)", in: $0) }) {
          matches[Array(name.utf8), default: [:]][number, default: []].insert(date)
        }
      }
    }
    var items: [Due] = []
    for (bytes, sources) in matches.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let name = String(decoding: bytes, as: UTF8.self)
      // Cheap questions first: the content is read only of what may be due.
      guard
        sources.contains(where: { number, days in
          guard let keep = plan.sources[number].rawKeep else { return false }
          return days.contains { $0.adding(keep) < today }
        }),
        try isPlainFile(name, below: folder),
        let content = try content(of: name, below: folder)
      else { continue }
      var ends: [CivilDate] = []
      var isIngestedByAll = true
      for (number, days) in sources {
        let source = plan.sources[number]
        let ingested = try ledger.ingested(
          pipeline: plan.name, source: source.name, head: content.head
        ).filter { $0.content == content }.compactMap { dates[$0.run] }.filter(days.contains)
        guard let last = ingested.max() else {
          isIngestedByAll = false
          break
        }
        if let keep = source.rawKeep { ends.append(last.adding(keep)) }
      }
      // Where one source keeps it for longer, it stays for that one.
      guard isIngestedByAll, ends.count == sources.count, let end = ends.max(), end < today
      else { continue }
      items.append(Due(kind: .raw, subject: name, reason: "raw files are kept until \(end)"))
    }
    return items
  }

  /// Whether no part of the path is a link and its end is a file.
  private func isPlainFile(_ name: String, below folder: String) throws -> Bool {
    var path = folder
    let parts = name.split(separator: "/")
    for (number, part) in parts.enumerated() {
      path += "/\(part)"
      guard let facts = try? FileFacts(of: path) else { return false }
      if facts.kind != (number == parts.count - 1 ? .file : .folder) { return false }
    }
    return true
  }

  /// What a complete file is known by; `nil` for one that is not.
  private func content(of name: String, below folder: String) throws -> InputContent? {
    let reader = try ItemReader(
      Item(name: name, content: .file(path: "\(folder)/\(name)"), byteCount: 0), borders: .lines)
    while try reader.next() != nil {}
    guard case .complete? = reader.ending else { return nil }
    return try reader.content()
  }

  func deleteRaw(_ item: Due, _ ledger: Ledger) throws {
    let folder = Run.canonical(input)
    let number = try ledger.intendDeletion(
      .raw, of: item.subject, in: folder, because: item.reason, by: "expire", at: Timestamp.now)
    try pause("raw intended")
    let path = "\(folder)/\(item.subject)"
    try Folder.removeFile(path)
    try Folder.sync(around: path)
    try pause("raw removed")
    try ledger.markDeleted(number, at: Timestamp.now)
  }

  /// Notes deletions as done whose file went before that could be written down.
  func finishRawDeletions(_ ledger: Ledger) throws {
    let folder = Run.canonical(input)
    for left in try ledger.unfinishedDeletions(.raw, in: folder) {
      if try !FileFacts.exists("\(folder)/\(left.subject)") {
        try ledger.markDeleted(left.id, at: Timestamp.now)
      }
    }
  }
}
