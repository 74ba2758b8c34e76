import Emit
package import Ledger
import PipelineFile
package import Records

/// The evidence of a run: what was read, kept, dropped and published, under which keys.
///
/// No value of a record and no undeclared field name is in it (<doc:Architecture>, invariants).
package struct Manifest: Sendable {
  /// A column of a published table, all of it in words.
  package struct Column: Sendable {
    package var name: String
    package var type: String
    package var purposes: [String]
    package var treatment: String
    /// The name of the key whose tokens it holds.
    package var key: String?
  }

  package struct Table: Sendable {
    package var name: String
    package var rowCount: Int
    package var columns: [Column]
    package var files: [(name: String, sha256: String, byteCount: Int)]
    /// Cells of an aggregate: published, suppressed, the fewest persons of a published one.
    package var cells: (published: Int, suppressed: Int, smallestK: Int?)?
    package var deleteAfter: CivilDate?
    /// Where the partition lies, for messages; not part of the manifest.
    package var path: String
  }

  package struct Output: Sendable {
    package var name: String
    package var tables: [Table]
  }

  package struct File: Sendable {
    package var name: String
    package var sha256: String
    package var byteCount: Int
    package var records: Int
    /// What its content is known by.
    package var content: InputContent?
    /// How it begins; not written.
    package var beginning: String?
  }

  package struct Source: Sendable {
    package var name: String
    package var files: [File]
    /// How many files were left out because an earlier run has ingested their content.
    package var already: Int
    package var deferred: [String]
    package var skipped: [(name: String, damage: String)]
    package var counts: RecordCounts
    package var rejects: RuleCounts
    package var nulled: [(column: String, rules: RuleCounts)]
    package var declared: Int
    package var dropped: Int
  }

  package var run: String
  package var pipelineName: String
  package var pipelineDigest: String
  package var date: CivilDate
  package var isReplay: Bool
  package var sources: [Source]
  package var outputs: [Output]
  package var keys: [(name: String, epoch: String, check: String)]

  package var json: JSONText {
    .members([
      "sparsam": .integer(1),
      "run": .string(run),
      "pipeline": .members(["name": .string(pipelineName), "sha256": .string(pipelineDigest)]),
      "date": .string(date.description),
      "replay": .boolean(isReplay),
      "sources": .object(sources.map { .init($0.name, $0.json) }),
      "outputs": .object(
        outputs.map { output in
          .init(output.name, .object(output.tables.map { .init($0.name, $0.json) }))
        }),
      "keys": .array(
        keys.map {
          .members([
            "name": .string($0.name), "epoch": .string($0.epoch), "check": .string($0.check),
          ])
        }),
    ])
  }
}

extension RecordCounts {
  package var json: JSONText {
    .members([
      "read": .integer(read), "kept": .integer(kept), "rejected": .integer(rejected),
      "no_consent": .integer(noConsent), "filtered": .integer(filtered), "late": .integer(late),
      "expired": .integer(expired),
    ])
  }
}

extension RuleCounts {
  var json: JSONText {
    .object(entries.map { .init($0.rule.rawValue, .integer($0.count)) })
  }
}

extension Manifest.Source {
  var json: JSONText {
    .members([
      "files": .array(
        files.map {
          .members([
            "name": .string($0.name), "sha256": .string($0.sha256),
            "bytes": .integer($0.byteCount), "records": .integer($0.records),
            "content": $0.content.map { .string($0.id) },
          ])
        }),
      "already": already == 0 ? nil : .integer(already),
      "deferred": deferred.isEmpty ? nil : .strings(deferred),
      "skipped": skipped.isEmpty
        ? nil
        : .array(
          skipped.map { .members(["name": .string($0.name), "damage": .string($0.damage)]) }),
      "records": counts.json,
      "rejects": rejects.json,
      "nulled": .object(
        nulled.filter { $0.rules.total > 0 }.map { .init($0.column, $0.rules.json) }),
      "fields": .members(["declared": .integer(declared), "dropped": .integer(dropped)]),
    ])
  }
}

extension Manifest.Table {
  var json: JSONText {
    .members([
      "rows": .integer(rowCount),
      "columns": .array(
        columns.map {
          .members([
            "name": .string($0.name), "type": .string($0.type),
            "purposes": .strings($0.purposes), "treatment": .string($0.treatment),
            "key": $0.key.map { .string($0) },
          ])
        }),
      "files": .array(
        files.map {
          .members([
            "name": .string($0.name), "sha256": .string($0.sha256),
            "bytes": .integer($0.byteCount),
          ])
        }),
      "cells": cells.map { cells in
        .members([
          "published": .integer(cells.published), "suppressed": .integer(cells.suppressed),
          "smallest_k": cells.smallestK.map { .integer($0) } ?? .null,
        ])
      },
      "delete_after": deleteAfter.map { .string($0.description) } ?? .null,
    ])
  }
}

extension Manifest.Column {
  /// The columns of a table as the pipeline has it today.
  static func all(
    of table: OutputPlan.Table, of output: OutputPlan, in plan: Plan, isReplay: Bool
  ) -> [Manifest.Column] {
    let tokens = table.tokenColumns(in: plan)
    return TableDescription(plan, output: output, table: table, isReplay: isReplay).columns.map {
      described in
      let name = described.column.name
      return Manifest.Column(
        name: name, type: described.column.type.name, purposes: described.purposes,
        treatment: described.treatment,
        key: tokens.first { $0.name == name }.map { plan.keys[$0.key].name })
    }
  }

  /// A column as a data package describes it; of one by an older version only its kind is known.
  init(_ field: PublishedField, key: String?) {
    let type = field.cells.map { cells in
      var state = ColumnType.State.treated
      if case .subnet = cells.grammar { state = .subnet }
      return ColumnType(source: nil, form: cells.form, state: state).name
    }
    self.init(
      name: field.name, type: type ?? field.type, purposes: field.purposes,
      treatment: field.treatment, key: key)
  }
}

extension ColumnType {
  /// The type's name in manifests: the declared type, else the form.
  package var name: String {
    switch form {
    case .text: state == .subnet ? "subnet" : "text"
    case .integer: "int"
    case .decimal(_, let keepsPlaces): keepsPlaces ? "money" : "decimal"
    case .boolean: "bool"
    case .date: "date"
    case .timestamp: "timestamp"
    case .token: "pseudonym"
    }
  }
}
