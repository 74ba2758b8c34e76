import Crypto
import Engine
import Foundation
import Records
import Testing

/// What `sparsam verify` tells of published datasets, beyond what a reader of the files would see.
@Suite struct PublishedCheckTests {
  private func shop(
    _ format: String = "csv, compression: none", orderCount: Int = 1
  ) async throws -> ShopNight {
    let shop = try ShopNight(
      """
      sparsam: 1
      name: shop
      shop: beispiel
      controller: {name: Beispiel Shop, contact: privacy@shop.example}
      retention: {short: {starts: event, keep: 90d}}
      purposes:
        revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: short}
      sources:
        orders:
          holds: purchase
          read: {format: csv, files: "orders-{date}.csv"}
          clock: ordered_at
          fields:
            number: {type: int, for: revenue}
      outputs:
        desk: {audience: finance, may_use: [revenue], tables: [orders], format: \(format)}
      """)
    let orders = String(repeating: "2024-05-01T09:00:00Z,417\n", count: orderCount)
    try shop.put("orders-2024-05-01.csv", "ordered_at,number\n" + orders)
    try await shop.run("2024-05-01")
    return shop
  }

  private func findings(in shop: ShopNight, on day: String) async throws -> [String] {
    let date = try #require(CivilDate(day))
    return try await PublishedCheck(folder: shop.path("out"), date: date, threads: 1)
      .report().findings.map { "\($0.path): \($0.message)" }
  }

  @Test func aPartitionIsOverdueFromTheDayAfterItsLast() async throws {
    let shop = try await shop()
    #expect(try await findings(in: shop, on: "2024-07-30").isEmpty)
    #expect(
      try await findings(in: shop, on: "2024-07-31") == [
        "desk/orders/data/dt=2024-05-01: the partition was to be deleted after 2024-07-30, which is past"
      ])
  }

  @Test func whatIsStrangeOrMissingBesideTheDataIsTold() async throws {
    let shop = try await shop()
    let files = FileManager.default
    try files.removeItem(atPath: shop.path("out/desk/orders/README.md"))
    try files.createDirectory(
      atPath: shop.path("out/desk/orders/older"), withIntermediateDirectories: false)
    #expect(
      try await findings(in: shop, on: "2024-05-02") == [
        "desk/orders/README.md: the analyst's page is not there",
        "desk/orders/older: it is no part of a published table",
      ])
  }

  /// What lies behind a link is not read, and that is said.
  @Test func aLinkInTheOutputFolderIsAFinding() async throws {
    let shop = try await shop()
    let files = FileManager.default
    try files.moveItem(atPath: shop.path("out/desk"), toPath: shop.path("disk"))
    try files.createSymbolicLink(
      atPath: shop.path("out/desk"), withDestinationPath: shop.path("disk"))
    #expect(
      try await findings(in: shop, on: "2024-05-02").contains(
        "desk: it is a link, and what lies behind it is not read"))
  }

  /// `sparsam expire` takes the last partition and what described it, and leaves the folder.
  @Test func aTableWithoutPartitionsIsNoFinding() async throws {
    let shop = try await shop()
    let files = FileManager.default
    for name in ["README.md", "datapackage.json", "data/dt=2024-05-01"] {
      try files.removeItem(atPath: shop.path("out/desk/orders/\(name)"))
    }
    #expect(try await findings(in: shop, on: "2024-09-01").isEmpty)
    try files.createDirectory(
      atPath: shop.path("out/desk/orders/data/dt=2024-05-01"), withIntermediateDirectories: false)
    #expect(
      try await findings(in: shop, on: "2024-09-01") == [
        "desk/orders/datapackage.json: the data package is not there"
      ])
    try files.createSymbolicLink(
      atPath: shop.path("out/desk/orders/datapackage.json"), withDestinationPath: "nowhere")
    #expect(
      try await findings(in: shop, on: "2024-09-01").contains(
        "desk/orders/datapackage.json: the data package cannot be read"))
  }

  /// Nobody writes to it, and opening it would wait for that.
  @Test func aPipeInAFilesPlaceIsToldAndNotWaitedFor() async throws {
    let shop = try await shop()
    let name = "out/desk/orders/data/dt=2024-05-01/part-00000.csv"
    try FileManager.default.removeItem(atPath: shop.path(name))
    try #require(unsafe mkfifo(shop.path(name), 0o600) == 0)
    #expect(
      try await findings(in: shop, on: "2024-05-02") == [
        "desk/orders/data/dt=2024-05-01/part-00000.csv: it is neither a file nor a folder",
        "desk/orders/data/dt=2024-05-01/part-00000.csv: the file cannot be read: it is a pipe or a "
          + "device and no file",
      ])
  }

  /// Writes other bytes, as many as there are, and keeps the file's mode.
  private func overwrite(_ name: String, with bytes: Data, in shop: ShopNight) throws {
    let handle = try #require(FileHandle(forWritingAtPath: shop.path(name)))
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  /// As long as before, and as legal.
  @Test func aChangedValueIsToldByTheDigestAlone() async throws {
    let shop = try await shop()
    let name = "out/desk/orders/data/dt=2024-05-01/part-00000.csv"
    try overwrite(name, with: Data(shop.text(name).replacing("417", with: "418").utf8), in: shop)
    #expect(
      try await findings(in: shop, on: "2024-05-02") == [
        "desk/orders/data/dt=2024-05-01/part-00000.csv: its bytes are not those that were written"
      ])
  }

  /// Reading ends at the wrong header, and the bytes behind it are compared all the same.
  @Test func bytesAreComparedToTheEndOfAFileThatIsNotRead() async throws {
    let shop = try await shop(orderCount: 200_000)
    let name = "out/desk/orders/data/dt=2024-05-01/part-00000.csv"
    let package = "out/desk/orders/datapackage.json"
    let written = try shop.text(name)
    let changed = written.replacing("number", with: "member")
    try overwrite(name, with: Data(changed.utf8), in: shop)
    let digests = [written, changed].map { text in
      SHA256.hash(data: Array(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
    let described = try shop.text(package)
    #expect(described.contains(digests[0]))
    try overwrite(
      package, with: Data(described.replacing(digests[0], with: digests[1]).utf8), in: shop)
    let place = "desk/orders/data/dt=2024-05-01/part-00000.csv"
    #expect(
      try await findings(in: shop, on: "2024-05-02") == [
        "\(place): the columns of the file are not the declared ones"
      ])
  }

  /// In the name of a note in the footer, which no reader asks for.
  @Test func aChangedByteOfParquetIsToldByTheDigestAlone() async throws {
    let shop = try await shop("parquet")
    let name = "out/desk/orders/data/dt=2024-05-01/part-00000.parquet"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: shop.path(name)))
    let note = try #require(bytes.firstRange(of: Data("sparsam.run".utf8)))
    bytes[note.lowerBound] = UInt8(ascii: "S")
    try overwrite(name, with: bytes, in: shop)
    #expect(
      try await findings(in: shop, on: "2024-05-02") == [
        "desk/orders/data/dt=2024-05-01/part-00000.parquet: its bytes are not those that were written"
      ])
  }
}
