import Foundation
import Support
import Testing

/// The synthetic night: recognisable, small, and without anything that could belong to a person.
@Suite struct SampleDataTests {
  static let files = [
    "access-20260430.log.gz", "tracking-2026-04-30.ndjson.gz", "orders-2026-04-30.csv.gz",
    "customers.csv",
  ]

  /// The content of a sample file, decompressed by gzip itself; bytes above 127 as they are.
  private static func content(_ name: String, in folder: URL) throws -> String {
    let scratch = try Scratch()
    let plain = scratch.folder.appendingPathComponent("plain")
    let ending = try Program.shell(
      "gzip -cdf '\(folder.appendingPathComponent(name).path)' >'\(plain.path)'", in: folder)
    #expect(ending.status == 0, "\(name): \(ending.errors)")
    let bytes = try Data(contentsOf: plain)
    let text =
      name.hasPrefix("orders")
      ? String(data: bytes, encoding: .windowsCP1252) : String(data: bytes, encoding: .utf8)
    return try #require(text, "\(name) is not in its encoding")
  }

  private static let folder = Program.root.appendingPathComponent("SampleData")

  @Test func folderHoldsTheNightAndItsMarkerAndIsSmall() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(names.sorted() == ([".synthetic"] + Self.files).sorted())
    let sizes = try names.map { name in
      try Data(contentsOf: Self.folder.appendingPathComponent(name)).count
    }
    #expect(sizes.reduce(0, +) < 3_000_000)
  }

  @Test func generatorWritesTheSameNightAgain() throws {
    let scratch = try Scratch()
    let ending = try Program("samples").run(["--out", scratch.folder.path], in: scratch.folder)
    #expect(ending.status == 0, "\(ending.errors)")
    for name in Self.files {
      let again = try Self.content(name, in: scratch.folder)
      let kept = try Self.content(name, in: Self.folder)
      #expect(again == kept, "\(name) is not what the generator writes; run 'make samples'")
    }
  }

  @Test func otherSeedsGiveOtherNightsOfAnySize() throws {
    let scratch = try Scratch()
    let ending = try Program("samples").run(
      [
        "--out", scratch.folder.path, "--seed", "7", "--date", "2026-12-31", "--customers", "3",
        "--orders", "2", "--visits", "1",
      ], in: scratch.folder)
    #expect(ending.status == 0, "\(ending.errors)")
    let orders = try Self.content("orders-2026-12-31.csv.gz", in: scratch.folder)
    #expect(orders.contains("31.12.2026"))
    let customers = try Self.content("customers.csv", in: scratch.folder)
    #expect(customers.split(separator: "\n").count == 4)
    #expect(try customers != Self.content("customers.csv", in: Self.folder))
  }

  @Test(arguments: files)
  func everyMailDomainIsReserved(_ name: String) throws {
    let text = try Self.content(name, in: Self.folder).replacing("%40", with: "@")
    var found = 0
    for piece in text.split(separator: "@", omittingEmptySubsequences: false).dropFirst() {
      let domain = piece.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
      found += 1
      #expect(Self.isReserved(domain), "an address in \(name) is at '\(domain)'")
    }
    #expect(found > 100)
  }

  @Test(arguments: files)
  func everyHostIsReserved(_ name: String) throws {
    let text = try Self.content(name, in: Self.folder)
    for scheme in ["http://", "https://"] {
      for piece in text.components(separatedBy: scheme).dropFirst() {
        let host = piece.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
        #expect(
          Self.isReserved(host) || Self.isDocumentation(String(host)), "\(name) links to '\(host)'")
      }
    }
  }

  private static func isReserved(_ domain: Substring) -> Bool {
    let name = domain.lowercased()
    return ["example.com", "example.org", "example.net"].contains {
      name == $0 || name.hasSuffix("." + $0)
    }
      || [".example", ".test", ".invalid"].contains { name.hasSuffix($0) }
  }

  private static func isDocumentation(_ address: String) -> Bool {
    ["203.0.113.", "198.51.100.", "192.0.2."].contains { address.hasPrefix($0) }
  }

  /// What looks like an address is one for documentation, wherever it stands.
  @Test(arguments: files)
  func everyAddressIsForDocumentation(_ name: String) throws {
    let candidates = Self.addressCandidates(in: try Self.content(name, in: Self.folder))
    if name.hasPrefix("access") { #expect(candidates.count > 5000) }
    for candidate in candidates {
      #expect(
        Self.isDocumentation(candidate) || candidate.hasPrefix("2001:db8:"),
        "\(name) holds '\(candidate)'")
    }
  }

  @Test func addressesAreRecognised() {
    #expect(
      Self.addressCandidates(in: "x 10.1.2.3, [::ffff:10.9.8.7] 2a02:1::b:c!")
        == ["10.1.2.3", "10.9.8.7", "2a02:1::b:c"])
    #expect(Self.addressCandidates(in: "Chrome/136.0.0.0 [29/Apr/2026:23:36:33 1.2.3").isEmpty)
  }

  /// Returns the runs of digits, dots and colons that could be an IPv4 or IPv6 address.
  ///
  /// A browser's version `136.0.0.0` and a time of day are none.
  private static func addressCandidates(in text: String) -> [String] {
    var candidates: [String] = []
    for run in text.utf8.split(whereSeparator: { !isAddressByte($0) }) {
      var dots = 0
      var colons = 0
      var letters = 0
      for byte in run {
        if byte == UInt8(ascii: ".") { dots += 1 }
        if byte == UInt8(ascii: ":") { colons += 1 }
        if byte >= UInt8(ascii: "A") { letters += 1 }
      }
      guard dots == 3 && (colons == 0 || letters > 0) || colons >= 3 && letters > 0 else {
        continue
      }
      var candidate = String(decoding: run, as: UTF8.self)
      if candidate.hasPrefix("::ffff:") { candidate.removeFirst(7) }
      if dots == 3, candidate.hasSuffix(".0.0.0") { continue }
      candidates.append(candidate)
    }
    return candidates
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  @Test func everyLineOfTheLogBeginsWithADocumentationAddress() throws {
    let log = try Self.content("access-20260430.log.gz", in: Self.folder)
    var foreign = 0
    let lines = log.split(separator: "\n")
    for line in lines {
      let client = line.prefix { $0 != " " }
      let address = client.hasPrefix("::ffff:") ? client.dropFirst(7) : client
      if !Self.isDocumentation(String(address)), !address.hasPrefix("2001:db8:") { foreign += 1 }
    }
    #expect(lines.count > 5000)
    // Lines that are no records at all.
    #expect(foreign * 1000 < lines.count)
  }

  @Test func accountsAndTelephonesAreTestValues() throws {
    let accounts: Set<String> = [
      "DE89370400440532013000", "AT611904300234573201", "CH9300762011623852957",
      "FR1420041010050500013M02606", "NL91ABNA0417164300", "BE68539007547034",
      "IT60X0542811101000000123456", "PL61109010140000071219812874",
    ]
    let ranges = [
      "+49 30 23125 ", "+49 40 66969 ", "+49 69 90009-", "+49 171 39200", "+49 176 040690",
      "+44 20 7946 0",
    ]
    let lines = try Self.content("customers.csv", in: Self.folder).split(separator: "\n")
    #expect(lines.count > 1000)
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      #expect(fields.count == 13)
      #expect(fields[4].isEmpty || ranges.contains { fields[4].hasPrefix($0) }, "'\(fields[4])'")
      #expect(fields[10].isEmpty || accounts.contains(fields[10]), "'\(fields[10])'")
    }
  }

  /// Values that a reader finds hard stand in the files, or the sample run shows nothing.
  @Test(arguments: [
    (
      "access-20260430.log.gz",
      [
        "\\x16\\x03", "\\\"zelt", "\\x22zelt", "gclid=", "29/Apr/2026:23", "01/May/2026:00",
        "::ffff:", "\"-\" 408",
      ]
    ),
    (
      "tracking-2026-04-30.ndjson.gz",
      ["\\ud83e\\udd7e", "\"statistics\":false", "NaN", "\"price\":\"", "\"user\":null"]
    ),
    (
      "orders-2026-04-30.csv.gz",
      [
        "\"1.2", ",90\"", "Rucksäcke", "„Königssee“", "Nachbarn abgeben;\n", "29.04.2026",
        "auf Anfrage", "€", "\r\n",
      ]
    ),
    ("customers.csv", ["Łukasz", "1978-", ",ja,", ",nein,", ",010", "00.00.0000"]),
  ])
  func hardValuesArePresent(_ name: String, _ pieces: [String]) throws {
    let text = try Self.content(name, in: Self.folder)
    for piece in pieces {
      #expect(text.contains(piece), "\(name) has no '\(piece)'")
    }
  }
}
