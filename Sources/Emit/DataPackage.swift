package import Records

/// The description of a table that travels with it: Data Package, version 2 (datapackage.org).
///
/// What is Sparsam's own stands under `sparsam`: purposes, legal bases, treatments, retention. No
/// digest, name or count of inputs is in it, nor how many records or cells were left out.
package enum DataPackage {
  /// Returns the text of `datapackage.json` for a table and all its partitions, by date.
  ///
  /// Every file is a resource, with the columns it was published with.
  package static func json(
    for table: TableDescription, partitions: [Partition]
  ) -> [UInt8] {
    let sorted = partitions.sorted { $0.date < $1.date }
    return Array(package(table, sorted).pretty.utf8)
  }

  private static func package(
    _ table: TableDescription, _ partitions: [Partition]
  ) -> JSONText {
    let fields = table.columns.map(PublishedField.init)
    return .members([
      "$schema": .string("https://datapackage.org/profiles/2.0/datapackage.json"),
      "name": .string("\(table.output)-\(table.table)".lowercased()),
      "title": .string("\(table.table) for \(table.audience)"),
      "description": .string(description(of: table)),
      "contributors": .array([
        .members([
          "title": .string(table.controller),
          "email": table.contact.contains("@") ? .string(table.contact) : nil,
          "roles": .strings(["publisher"]),
        ])
      ]),
      "resources": .array(
        partitions.flatMap { partition in
          partition.files.indices.map { number in
            resource(number, of: partition, table, partition.fields ?? fields)
          }
        }),
      "sparsam": own(table, partitions),
    ])
  }

  private static func description(of table: TableDescription) -> String {
    "One row is \(table.grain)."
      + (table.isReplay ? " Made with the public replay key, from synthetic data." : "")
      + (table.isPersonal ? " This is pseudonymous personal data." : "")
  }

  private static func own(_ table: TableDescription, _ partitions: [Partition]) -> JSONText {
    .members([
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
      "rows": .integer(partitions.reduce(0) { $0 + $1.rowCount }),
      "partitions": .array(
        partitions.map { partition in
          .members([
            "date": .string(partition.date),
            "rows": .integer(partition.rowCount),
            "delete_after": partition.deleteAfter.map { .string($0) } ?? .null,
            "share_published_percent": partition.sharePublished.map { .integer($0) },
          ])
        }),
    ])
  }

  private static func resource(
    _ number: Int, of partition: Partition, _ table: TableDescription, _ fields: [PublishedField]
  ) -> JSONText {
    let file = partition.files[number]
    let kind = FileKind(path: file.path) ?? FileKind(table.format, table.compression)
    let isCSV = kind.format == .csv
    let part = number == 0 ? "" : "-\(number)"
    return .members([
      "name": .string("\(table.table)-\(partition.date)\(part)".lowercased()),
      "type": .string("table"),
      "path": .string(file.path),
      "format": .string(kind.format.rawValue),
      "mediatype": .string(kind.mediaType),
      "encoding": kind.format == .parquet ? nil : .string("utf-8"),
      "compression": kind.compression.map { .string($0) },
      "bytes": .integer(file.bytes),
      "hash": .string("sha256:\(file.sha256)"),
      "dialect": isCSV
        ? .members([
          "$schema": .string("https://datapackage.org/profiles/2.0/tabledialect.json"),
          "delimiter": .string(","), "lineTerminator": .string("\n"), "header": .boolean(true),
        ]) : nil,
      "schema": .members([
        "$schema": .string("https://datapackage.org/profiles/2.0/tableschema.json"),
        "fields": .array(fields.map(field)),
        // JSON and Parquet have a null of their own.
        "missingValues": .strings(isCSV ? [""] : []),
      ]),
      "sparsam": .members([
        "partition": .string(partition.date), "rows": .integer(file.rows),
        "small_cells": (partition.fields == nil ? table.smallCells : partition.smallCells)
          .map(smallCells),
      ]),
    ])
  }

  private static func smallCells(_ persons: TableDescription.Persons) -> JSONText {
    .members([
      "least": .integer(persons.least), "shown_by": .strings(persons.columns),
      "rows_are_persons": .boolean(persons.areRows),
    ])
  }

  private static func field(_ field: PublishedField) -> JSONText {
    .members([
      "name": .string(field.name),
      "type": .string(field.type),
      // `default` is ISO 8601 for dates, and for times with their offset.
      "format": .string("default"),
      "description": field.about.map { .string($0) },
      "unit": field.unit.map { .string($0) },
      "constraints": field.cells.flatMap { $0.grammar.constraints($0.form) },
      "sparsam": .members([
        "treatment": .string(field.treatment), "purposes": .strings(field.purposes),
        "cells": field.cells.map { $0.grammar.json($0.form) },
      ]),
    ])
  }
}
