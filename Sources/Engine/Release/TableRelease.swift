import Crypto
import Foundation
package import Ledger
package import PipelineFile
import Records

/// That a run gives what a table tells of some inputs to an audience.
package struct TableRelease: Hashable, Sendable {
  /// As `OutputPlan.folded` writes it.
  package var audience: String
  /// The identities of the inputs that the run has read of the table's source.
  package var inputs: Set<String>
  /// With digests in place of its texts.
  package var definition: ReleaseDefinition
  package var pipeline: String
  package var date: String
  package var output: String
  package var table: String
  package var run: String
  /// Why it takes the place of an earlier one, where it does.
  package var retraction: String?
  /// Which records of its inputs the date of the run lets in.
  package var admission: Admission
  /// Stands for the persons whose records were left out because they were forgotten; empty where
  /// there are none.
  package var forgotten: String
  /// Whose records it tells of: the source's name, and the path of its `each`.
  package var source: String
  package var each: String?
  /// The source's own `where`: each a raw path and the texts that let a record in.
  package var conditions: [SourceCondition]

  /// One path of a source's `where`.
  package struct SourceCondition: Hashable, Sendable {
    package var path: String
    package var values: Set<String>

    package init(path: String, values: Set<String>) {
      self.path = path
      self.values = values
    }
  }

  package init(
    audience: String, inputs: Set<String>, definition: ReleaseDefinition, pipeline: String,
    date: String, output: String, table: String, run: String, retraction: String? = nil,
    admission: Admission = .window, forgotten: String = "", source: String = "",
    each: String? = nil, conditions: [SourceCondition] = []
  ) {
    self.conditions = conditions
    self.source = source
    self.each = each
    self.admission = admission
    self.forgotten = forgotten
    self.audience = audience
    self.inputs = inputs
    self.definition = definition
    self.pipeline = pipeline
    self.date = date
    self.output = output
    self.table = table
    self.run = run
    self.retraction = retraction
  }

  /// Stands for the whole set of inputs, and for what the run's date lets in of it.
  package var inputsDigest: String {
    let dated: [String] =
      switch admission {
      case .window, .day: [date]
      case .all, .state: []
      }
    return digest((inputs.sorted() + dated).joined(separator: "\n"))
  }

  /// Whether the two sources let no record of one file in both.
  func readsOthers(than other: TableRelease) -> Bool {
    conditions.contains { one in
      other.conditions.contains { $0.path == one.path && $0.values.isDisjoint(with: one.values) }
    }
  }

  /// Which records of an input a run lets in, by its date.
  package enum Admission: Hashable, Sendable {
    /// Those that happened inside the window before its date.
    case window
    /// Those of its date alone; the text says how a date is told: no record is of two dates.
    case day(String)
    /// All of them, on whatever date.
    case all
    /// All of them, and each date shows the state of that date.
    case state

    init(_ source: SourcePlan, in zone: Zone) {
      switch (source.clock, source.delivery) {
      case (.run, .snapshots): self = .state
      case (.run, .increments): self = source.holding == .master ? .state : .all
      case (.slot(let slot, let format), .snapshots):
        self = .day("\(source.projection.slots[slot].text) \(format.canonical) \(zone.name)")
      case (.slot, .increments): self = .window
      }
    }

    /// As the ledger keeps it.
    fileprivate var text: String {
      switch self {
      case .window: "window"
      case .day(let clock): "day \(digest(clock))"
      case .all: "all"
      case .state: "state"
      }
    }
  }
}

/// An earlier release, as the ledger remembers it.
package struct PastRelease: Hashable, Sendable {
  package var definition: ReleaseDefinition
  package var inputsDigest: String
  /// The text of a ``TableRelease/Admission``.
  fileprivate var admission: String
  package var pipeline: String
  package var date: String
  package var output: String
  package var table: String
  package var run: String
  /// Why it took the place of an earlier one, where it did.
  package var retraction: String?
  /// Stands for the forgotten persons of its night.
  package var forgotten: String

  /// Whether another date has let in none of the records of `new`.
  package func isOfAnotherDay(than new: TableRelease) -> Bool {
    guard case .day = new.admission else { return false }
    return admission == new.admission.text && date != new.date
  }

  /// Whether it is what `new` shows, as it was on another date.
  package func isAnotherState(than new: TableRelease) -> Bool {
    new.admission == .state && admission == new.admission.text && date != new.date
  }
}

extension ReleaseDefinition {
  /// The definition with a digest in place of each text.
  package var digested: ReleaseDefinition {
    ReleaseDefinition(
      kind: kind, isProtected: isProtected, records: digest(records), group: digest(group),
      filter: digest(filter),
      lists: Dictionary(
        lists.map { (digest($0.key), Set($0.value.map(digest))) },
        uniquingKeysWith: { $0.union($1) }),
      rule: digest(rule), measures: digest(measures))
  }

  fileprivate var json: JSONText {
    .members([
      "kind": .string(kind.rawValue), "protected": .boolean(isProtected),
      "records": .string(records), "group": .string(group), "where": .string(filter),
      "lists": .object(
        lists.sorted { $0.key < $1.key }.map { .init($0.key, .strings($0.value.sorted())) }),
      "k": .string(rule), "measures": .string(measures),
    ])
  }

  fileprivate init?(_ object: [String: Any]) {
    guard let kind = (object["kind"] as? String).flatMap(Kind.init),
      let isProtected = object["protected"] as? Bool, let records = object["records"] as? String,
      let group = object["group"] as? String, let filter = object["where"] as? String,
      let lists = object["lists"] as? [String: [String]], let rule = object["k"] as? String,
      let measures = object["measures"] as? String
    else { return nil }
    self.init(
      kind: kind, isProtected: isProtected, records: records, group: group, filter: filter,
      lists: lists.mapValues(Set.init), rule: rule, measures: measures)
  }
}

extension TableRelease {
  /// What the ledger keeps: an entry for each input.
  package var entries: [Release] {
    let stated = definition.json.compact
    let text = JSONText.members([
      "definition": definition.json, "pipeline": .string(pipeline), "date": .string(date),
      "inputs": .string(inputsDigest), "enters": .string(admission.text),
      "retract": retraction.map { .string($0) },
      "forgotten": forgotten.isEmpty ? nil : .string(forgotten),
    ]).compact
    return inputs.sorted().map { input in
      Release(
        audience: audience, input: input, definitionDigest: digest(stated), definition: text,
        output: output, table: table, run: run,
        kind: Release.Kind(rawValue: definition.kind.rawValue) ?? .row)
    }
  }
}

extension PastRelease {
  /// A release of this run, as the next one will remember it.
  init(_ release: TableRelease) {
    self.init(
      definition: release.definition, inputsDigest: release.inputsDigest,
      admission: release.admission.text, pipeline: release.pipeline, date: release.date,
      output: release.output, table: release.table, run: release.run,
      retraction: release.retraction, forgotten: release.forgotten)
  }

  /// Reads an entry back; `nil` when it is none.
  package init?(_ entry: Release) {
    guard
      let root = try? JSONSerialization.jsonObject(with: Data(entry.definition.utf8))
        as? [String: Any],
      let definition = (root["definition"] as? [String: Any]).flatMap(ReleaseDefinition.init),
      let pipeline = root["pipeline"] as? String, let date = root["date"] as? String,
      let inputs = root["inputs"] as? String, let admission = root["enters"] as? String
    else { return nil }
    self.init(
      definition: definition, inputsDigest: inputs, admission: admission, pipeline: pipeline,
      date: date, output: entry.output, table: entry.table, run: entry.run,
      retraction: root["retract"] as? String, forgotten: root["forgotten"] as? String ?? "")
  }
}

extension TableRelease {
  /// Returns what stands for the forgotten persons of whom keys of these names make tokens.
  ///
  /// Tombstones are tokens, and the ledger that keeps this has them too.
  static func forgotten(_ tombstones: [Tombstone], keys: Set<String>) -> String {
    let lines = tombstones.filter { keys.contains($0.key) }
      .map { "\($0.key) \($0.epoch) \(hexText($0.token))" }
    return lines.isEmpty ? "" : digest(lines.sorted().joined(separator: "\n"))
  }
}

/// The SHA-256 of a text, in hex.
private func digest(_ text: String) -> String { hexText(SHA256.hash(data: Data(text.utf8))) }
