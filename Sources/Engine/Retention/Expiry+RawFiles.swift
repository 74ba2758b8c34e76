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
        let facts = try plainFile(name, below: folder),
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
      items.append(
        Due(kind: .raw, subject: name, reason: "raw files are kept until \(end)", facts: facts))
    }
    return items
  }

  /// Returns the facts of a file, `nil` where a part of the path is a link or its end is no file.
  private func plainFile(_ name: String, below folder: String) throws -> FileFacts? {
    var path = folder
    var end: FileFacts?
    let parts = name.split(separator: "/")
    for (number, part) in parts.enumerated() {
      path += "/\(part)"
      guard let facts = try? FileFacts(of: path) else { return nil }
      if facts.kind != (number == parts.count - 1 ? .file : .folder) { return nil }
      end = facts
    }
    return end
  }

  /// What a complete file is known by; `nil` for one that is not.
  private func content(of name: String, below folder: String) throws -> InputContent? {
    let reader = try ItemReader(
      Item(name: name, content: .file(path: "\(folder)/\(name)"), byteCount: 0), borders: .lines)
    while try reader.next() != nil {}
    guard case .complete? = reader.ending else { return nil }
    return try reader.content()
  }

  /// Deletes the raw file that was judged; returns `false` where it has changed since, or another
  /// one has its name.
  ///
  /// Judging takes as long as reading, and meanwhile the name may have gone to a file that no run
  /// has read. So the file first gets a name that nobody else uses, and goes under that one.
  func deleteRaw(_ item: Due, _ ledger: Ledger) throws -> Bool {
    let folder = Run.canonical(input)
    let path = "\(folder)/\(item.subject)"
    // Also its names must be the same as before it was read: else another file may have been.
    guard let judged = item.facts, (try? FileFacts(of: path)) == judged else { return false }
    let number = try ledger.intendDeletion(
      .raw, of: item.subject, in: folder, because: item.reason, by: "expire", at: Timestamp.now)
    try pause("raw intended")
    let aside = Expiry.aside(path, number)
    do {
      try Folder.replaceFile(aside, by: path)
    } catch {
      guard error.isMissing else { throw error }
      try ledger.withdrawDeletion(number)
      return false
    }
    try pause("raw set aside")
    guard try FileFacts(of: aside).isSameFile(as: judged) else {
      try Folder.rename(aside, to: path)
      try Folder.sync(around: path)
      try ledger.withdrawDeletion(number)
      return false
    }
    try Folder.removeFile(aside)
    try Folder.sync(around: path)
    try pause("raw removed")
    try ledger.markDeleted(number, at: Timestamp.now)
    return true
  }

  /// The name of a raw file on its way out, beside its own: no pattern matches dotfiles.
  private static func aside(_ path: String, _ number: Int64) -> String {
    "\(PathText.folder(of: path))/.sparsam-expire-\(number)"
  }

  /// Gives raw files whose deletion was cut off their names back, to be judged anew; returns a
  /// sentence for each whose name another file has by now.
  func putBackRawFiles(_ ledger: Ledger) throws -> [String] {
    let folder = Run.canonical(input)
    var told: [String] = []
    for left in try ledger.unfinishedDeletions(.raw, in: folder) {
      let path = "\(folder)/\(left.subject)"
      let aside = Expiry.aside(path, left.id)
      guard try FileFacts.exists(aside) else { continue }
      do {
        try Folder.rename(aside, to: path)
        try Folder.sync(around: path)
      } catch {
        guard error.exists else { throw error }
        told.append(
          "'\(aside)' is the raw file '\(left.subject)', whose deletion was cut off, and another file "
            + "has its name by now; delete it")
      }
    }
    return told
  }

  /// Notes deletions as done whose file went before that could be written down.
  func finishRawDeletions(_ ledger: Ledger) throws {
    let folder = Run.canonical(input)
    for left in try ledger.unfinishedDeletions(.raw, in: folder) {
      let path = "\(folder)/\(left.subject)"
      if try !FileFacts.exists(path), try !FileFacts.exists(Expiry.aside(path, left.id)) {
        try ledger.markDeleted(left.id, at: Timestamp.now)
      }
    }
  }
}
