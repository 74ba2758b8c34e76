import Bytes
import Engine
import Foundation
import Records
import Testing

/// A file that turns out not to count, after several of its blocks were written, leaves nothing.
@Suite struct SavepointTests {
  private static let date = "2026-04-30"

  private static func pipeline(_ format: String) -> String {
    """
    sparsam: 1
    name: events
    shop: beispiel
    controller: {name: Beispiel, contact: privacy@shop.example}
    retention: {season: {starts: event, keep: 14mo}}
    purposes:
      use: {why: a test, basis: legitimate_interest, assessment: LIA-1, retention: season}
    keys: {visitor: {rotate: never}}
    sources:
      events:
        holds: tracking
        read: {format: ndjson, files: "events-*", damaged: skip}
        clock: at
        fields:
          day:     {from: at, type: timestamp, treat: {floor: day}, for: use}
          page:    {type: text, distinct: 40, for: use}
          visitor: {from: mail, type: email, treat: {pseudonym: visitor}, for: use}
          number:  {type: int, for: use}
    aggregates:
      pages:
        from: events
        group: [day, page]
        measure: {views: count, visitors: {distinct: visitor}, sum: {sum: number}}
        k: {none: the test wants to see every cell}
      visitors:
        from: events
        per: visitor
        measure: {views: count}
        k: {none: the test wants to see every person}
    outputs:
      lines: {audience: one, may_use: [use], tables: [events, visitors], format: \(format)}
      cells: {audience: two, may_use: [use], tables: [pages], format: csv, compression: none}

    """
  }

  enum Fate: String, CaseIterable, Sendable {
    /// Its end is not there yet.
    case unfinished
    /// Its checksum is another one.
    case damaged
  }

  /// Blocks of NDJSON have half a mebibyte: this is four of them.
  private static func events(of file: Int, count: Int) -> String {
    (0..<count).reduce(into: "") { text, number in
      text +=
        #"{"at":"\#(date)T12:00:00Z","page":"page \#(file) \#(number % 9)","#
        + #""mail":"v\#(file * 1000 + number % 700)@kunden.example","number":\#(number),"#
        + #""rest":"\#(String(repeating: "x", count: 200))"}"# + "\n"
    }
  }

  private static func archive(_ fate: Fate) -> [UInt8] {
    var compressor = Compressor(.gzip)
    var bytes: [UInt8] = []
    compressor.compress(Array(events(of: 2, count: 7000).utf8), appendingTo: &bytes)
    switch fate {
    case .unfinished: bytes.removeLast(5)
    case .damaged: bytes[bytes.count - 8] ^= 1
    }
    return bytes
  }

  /// Every file below out/ by its path.
  private static func published(by shop: ShopNight) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: shop.path("out"))
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileManager.default.contents(atPath: shop.path("out/\(name)")).map { (name, $0) }
      })
  }

  @Test(arguments: Fate.allCases, ["csv", "ndjson", "parquet"])
  func blocksOfAFileThatDoesNotCountAreCutOff(fate: Fate, format: String) async throws {
    let shop = try ShopNight(Self.pipeline(format))
    let without = try ShopNight(Self.pipeline(format))
    let threads = format == "csv" ? 1 : 3
    for night in [shop, without] {
      try night.put("events-1", Self.events(of: 1, count: 50))
      try night.put("events-3", Self.events(of: 3, count: 50))
    }
    try Data(Self.archive(fate)).write(to: shop.folder.appendingPathComponent("in/events-2.gz"))
    let source = try #require(
      try await shop.run(Self.date, threads: threads).manifest?.sources.first)
    #expect(source.deferred.count == (fate == .unfinished ? 1 : 0))
    #expect(source.skipped.count == (fate == .damaged ? 1 : 0))
    #expect(source.counts.read == 100 && source.counts.kept == 100)
    try without.takeKeys(of: shop)
    try await without.run(Self.date, threads: threads)
    let found = try Self.published(by: shop)
    let expected = try Self.published(by: without)
    #expect(found.count >= 12)
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, content) in expected {
      #expect(found[name] == content, "\(name)")
    }
  }
}
