import Foundation
import Ingest
import Records
import Support
import Testing

@Suite(
  .enabled(if: SharedData.isPresent, "the folder of real exports is absent"))
struct CSVRealFileTests {
  private func names(_ file: [UInt8], _ csv: Reading.CSV = Reading.CSV()) throws -> [String] {
    try CSVHeader.read(file, as: csv).names
  }

  @Test(arguments: [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
  ])
  func readsSpectrum(_ name: String) throws {
    let folder = "torture/csv/csv_spectrum/"
    let file = try SharedData.bytes(folder + "csvs/\(name).csv")
    let json = try SharedData.bytes(folder + "json/\(name).json")
    let expected = try #require(
      try JSONSerialization.jsonObject(with: Data(json)) as? [[String: String]])
    let columns = try names(file)
    for blockSize in [1, 1 << 20] {
      let found = try Scanned.read(
        file, csvReading { $0.nulls = [] }, slots: columns, blockSize: blockSize)
      #expect(found.faults.isEmpty)
      #expect(found.rows == expected.map { row in columns.map { row[$0] } })
    }
  }

  /// The twelfth file of the collection: its expectation is one object, and another phone number.
  @Test func readsSpectrumCoordinates() throws {
    let folder = "torture/csv/csv_spectrum/"
    let file = try SharedData.bytes(folder + "csvs/location_coordinates.csv")
    let json = try SharedData.bytes(folder + "json/location_coordinates.json")
    let expected = try #require(
      try JSONSerialization.jsonObject(with: Data(json)) as? [String: String])
    let columns = try names(file)
    #expect(columns.count == 4)
    let found = try Scanned.read(file, csvReading(), slots: columns)
    #expect(found.rows.count == 1)
    #expect(
      found.rows.first.map { Array($0.dropFirst()) } == columns.dropFirst().map { expected[$0] })
  }

  @Test func readsSmallTables() throws {
    let folder = "torture/csv/rust_csv/"
    let slots = ["population", "city"]
    let comma = try Scanned.read(
      SharedData.bytes(folder + "smallpop.csv"), csvReading(), slots: slots)
    let colon = try Scanned.read(
      SharedData.bytes(folder + "smallpop-colon.csv"), csvReading { $0.delimiter = [0x3A] },
      slots: slots)
    let headless = try Scanned.read(
      SharedData.bytes(folder + "smallpop-no-headers.csv"),
      csvReading { $0.names = ["city", "region", "country", "population"] }, slots: slots)
    #expect(comma.rows.count == 10)
    #expect(comma.rows.first == ["9686", "Southborough"])
    #expect(comma.droppedFields == 2)
    #expect(colon.rows == comma.rows)
    #expect(headless.rows == comma.rows)
  }

  @Test func readsLatin1AndNUL() throws {
    let folder = "torture/csv/rust_csv/"
    let latin1 = try SharedData.bytes(folder + "uspop-latin1.csv")
    let decoded = try Scanned.read(latin1, csvReading { $0.encoding = .latin1 }, slots: ["City"])
    #expect(decoded.rows.count == 100)
    #expect(decoded.rows[2] == ["Õakman"])
    let asUTF8 = try Scanned.read(latin1, csvReading(), slots: ["City"])
    #expect(asUTF8.rows[2] == [nil])
    #expect(asUTF8.spoiled.count == 1)
    let plain = try Scanned.read(
      SharedData.bytes(folder + "uspop-null.csv"), csvReading(), slots: ["City", "Population"])
    #expect(plain.rows.count == 100)
    #expect(plain.faults.isEmpty)
  }

  /// Backslash escapes are no CSV: the quotes close where RFC 4180 says, and the rest is text.
  @Test func refusesBackslashEscapes() throws {
    let found = try Scanned.read(
      SharedData.bytes("torture/csv/rust_csv/strange.csv"),
      csvReading {
        $0.delimiter = [0x3B]
        $0.names = ["name", "year"]
      }, slots: ["year"])
    #expect(found.rows.isEmpty)
    #expect(found.faults.map(\.rule).filter { $0 == .malformed }.count == 5)
    #expect(found.faults.map(\.rule).filter { $0 == .fieldCount }.count == 2)
  }

  @Test func readsGermanOrders() throws {
    let file = try SharedData.bytes("orders/german_style/bestellungen_dach_cp1252.csv")
    let reading = csvReading {
      $0.delimiter = [0x3B]
      $0.encoding = .windows1252
    }
    let slots = ["Land", "Menge", "Einzelpreis €"]
    let found = try Scanned.read(file, reading, slots: slots)
    #expect(found.rows.count == 11_898)
    #expect(found.faults.isEmpty)
    #expect(found.spoiled.isEmpty)
    #expect(found.droppedFields == 5)
    #expect(found.rows.filter { $0[0] == "Österreich" }.count == 401)
    #expect(found.rows.compactMap { $0[1].flatMap { Int($0) } }.reduce(0, +) == 152_600)
    let cut = try Scanned.read(file, reading, slots: slots, blockSize: 4096)
    #expect(cut.rows == found.rows)
    #expect(cut.bytes == found.bytes)
  }

  @Test func readsBehindByteOrderMark() throws {
    let file = try SharedData.bytes("orders/adventureworks/AdventureWorks_Customers.csv")
    #expect(Array(file.prefix(3)) == [0xEF, 0xBB, 0xBF])
    let found = try Scanned.read(file, csvReading(), slots: ["CustomerKey", "LastName"])
    #expect(found.rows.count == 18_148)
    #expect(found.spoiled.isEmpty)
    #expect(found.rows.filter { $0[1]?.utf8.contains { $0 > 127 } ?? false }.count == 51)
  }

  @Test func readsOrdersOfADay() throws {
    let file = try SharedData.bytes("orders/uci_online_retail/2010-12-01.csv")
    let found = try Scanned.read(file, csvReading(), slots: ["InvoiceNo", "CustomerID"])
    #expect(found.rows.count == 3_108)
    #expect(found.faults.isEmpty)
  }
}
