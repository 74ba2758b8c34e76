import Foundation
import Ledger

/// A ledger in a folder of its own that is removed with it.
final class LedgerFile {
  let folder: URL
  var path: String { folder.appendingPathComponent("ledger.sqlite").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ledger-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func open() throws -> Ledger { try Ledger(path: path) }
}

extension LedgerRun {
  static func example(
    _ name: String, kind: Kind = .night, date: String = "2026-04-30", folder: String = "/out",
    begun: String = "2026-05-01T00:30:00Z"
  ) -> LedgerRun {
    LedgerRun(
      name: name, kind: kind, pipeline: "shop-nightly", pipelineDigest: "ab12", date: date,
      folder: folder, begun: begun)
  }
}

extension LedgerPartition {
  static func example(
    _ run: String, date: String = "2026-04-30", sha256: String = "cd34"
  ) -> LedgerPartition {
    LedgerPartition(
      run: run, output: "controlling", table: "orders", date: date,
      path: "controlling/orders/data/dt=\(date)", staged: "controlling.orders",
      deleteAfter: "2027-06-30", sharePublished: 98,
      files: [.init(name: "part-00000.csv.gz", sha256: sha256, byteCount: 120, rowCount: 7)])
  }
}

extension InputContent {
  static func example(_ number: Int = 1) -> InputContent {
    InputContent(length: 1000 + number, crc32: 0xFFFF_FFFF, head: "aa\(number)", tail: "bb")
  }
}

extension LedgerInput {
  static func example(
    _ run: String, _ number: Int = 1, source: String = "orders", name: String = "orders.csv"
  ) -> LedgerInput {
    LedgerInput(
      run: run, pipeline: "shop-nightly", source: source, content: .example(number), name: name,
      sha256: "ef56", byteCount: 300, recordCount: 9)
  }
}

extension DeferredFile {
  static func example(_ name: String, firstSeen: String) -> DeferredFile {
    DeferredFile(
      pipeline: "shop-nightly", source: "orders", name: name, prefixLength: 12, prefix: "0a",
      firstSeen: firstSeen)
  }
}
