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

  package init(
    audience: String, inputs: Set<String>, definition: ReleaseDefinition, pipeline: String,
    date: String, output: String, table: String, run: String, retraction: String? = nil
  ) {
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

  /// Stands for the whole set of inputs.
  package var inputsDigest: String { digest(inputs.sorted().joined(separator: "\n")) }
}

/// An earlier release, as the ledger remembers it.
package struct PastRelease: Hashable, Sendable {
  package var definition: ReleaseDefinition
  package var inputsDigest: String
  package var pipeline: String
  package var date: String
  package var output: String
  package var table: String
  package var run: String
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
      "inputs": .string(inputsDigest), "retract": retraction.map { .string($0) },
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
  /// Reads an entry back; `nil` when it is none.
  package init?(_ entry: Release) {
    guard
      let root = try? JSONSerialization.jsonObject(with: Data(entry.definition.utf8))
        as? [String: Any],
      let definition = (root["definition"] as? [String: Any]).flatMap(ReleaseDefinition.init),
      let pipeline = root["pipeline"] as? String, let date = root["date"] as? String,
      let inputs = root["inputs"] as? String
    else { return nil }
    self.init(
      definition: definition, inputsDigest: inputs, pipeline: pipeline, date: date,
      output: entry.output, table: entry.table, run: entry.run)
  }
}

/// The SHA-256 of a text, in hex.
private func digest(_ text: String) -> String { hexText(SHA256.hash(data: Data(text.utf8))) }
