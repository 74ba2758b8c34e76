import Emit
import Foundation
import Records
import Testing

@Suite struct DataPackageTests {
  private func root(
    _ table: TableDescription, _ partitions: [Partition]
  ) throws -> [String: Any] {
    let bytes = DataPackage.json(for: table, partitions: partitions)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  /// What the profiles of Data Package 2.0 demand of package, resource and schema.
  @Test(arguments: OutputFormat.allCases)
  func hasWhatTheSpecificationRequires(_ format: OutputFormat) throws {
    let table = TableDescription.example(format)
    let name = TableEncoder.fileName(part: 0, format: format, compression: .gzip)
    let package = try root(
      table,
      ["2026-05-02", "2026-05-01"].map { .example($0, path: "data/dt=\($0)/\(name)") })
    #expect(
      package["$schema"] as? String == "https://datapackage.org/profiles/2.0/datapackage.json")
    #expect(package["name"] as? String == "controlling-regions")
    let resources = try #require(package["resources"] as? [[String: Any]])
    #expect(
      resources.map { $0["name"] as? String } == ["regions-2026-05-01", "regions-2026-05-02"])
    for resource in resources {
      #expect(resource["type"] as? String == "table")
      #expect((resource["path"] as? String)?.hasSuffix(name) == true)
      #expect(resource["format"] as? String == format.rawValue)
      #expect(resource["compression"] as? String == (format == .parquet ? nil : "gz"))
      #expect(resource["encoding"] as? String == (format == .parquet ? nil : "utf-8"))
      #expect(resource["bytes"] as? Int == 120)
      #expect(
        resource["hash"] as? String == "sha256:" + String(repeating: "0a", count: 32))
      let schema = try #require(resource["schema"] as? [String: Any])
      #expect(schema["missingValues"] as? [String] == (format == .csv ? [""] : []))
      let fields = try #require(schema["fields"] as? [[String: Any]])
      #expect(
        fields.map { $0["name"] as? String } == [
          "hour", "day", "region", "visitor", "lines", "revenue", "weight", "is-new",
        ])
      #expect(
        fields.map { $0["type"] as? String } == [
          "datetime", "date", "string", "string", "integer", "number", "number", "boolean",
        ])
      #expect(fields[2]["description"] as? String == "where it went")
      #expect(fields[5]["unit"] as? String == "EUR")
      let own = try #require(fields[2]["sparsam"] as? [String: Any])
      #expect(own["treatment"] as? String == "prefix: 2")
      #expect(own["purposes"] as? [String] == ["revenue"])
    }
  }

  @Test func tellsPurposeAudienceAndEnd() throws {
    let package = try root(
      .example(), [.example("2026-05-01"), .example("2026-05-02", rows: 0)])
    let own = try #require(package["sparsam"] as? [String: Any])
    #expect(own["audience"] as? String == "finance")
    #expect(own["retention"] as? String == "90d from the event (short)")
    #expect(own["personal_data"] as? Bool == true)
    #expect(own["replay"] as? Bool == false)
    #expect(own["rows"] as? Int == 3)
    let controller = try #require(own["controller"] as? [String: String])
    #expect(
      controller == [
        "name": "Example | Shop", "contact": "privacy@shop.example",
        "officer": "officer@shop.example",
      ])
    let purposes = try #require(own["purposes"] as? [[String: String]])
    #expect(
      purposes == [
        [
          "name": "revenue", "why": "plan <the> week",
          "basis": "legitimate_interest (LIA-1)",
        ]
      ])
    let partitions = try #require(own["partitions"] as? [[String: Any]])
    #expect(partitions.map { $0["date"] as? String } == ["2026-05-01", "2026-05-02"])
    #expect(partitions[0]["delete_after"] as? String == "2026-07-30")
    #expect(partitions[0]["share_published_percent"] as? Int == 93)
    #expect(partitions[1]["delete_after"] is NSNull)
  }

  @Test func sameDescriptionSameBytes() {
    let partitions = [Partition.example("2026-05-01"), .example("2026-05-02")]
    #expect(
      DataPackage.json(for: .example(), partitions: partitions)
        == DataPackage.json(for: .example(), partitions: partitions.reversed()))
  }

  @Test func contactThatIsNoAddressIsNoEmail() throws {
    var table = TableDescription.example()
    table.contact = "https://shop.example/privacy"
    let contributors = try #require(
      try root(table, [.example("2026-05-01")])["contributors"] as? [[String: Any]])
    #expect(contributors.count == 1)
    #expect(contributors[0]["email"] == nil)
  }

  // MARK: - Reading back

  @Test func readsBackWhatItWrote() throws {
    let written = [Partition.example("2026-05-01"), .example("2026-05-02", rows: 0)]
    let table = TableDescription.example()
    let bytes = DataPackage.json(for: table, partitions: written)
    var read = try DataPackage.partitions(readingFrom: bytes)
    #expect(DataPackage.json(for: table, partitions: read) == bytes)
    for index in read.indices {
      #expect(read[index].fields == table.columns.map(PublishedField.init))
      read[index].fields = nil
    }
    #expect(read == written)
  }

  @Test func partitionKeepsTheColumnsItWasPublishedWith() throws {
    let before = TableDescription.example()
    let old = try DataPackage.partitions(
      readingFrom: DataPackage.json(for: before, partitions: [.example("2026-05-01")]))
    var after = before
    after.columns.removeFirst()
    after.columns[1].treatment = "prefix: 3"
    after.format = .parquet
    let new = Partition.example(
      "2026-05-02", path: "data/dt=2026-05-02/part-00000.parquet")
    let resources = try #require(
      try root(after, old + [new])["resources"] as? [[String: Any]])
    #expect(resources.map { $0["format"] as? String } == ["csv", "parquet"])
    #expect(resources.map { $0["compression"] as? String } == ["gz", nil])
    let fields = try resources.map { resource in
      let schema = try #require(resource["schema"] as? [String: Any])
      return try #require(schema["fields"] as? [[String: Any]])
    }
    #expect(fields.map(\.count) == [8, 7])
    let treatments = fields.map { fields in
      (fields[fields.count - 6]["sparsam"] as? [String: Any])?["treatment"] as? String
    }
    #expect(treatments == ["prefix: 2", "prefix: 3"])
    #expect(
      AnalystReadme.text(for: after, partitions: old + [new]).contains(
        "Partitions up to 2026-05-01 were published with other columns or treatments"))
    #expect(
      !AnalystReadme.text(for: before, partitions: old).contains("with other columns"))
  }

  /// A damaged text, and what is said of it.
  struct DamageCase: Sendable, CustomTestStringConvertible {
    var name: String
    var old: String
    var new: String
    var flaw: String
    var testDescription: String { name }

    static let all = [
      DamageCase(
        name: "cut off", old: "\"resources\"", new: "\u{0}", flaw: "it is no JSON"),
      DamageCase(
        name: "no resources", old: "\"resources\"", new: "\"resource\"",
        flaw: "the file has no 'resources' of the right kind"),
      DamageCase(
        name: "text for a number", old: "\"bytes\": 120", new: "\"bytes\": \"120\"",
        flaw: "a member of 'resources' has no 'bytes' of the right kind"),
      DamageCase(
        name: "other hash", old: "sha256:", new: "md5:", flaw: "a 'hash' is no sha256"),
      DamageCase(
        name: "resource of no partition", old: "\"partition\": \"2026-05-01\"",
        new: "\"partition\": \"2026-05-09\"", flaw: "a resource belongs to no partition"),
      DamageCase(
        name: "null for a text", old: "\"treatment\": \"prefix: 2\"", new: "\"treatment\": null",
        flaw: "'sparsam' has no 'treatment' of the right kind"),
      DamageCase(
        name: "partition twice", old: "\"date\": \"2026-05-02\"", new: "\"date\": \"2026-05-01\"",
        flaw: "it names a partition twice"),
    ]
  }

  @Test(arguments: DamageCase.all)
  func damagedFileIsAnError(_ example: DamageCase) throws {
    let text = String(
      decoding: DataPackage.json(
        for: .example(), partitions: [.example("2026-05-01"), .example("2026-05-02")]),
      as: UTF8.self)
    let damaged = text.replacingOccurrences(of: example.old, with: example.new)
    try #require(damaged != text)
    let fault = #expect(throws: DataPackageFault.self) {
      try DataPackage.partitions(readingFrom: Array(damaged.utf8))
    }
    #expect(
      fault?.description
        == "the data package is damaged: \(example.flaw); restore it, or delete it to have it "
        + "written anew")
  }

  @Test func everyCutIsAnError() throws {
    let bytes = DataPackage.json(for: .example(), partitions: [.example("2026-05-01")])
    for end in stride(from: 0, to: bytes.count - 2, by: 37) {
      #expect(throws: DataPackageFault.self) {
        try DataPackage.partitions(readingFrom: Array(bytes[..<end]))
      }
    }
  }
}
