package import Records

/// A commented pipeline for raw files that nobody has declared yet.
///
/// It names formats, fields and guessed types and proposes treatments; purposes are left to a
/// person. It holds no value of a record: counts, names and formats only, and no name that looks
/// like a value.
package struct PipelineDraft: Sendable {
  private let sources: [SourceDraft]

  /// Looks into the first part of each file; files that differ by date only are one source.
  package init(files: [String]) throws(DraftFault) {
    var groups: [(pattern: String, file: SampledFile, isLiteral: Bool)] = []
    for path in files {
      let base = FileNaming.base(path)
      let pattern = FileNaming.pattern(base)
      let position = groups.firstIndex { $0.pattern == pattern && !$0.isLiteral }
      // More days of a sample that is large already tell nothing new.
      if let position, groups[position].file.recordCount > SampledField.valueLimit * 2 { continue }
      let file = try SampledFile(path: path)
      if let position {
        if SourceGuess.isSameShape(groups[position].file, file) {
          SourceGuess.merge(file, into: &groups[position].file)
        } else {
          groups.append((base, file, true))
        }
      } else {
        groups.append((pattern, file, false))
      }
    }
    var taken: Set<String> = []
    sources = groups.map { group in
      let stem = FileNaming.source(FileNaming.base(group.file.path))
      var name = stem
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(stem)_\(number)"
        number += 1
      }
      return SourceDraft(SourceGuess(name: name, files: group.pattern, file: group.file))
    }
  }

  /// The draft's sources and fields, for `--json`.
  package var json: JSONText { .array(sources.map(\.json)) }

  /// The pipeline file.
  package var yaml: String {
    head + keys + "sources:\n" + sources.map(\.text).joined(separator: "\n") + aggregates + outputs
      + tests
  }

  private var slug: String {
    let words = (sources.first?.guess.name ?? "shop").split { $0 == "_" }
    return words.joined(separator: "-")
  }

  private var head: String {
    """
    # A draft made by 'sparsam draft'. It guesses formats, types and treatments from the first part
    # of the files and holds no value of them. Read every line: a guess is no decision.
    # What this file does not name is dropped; lines that are commented out do not count.
    sparsam: 1
    name: \(slug)
    shop: your-shop   # a fixed slug, part of every key's derivation: choose it before the first run
    controller: {name: Your Shop, contact: privacy@shop.example}   # who answers for the data
    timezone: UTC   # such as Europe/Berlin: how local times are read and where a day ends

    retention:
      standard: {starts: event, keep: 90d}   # how long what leaves may be kept

    # For you to fill in: why the data is needed and on which legal ground (GDPR Article 6). Several
    # purposes are better than one; each column then says in 'for' which of them it serves.
    purposes:
      analysis:
        why:          # one sentence: what is decided with it
        basis:        # consent, contract, legal_obligation, public_task, vital_interest or
                      # legitimate_interest
        # assessment:   # needed with legitimate_interest: where the balancing is written down
        # law:          # needed with legal_obligation
        retention: standard


    """
  }

  private var keys: String {
    var keys: [(name: String, rotation: String)] = []
    for source in sources where source.personColumn != nil {
      if let key = source.key, !keys.contains(where: { $0.name == key.name }) { keys.append(key) }
    }
    if keys.isEmpty { return "" }
    let lines = keys.map { "  \($0.name): {rotate: \($0.rotation)}\n" }
    return "keys:   # names only; a token lives as long as its key\n" + lines.joined() + "\n"
  }

  /// An example of cells over the first source that has persons and something to group by.
  private var aggregates: String {
    for source in sources {
      guard let key = source.key, let position = source.personColumn else { continue }
      let groups = source.columns.filter { column in
        column.isActive && [.timestamp, .date, .text].contains(column.type)
          && column.name != source.columns[position].name
      }
      let time = groups.first { $0.type != .text }
      guard let time, key.rotation == "day" || time.type == .timestamp else { continue }
      let texts = groups.filter { $0.type == .text }.prefix(1)
      let names = ([time] + texts).map(\.name).joined(separator: ", ")
      let counts = source.guess.isAccessLog ? ", counts: devices" : ""
      return """

        # Cells are safer than rows. An example, to be taken instead of or beside the rows below:
        # aggregates:
        #   summary:
        #     from: \(source.guess.name)
        #     group: [\(names)]
        #     measure: {records: count, persons: {distinct: \(source.columns[position].name)}}
        #     k: {least: 10, of: \(source.columns[position].name)\(counts), below: suppress}   # no cell of fewer persons

        """
    }
    return ""
  }

  private var outputs: String {
    let names = sources.map(\.guess.name).joined(separator: ", ")
    return """

      outputs:
        analysts:
          audience: analysts   # who reads it
          may_use: [analysis]
          tables: [\(names)]   # the rows; one source leaves as rows in one output only
          format: csv   # or parquet, ndjson
          compression: gzip

      """
  }

  private var tests: String {
    """

    # tests:   # what goes in, what must come out, what must occur nowhere; see 'sparsam test --record'
    #   - name: <what is to hold>
    #     given: {\(sources.first?.guess.name ?? "source"): [{<raw field>: <text>}]}
    #     never: [<a text that must not leave>]

    """
  }
}
