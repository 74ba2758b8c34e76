package import Records

/// The description of a table that travels with it: Data Package, version 2 (datapackage.org).
///
/// What is Sparsam's own stands under `sparsam`: purposes, legal bases, treatments, retention. No
/// digest, name or count of inputs is in it, nor how many records or cells were left out.
package enum DataPackage {
  /// Returns the text of `datapackage.json` for a table and all its partitions, by date.
  package static func json(
    for table: TableDescription, partitions: [Partition]
  ) -> [UInt8] {
    Array(package(table, partitions).pretty.utf8)
  }

  private static func package(
    _ table: TableDescription, _ partitions: [Partition]
  ) -> JSONText {
    .members([
      "$schema": .string("https://datapackage.org/profiles/2.0/datapackage.json"),
      "name": .string("\(table.output)-\(table.table)"),
      "title": .string("\(table.table) for \(table.audience)"),
      "description": .string(
        "One row is \(table.grain)."
          + (table.isPersonal ? " This is pseudonymous personal data." : "")),
      "contributors": .array([
        .members([
          "title": .string(table.controller), "email": .string(table.contact),
          "roles": .strings(["publisher"]),
        ])
      ]),
      "resources": .array(
        partitions.flatMap { partition in
          partition.files.map { resource($0, of: partition, table) }
        }),
      "sparsam": .members([
        "version": .integer(1),
        "pipeline": .string(table.pipeline),
        "replay": .boolean(table.isReplay),
        "holds": .string(table.holds),
        "persons": .string(table.persons),
        "personal_data": .boolean(table.isPersonal),
        "audience": .string(table.audience),
        "controller": .members([
          "name": .string(table.controller), "contact": .string(table.contact),
          "officer": table.officer.map { .string($0) },
        ]),
        "purposes": .array(
          table.purposes.map {
            .members([
              "name": .string($0.name), "why": .string($0.why), "basis": .string($0.basis),
            ])
          }),
        "protection": table.protection.map { .string($0) },
        "retention": .string(table.retention),
        "timezone": .string(table.timezone),
        "partitions": .array(partitions.map(describe)),
      ]),
    ])
  }

  private static func describe(_ partition: Partition) -> JSONText {
    .members([
      "date": .string(partition.date),
      "rows": .integer(partition.files.reduce(0) { $0 + $1.rows }),
      "delete_after": partition.deleteAfter.map { .string($0) } ?? .null,
      "share_published_percent": partition.sharePublished.map { .integer($0) },
    ])
  }

  private static func resource(
    _ file: Partition.File, of partition: Partition, _ table: TableDescription
  ) -> JSONText {
    let isCSV = table.format == .csv
    let compression: String? =
      switch (table.format, table.compression) {
      case (.parquet, _), (_, .none): nil
      case (_, .zstd): "zst"
      case (_, .gzip), (_, .small): "gz"
      }
    return .members([
      "name": .string("\(table.table)-\(partition.date)".lowercased()),
      "path": .string(file.path),
      "format": .string(table.format.rawValue),
      "mediatype": .string(table.format.mediaType),
      "encoding": table.format == .parquet ? nil : .string("utf-8"),
      "compression": compression.map { .string($0) },
      "bytes": .integer(file.bytes),
      "hash": .string("sha256:\(file.sha256)"),
      "rows": .integer(file.rows),
      "dialect": isCSV
        ? .members(["delimiter": .string(","), "header": .boolean(true)]) : nil,
      "schema": .members([
        "fields": .array(table.columns.map { field($0, table) }),
        "missingValues": isCSV ? .strings([""]) : .strings([]),
      ]),
    ])
  }

  private static func field(
    _ described: TableDescription.DescribedColumn, _ table: TableDescription
  ) -> JSONText {
    .members([
      "name": .string(described.column.name),
      "type": .string(described.column.type.form.tableSchemaType),
      "description": described.about.map { .string($0) },
      "unit": described.unit.map { .string($0) },
      "sparsam": .members([
        "treatment": .string(described.treatment),
        "purposes": .strings(described.purposes),
      ]),
    ])
  }
}

extension OutputFormat {
  fileprivate var mediaType: String {
    switch self {
    case .csv: "text/csv"
    case .ndjson: "application/x-ndjson"
    case .parquet: "application/vnd.apache.parquet"
    }
  }
}

extension ValueForm {
  /// The field type of Table Schema, version 2.
  var tableSchemaType: String {
    switch self {
    case .text, .token: "string"
    case .integer: "integer"
    case .decimal: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "datetime"
    }
  }
}
