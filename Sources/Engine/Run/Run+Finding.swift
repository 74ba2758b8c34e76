import Bytes
import Ledger
import PipelineFile
import Records

/// What a run finds to read.
struct FoundItems {
  /// The files of each source, in name order.
  var bySource: [[Item]]
  /// Files that an earlier night has left because they were unfinished, by their names of today.
  var deferred: [DeferredItem] = []
  var warnings: [String] = []
}

/// A file that an earlier night has left, as it is found now.
struct DeferredItem {
  /// What the ledger knows of it.
  var known: DeferredFile
  /// Its name of today; `nil` when it is gone.
  var name: String?
}

extension Run {
  /// Returns the names below the input folder that a pattern matches; output and state are left
  /// alone.
  func names(matching pattern: String) throws -> [String] {
    let input = Run.canonical(options.input)
    let barred = [Run.canonical(options.output), Run.canonical(options.state)]
    return try FilePattern(pattern, date: date).matches(in: input).filter { name in
      !barred.contains { $0 != input && Run.lies("\(input)/\(name)", in: $0) }
    }
  }

  /// Returns the files of each source, with those that earlier nights have left: for this one, or
  /// for this date, which is run again.
  func findItems(_ ledger: Ledger?) throws -> FoundItems {
    let input = Run.canonical(options.input)
    let left = try ledger?.deferredFiles(pipeline: plan.name, date: date.description) ?? []
    var found = FoundItems(bySource: [])
    for source in plan.sources {
      if source.files == "-" {
        found.bySource.append([Item(name: "-", content: .standardInput, byteCount: 0)])
        continue
      }
      var names = try names(matching: source.files)
      // Its date is another one, so the pattern of today need not match it.
      for file in left where file.source == source.name && !names.contains(file.name) {
        if try FileFacts.exists("\(input)/\(file.name)") { names.append(file.name) }
      }
      names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      guard !names.isEmpty || source.missingIsFine else {
        throw RunFailure(
          .inputMissing,
          "source '\(source.name)' has no file '\(source.files)' in '\(options.input)' for \(date); "
            + "say 'missing: ok' where that is no error")
      }
      let items = try names.map { try item($0, in: input) }
      for file in left where file.source == source.name {
        let known = try Run.find(file, among: items)
        if known == nil {
          found.warnings.append(
            "file '\(file.name)' of source '\(source.name)' was unfinished on \(file.firstSeen) and "
              + "is not there under that name any more; if it was renamed, it is read like any other"
          )
        }
        found.deferred.append(DeferredItem(known: file, name: known))
      }
      found.bySource.append(items)
    }
    return found
  }

  private func item(_ name: String, in input: String) throws -> Item {
    let path = "\(input)/\(name)"
    do throws(SystemFault) {
      let facts = try FileFacts(of: path, followsLinks: true)
      try facts.requireFile(path)
      return Item(name: name, content: .file(path: path), byteCount: facts.byteCount)
    } catch {
      // A pipe, a link to nowhere, or a file that went away since it was listed.
      var fault = error
      fault.path = "\(options.input)/\(name)"
      throw RunFailure(fault.isMissing ? .inputMissing : .inputOutput, fault.description)
    }
  }

  /// Returns the name under which a file that was left is found now.
  ///
  /// It begins as it began then. Another name counts only for a beginning that is long enough to
  /// tell it from other files, which may share a header.
  private static func find(_ file: DeferredFile, among items: [Item]) throws -> String? {
    let telling = 4096
    for item in items.sorted(by: { $0.name == file.name && $1.name != file.name })
    where item.name == file.name || file.prefixLength >= telling {
      let beginning = try? InputBeginning(of: item, limit: file.prefixLength)
      if beginning == InputBeginning(byteCount: file.prefixLength, sha256: file.prefix) {
        return item.name
      }
    }
    return nil
  }
}
