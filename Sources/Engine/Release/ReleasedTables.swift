import Ledger
import Records

/// What a run gave to whom: one entry a table, however many inputs it was made of.
struct ReleasedTables {
  private var entries: [(release: Release, inputs: Int)] = []

  init(_ releases: [Release]) {
    for release in releases {
      let known = entries.firstIndex {
        ($0.release.output, $0.release.table) == (release.output, release.table)
      }
      if let known {
        entries[known].inputs += 1
      } else {
        entries.append((release, 1))
      }
    }
  }

  var text: String {
    if entries.isEmpty { return "" }
    return "\n"
      + TextTable.aligned(
        [["released", "audience", "inputs", "definition", "retracts an earlier version"]]
          + entries.map { release, inputs in
            [
              "\(release.output)/\(release.table)", release.audience, String(inputs),
              String(release.definitionDigest.prefix(12)),
              PastRelease(release)?.retraction ?? "-",
            ]
          })
  }

  var json: JSONText {
    .array(
      entries.map { release, inputs in
        .members([
          "output": .string(release.output), "table": .string(release.table),
          "audience": .string(release.audience), "inputs": .integer(inputs),
          "kind": .string(release.kind.rawValue),
          "definition": .string(release.definitionDigest),
          "retract": PastRelease(release)?.retraction.map { .string($0) } ?? .null,
        ])
      })
  }
}
