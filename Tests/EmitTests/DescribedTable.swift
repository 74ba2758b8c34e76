import Emit
import Records

extension TableDescription {
  /// A table of one column of each form, as a pipeline would describe it.
  static func example(
    _ format: OutputFormat = .csv, _ compression: OutputCompression = .gzip,
    isPersonal: Bool = true, isReplay: Bool = false, protection: String? = nil
  ) -> TableDescription {
    let forms: [(String, ValueForm, String)] = [
      ("hour", .timestamp, "floor: hour"), ("day", .date, "floor: day"),
      ("region", .text, "prefix: 2"), ("visitor", .token, "pseudonym: visitor"),
      ("lines", .integer, ""), ("revenue", .decimal(scale: 2, keepsPlaces: true), "round: 1"),
      ("weight", .decimal(scale: 6, keepsPlaces: false), ""),
      ("is-new", .boolean, "present: true"),
    ]
    return TableDescription(
      pipeline: "shop-nightly", output: "Controlling", table: "regions", holds: "purchase",
      persons: "customers", controller: "Example | Shop", contact: "privacy@shop.example",
      officer: "officer@shop.example", audience: "finance",
      purposes: [
        .init(name: "revenue", why: "plan <the> week", basis: "legitimate_interest (LIA-1)")
      ],
      columns: forms.map { name, form, treatment in
        .init(
          column: TableColumn(name: name, type: ColumnType(source: nil, form: form)),
          about: name == "region" ? "where it went" : nil, unit: name == "revenue" ? "EUR" : nil,
          purposes: ["revenue"], treatment: treatment)
      },
      grain: "one record of source 'orders'", protection: protection,
      retention: "90d from the event (short)", timezone: "Europe/Berlin", isPersonal: isPersonal,
      isReplay: isReplay, format: format, compression: compression)
  }
}

extension Partition {
  static func example(_ date: String, rows: Int = 3, path: String? = nil) -> Partition {
    Partition(
      date: date,
      files: [
        File(
          path: path ?? "data/dt=\(date)/part-00000.csv.gz",
          sha256: String(repeating: "0a", count: 32), bytes: 120, rows: rows)
      ], deleteAfter: rows == 0 ? nil : "2026-07-30", sharePublished: 93)
  }
}
