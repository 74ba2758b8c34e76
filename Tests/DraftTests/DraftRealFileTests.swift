import Draft
import Foundation
import Support
import Testing

/// Drafts of real exports: they compile once the purposes are filled in, and hold no value.
@Suite(
  .enabled(if: SharedData.isPresent, "the folder of real exports is absent"))
struct DraftRealFileTests {
  struct Export: Sendable, CustomTestStringConvertible {
    var files: [String]
    /// What stands between two values, besides line ends.
    var separators: String
    var expected: [String]

    var testDescription: String { files[0] }
  }

  static let exports = [
    Export(
      files: [
        "orders/uci_online_retail/2010-12-01.csv", "orders/uci_online_retail/2010-12-02.csv",
      ],
      separators: ",\"",
      expected: [
        "files: \"{date}.csv\"", "clock: InvoiceDate", "unit_price: {from: UnitPrice, type: money",
        "customer_id: {from: CustomerID, type: account, treat: {pseudonym: customer}",
        "# invoice_no:", "# description:",
      ]),
    Export(
      files: ["orders/eland_ecommerce/ecommerce_first2000.json.gz"], separators: "",
      expected: [
        "format: ndjson", "clock: order_date", "email: {type: email, treat: {pseudonym: person}",
        "taxful_total_price: {type: money", "# customer_full_name:", "# lat:", "products[].price",
      ]),
    Export(
      files: ["orders/german_style/bestellungen_dach_cp1252.csv"], separators: ";\"",
      expected: [
        "encoding: windows-1252", "decimal: \",\"", "from: \"Einzelpreis €\", type: money",
        "clock: {from: Bestelldatum, format: \"dd.MM.yyyy HH:mm\"}",
      ]),
    Export(
      files: ["orders/adventureworks/AdventureWorks_Customers.csv"], separators: ",\"",
      expected: [
        "holds: master", "clock: run", "type: birth_date, format: \"M/d/yyyy\"",
        "# first_name:", "# annual_income:",
      ]),
    Export(
      files: ["tracking/rudder/rudder_events_first1000.ndjson"], separators: "",
      expected: [
        "from: context.traits.email, type: email, treat: {pseudonym: person}",
        "from: context.ip, type: ip, treat: {subnet", "# phone: {from: context.traits.phone",
      ]),
    Export(
      files: ["logs/elastic/apache_logs"], separators: " \"",
      expected: ["layout: combined", "treat: {pseudonym: device}"]),
    Export(
      files: ["logs/advertools/combined_no_errors.log"], separators: " \"",
      expected: ["format: access_log"]),
    Export(
      files: ["logs/lnav/logfile_access_log.0"], separators: " \"",
      expected: ["format: access_log"]),
    Export(
      files: ["logs/lnav/logfile_cloudflare.1"], separators: "",
      expected: ["from: ClientIP, type: ip, treat: {subnet", "format: epoch_ns"]),
    Export(
      files: ["logs/lnav/logfile_invalid_utf8.0"], separators: " \"",
      expected: ["no known format; each line is taken for one column"]),
    Export(
      files: ["tracking/snowplow/source__snowplow_ecommerce_events.csv"], separators: ",\"",
      expected: ["# domain_userid:", "clock: collector_tstamp", "# geo_city:"]),
    Export(
      files: ["tracking/snowplow/transformer-batch__widerow__json__input-events"],
      separators: "\t",
      expected: ["delimiter: tab", "header: [app_id, platform, etl_tstamp", "# geo_latitude:"]),
    Export(
      files: ["pii/FakeNameGenerator.com_100.csv"], separators: ",\"",
      expected: ["holds: master", "# password:", "# cc_number:", "# national_id:"]),
  ]

  private func paths(_ export: Export) -> [String] {
    export.files.map { SharedData.folder?.appendingPathComponent($0).path ?? "" }
  }

  @Test(arguments: exports) func compilesWithPurposes(export: Export) throws {
    let yaml = try PipelineDraft(files: paths(export)).yaml
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
    for text in export.expected { #expect(yaml.contains(text), "'\(text)' is missing") }
  }

  @Test(arguments: exports) func holdsNoValue(export: Export) throws {
    let yaml = try PipelineDraft(files: paths(export)).yaml
    #expect(try leaks(in: yaml, of: export) == 0, "values of the file stand in its draft")
  }

  @Test func aValueInADraftIsFound() throws {
    let export = Self.exports[2]
    let yaml = try PipelineDraft(files: paths(export)).yaml
    let (values, _) = try content(paths(export)[0], export)
    let value = try #require(values.sorted().first { $0.count > 12 && !yaml.contains($0) })
    #expect(try leaks(in: yaml + "# \(value)\n", of: export) == 1)
  }

  /// Counts the values of the export's files that stand in the text and are no names or words of
  /// Sparsam's own, which drafts of made-up files tell.
  private func leaks(in yaml: String, of export: Export) throws -> Int {
    let own = try DraftText.draft([
      "a.csv": DraftTests.german, "b.ndjson": DraftTests.events, "c.log": DraftTests.log,
      "d.csv": "description,state,x\nA,B,1\nA,B,2\nA,B,3\n",
    ])
    var names = Set(fieldNames(yaml))
    let grams = Self.grams(yaml)
    var leaks = 0
    for path in paths(export) {
      let (values, keys) = try content(path, export)
      names.formUnion(keys)
      leaks += values.count { value in
        grams.contains(value.prefix(6)) && yaml.contains(value) && !own.contains(value)
          && !names.contains { $0.contains(value) }
      }
    }
    return leaks
  }

  private static func grams(_ text: String) -> Set<Substring> {
    var grams: Set<Substring> = []
    var index = text.startIndex
    while let end = text.index(index, offsetBy: 6, limitedBy: text.endIndex) {
      grams.insert(text[index..<end])
      index = text.index(after: index)
    }
    return grams
  }

  /// Names in the draft: columns, raw paths and the list of a header.
  private func fieldNames(_ yaml: String) -> [String] {
    yaml.split(separator: "\n").filter { $0.hasPrefix("      ") }.flatMap { line in
      line.split { "{}[]:,\" #".contains($0) }.map(String.init)
    }.filter { name in
      // Only what is a column of the draft or a known list counts as a name.
      yaml.contains("\n      \(name): {") || yaml.contains("\n      # \(name): {")
    }
  }

  /// The distinct values of six characters and more, and the names that the file itself has.
  private func content(
    _ path: String, _ export: Export
  ) throws -> (values: Set<String>, names: Set<String>) {
    var values: Set<String> = []
    var names: Set<String> = []
    let bytes =
      path.hasSuffix(".gz")
      ? try DraftText.gunzip(path)
      : [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let text = String(bytes: bytes, encoding: .utf8) ?? String(decoding: bytes, as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline)
    if export.separators.isEmpty {
      for line in lines {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
        collect(object as Any, &values, &names)
      }
      return (values, names)
    }
    for (number, line) in lines.enumerated() {
      let cells = line.split { export.separators.contains($0) }.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      // The first line of a file with a header holds names.
      let isHeader =
        number == 0 && line.allSatisfy { !$0.isNumber || $0 == "1" || $0 == "2" || $0 == "0" }
      for cell in cells {
        if isHeader { names.insert(cell) } else if cell.count >= 6 { values.insert(cell) }
      }
    }
    return (values, names)
  }

  private func collect(_ value: Any, _ values: inout Set<String>, _ names: inout Set<String>) {
    switch value {
    case let object as [String: Any]:
      for (name, inner) in object {
        names.insert(name)
        collect(inner, &values, &names)
      }
    case let list as [Any]: for inner in list { collect(inner, &values, &names) }
    case let text as String: if text.count >= 6 { values.insert(text) }
    case let number as NSNumber:
      if number.stringValue.count >= 6 { values.insert(number.stringValue) }
    default: return
    }
  }
}
