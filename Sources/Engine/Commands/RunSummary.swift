import Records

/// The short table that ends a run: read, kept, dropped, published, where.
package struct RunSummary: Sendable {
  private let manifest: Manifest

  package init(_ manifest: Manifest) { self.manifest = manifest }

  package var text: String {
    var text = ""
    let sources: [[String]] =
      [
        [
          "source", "read", "kept", "rejected", "no consent", "filtered", "late", "expired",
          "fields kept", "fields dropped",
        ]
      ]
      + manifest.sources.map { source in
        let counts = source.counts
        return [source.name]
          + [
            counts.read, counts.kept, counts.rejected, counts.noConsent, counts.filtered,
            counts.late, counts.expired, source.declared, source.dropped,
          ].map(String.init)
      }
    text += RunSummary.aligned(sources) + "\n"
    let already = manifest.sources.filter { $0.already > 0 }
    for source in already {
      text +=
        "source '\(source.name)': \(source.already) "
        + "\(source.already == 1 ? "file was" : "files were") ingested before and left out\n"
    }
    if !already.isEmpty { text += "\n" }
    let tables: [[String]] =
      [["published", "rows", "cells suppressed", "delete after", "where"]]
      + manifest.outputs.flatMap { output in
        output.tables.map { table in
          [
            "\(output.name)/\(table.name)", String(table.rowCount),
            table.cells.map { String($0.suppressed) } ?? "-",
            table.deleteAfter?.description ?? "-", table.path,
          ]
        }
      }
    return text + RunSummary.aligned(tables)
  }

  /// The first column and, where it is a path, the last to the left, numbers to the right.
  private static func aligned(_ rows: [[String]]) -> String {
    TextTable.aligned(
      rows,
      isRight: rows[rows.count - 1].enumerated().map { column, cell in
        column > 0 && !cell.contains("/")
      })
  }
}
