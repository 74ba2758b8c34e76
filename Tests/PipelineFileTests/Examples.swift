// Longer than its code: the language's whole example stands in it.

import Diagnostics
import Foundation
import PipelineFile

/// Pipeline texts that several suites use.
enum Examples {
  static let compiler = PipelineCompiler(kinds: realKinds)

  static func compile(
    _ text: String, name: String = "shop.yaml"
  ) -> (plan: Plan?, diagnostics: [Diagnostic]) {
    compiler.compile(SourceText(name: name, text: text))
  }

  /// All diagnostics as a user sees them.
  static func rendered(_ text: String, name: String = "shop.yaml") -> String {
    let source = SourceText(name: name, text: text)
    return DiagnosticRenderer(source: source).render(compiler.compile(source).diagnostics)
  }

  /// The folder beside the project that holds the language's description, or `nil`.
  static let shared: URL? = {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appendingPathComponent("shared")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// The whole example of the language's description, kept here because the mutation test starts
  /// from it; a test compares it with the description where that is present.
  static let whole = #"""
    sparsam: 1
    name: shop-nightly
    shop: beispiel                      # fixed slug; part of every key's derivation
    controller: {name: Beispiel Shop GmbH, contact: datenschutz@shop.example, officer: dsb@shop.example}
    timezone: Europe/Berlin             # how local times are read and where a day ends; default UTC

    retention:                          # deletion classes: what starts the clock, how long it runs
      short:  {starts: event, keep: 90d}
      season: {starts: event, keep: 14mo}

    purposes:                           # legal basis and retention are mandatory, stated once, here
      stability: {why: find slow or broken pages, basis: legitimate_interest, assessment: LIA-2026-03, retention: short}
      browsing:  {why: plan the range of goods, basis: consent, retention: season}
      revenue:   {why: weekly revenue by region, basis: legitimate_interest, assessment: LIA-2026-04, retention: season}

    keys:                               # names only; secrets live in the key store, never here
      shopper: {rotate: quarter}        # never | day | week | month | quarter | year
      visitor: {rotate: day}

    sources:
      access:
        holds: tracking                 # master | purchase | tracking  (Stammdaten, Kaufverhalten, Trackingdaten)
        read: {format: access_log, layout: combined, files: "access-{date:yyyyMMdd}*.log.gz"}
        clock: time                     # the raw field that says when it happened
        fields:                         # key = column that leaves; `from` = raw field (default: the same name)
          hour:    {from: time, treat: {floor: hour}, for: stability}
          page:    {from: target, treat: {url: {keep: [path]}}, for: stability}
          campaign: {from: target, treat: {query: utm_source}, for: stability}
          status:  {for: stability}
          browser: {from: user_agent, treat: {agent: family}, for: stability}
          network: {from: ip, treat: {subnet: {v4: 24, v6: 48}}, for: stability}
          visitor: {from: {all: [ip, user_agent]}, treat: {pseudonym: visitor}, for: stability}
      clicks:
        holds: tracking
        read: {format: ndjson, files: "tracking-{date}*.ndjson.gz", max_bad_records: 0.1%}
        clock: ts
        consent: {field: consent.statistics, equals: true}   # demanded by basis: consent
        fields:
          day:      {from: ts, type: timestamp, treat: {floor: day}, for: browsing}
          shopper:  {from: user.email, type: email, treat: {pseudonym: shopper}, for: browsing}
          category: {from: product.category, type: text, treat: {one_of: [shoes, bags, coats]}, for: browsing}
      orders:
        holds: purchase
        read: {format: csv, delimiter: ";", decimal: ",", encoding: windows-1252, files: "orders-{date}*.csv.gz"}
        clock: ordered_at
        fields:
          day:      {from: ordered_at, type: timestamp, format: "dd.MM.yyyy HH:mm", treat: {floor: day}, for: revenue}
          buyer:    {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}
          order:    {from: order_id, type: order, treat: {pseudonym: shopper}, for: revenue}
          region:   {from: zip, type: postcode, treat: {prefix: 2}, for: revenue}
          quantity: {type: int, for: revenue}
          price:    {from: unit_price, type: money, for: revenue}
        derive:
          total: quantity * price       # exact decimal arithmetic over columns; inherits their purposes

    aggregates:
      interest:
        from: clicks
        group: [day, category]
        measure: {views: count, visitors: {distinct: shopper}}
        k: {least: 10, of: shopper, below: other}
      regions:
        from: orders
        group: [day, region]
        measure: {lines: count, orders: {distinct: order}, buyers: {distinct: buyer}, units: {sum: quantity}, revenue: {sum: total}}
        k: {least: 10, of: buyer, below: suppress}           # suppress | other
      customers:
        from: orders
        per: buyer                      # one row a person, under pseudonym
        measure: {orders: {distinct: order, bands: [1, 2, 5]}, revenue: {sum: total, bands: [0, 50, 200, 1000]}}
        k: {least: 5, below: suppress}  # persons who look the same in all other columns

    outputs:
      planners:
        audience: category managers
        may_use: [browsing]
        tables: [interest]
        format: csv
      controlling:
        audience: finance and web operations
        may_use: [revenue, stability]   # only columns kept for one of these purposes can be in it
        tables: [regions, {access: [hour, page, status, visitor]}]   # a table, or a table narrowed to columns
        format: parquet                 # parquet | csv | ndjson
        compression: zstd               # parquet: zstd gzip none; csv, ndjson: gzip small zstd none
        keep: short                     # optional; never longer than the purposes allow
      crm:
        audience: customer analytics
        may_use: [revenue]
        tables: [customers]
        format: csv

    tests:
      - name: neither address, query nor version leaves the house
        given:
          access: |
            203.0.113.77 - - [01/May/2026:10:17:03 +0200] "GET /p/4711?mail=anna%40x.example HTTP/1.1" 200 51 "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"
        expect:
          access: [{hour: "2026-05-01T10:00:00+02:00", page: "/p/:id", status: 200}]   # columns not named are not compared
        never: ["203.0.113.77", anna, "4711", "124.0"]        # searched in every cell, message and report
      - name: nine buyers are too few to show a region
        given: {orders: {times: 9, row: {ordered_at: "01.05.2026 09:00", email: "b{n}@x.example", order_id: "A-{n}", zip: "01067", quantity: "1", unit_price: "49,90"}}}
        expect: {regions: []}
    """#
}
