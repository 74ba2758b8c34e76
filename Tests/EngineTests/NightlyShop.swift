import Diagnostics
import Engine
import Foundation
import PipelineFile
import Records
import Support

/// A shop over many nights, small enough that most of its cells are too small.
///
/// 3 % of the lines come one to three days late. Each buyer lives in one region.
struct NightlyShop {
  struct Order {
    var night: Int
    /// The day on which it happened.
    var day: Int
    var region: Int
    var category: Int
    var buyer: Int
    var number: Int
  }

  static let regions = 10
  static let categories = ["shoes", "bags", "coats"]
  static let firstDay = CivilDate(year: 2026, month: 1, day: 1)

  let nights: Int
  let orders: [Order]

  init(nights: Int, seed: UInt64) {
    self.nights = nights
    var dice = SplitMix(seed: seed)
    var orders: [Order] = []
    for night in 0..<nights {
      for _ in 0..<Int.random(in: 140...260, using: &dice) {
        let isLate = Int.random(in: 0..<100, using: &dice) < 3
        let buyer = Int.random(in: 0..<400, using: &dice)
        // A few large regions, many small ones.
        let region = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9][buyer % 16]
        orders.append(
          Order(
            night: night, day: night - (isLate ? Int.random(in: 1...3, using: &dice) : 0),
            region: region, category: [0, 0, 0, 1, 1, 2][Int.random(in: 0..<6, using: &dice)],
            buyer: buyer, number: orders.count))
      }
    }
    self.orders = orders
  }

  static func date(_ day: Int) -> String {
    CivilDate(days: firstDay.days + day).description
  }

  /// The number of a piece: a night, a day of it, a category, a region.
  static func piece(night: Int, day: Int, category: Int, region: Int) -> Int {
    ((night * 4 + (night - day)) * categories.count + category) * regions + region
  }

  /// The pieces of some nights, of all their days or of one, of some categories and a region.
  static func pieces(
    _ nights: ClosedRange<Int>, day: Int? = nil, categories: [Int] = [0, 1, 2], region: Int
  ) -> [Int] {
    nights.flatMap { night in
      (max(0, night - 3)...night).filter { day == nil || $0 == day }.flatMap { day in
        categories.map { piece(night: night, day: day, category: $0, region: region) }
      }
    }.sorted()
  }

  /// The buyers of the lines in some pieces, as they are.
  func buyers(in pieces: Set<Int>) -> [Int] {
    orders.filter {
      pieces.contains(
        Self.piece(night: $0.night, day: $0.day, category: $0.category, region: $0.region))
    }.map(\.buyer)
  }

  func lines(of night: Int) -> Int { orders.count { $0.night == night } }

  /// The night's file.
  func csv(of night: Int) -> String { csv { $0.night == night } }

  /// A file of all orders that are such.
  func csv(_ isIncluded: (Order) -> Bool) -> String {
    orders.filter(isIncluded).reduce("at,mail,id,category,region,amount\n") {
      text, order in
      text + "\(Self.date(order.day))T12:00:00Z,b\(order.buyer)@kunden.example,N\(order.number),"
        + "\(Self.categories[order.category]),r\(order.region),\(order.number % 90 + 10).50\n"
    }
  }

  /// A pipeline over the files `pattern`, with these aggregates and tables for one audience.
  static func pipeline(
    _ name: String, files pattern: String, source: String = "", holds: String = "purchase",
    clock: String = "at", aggregates: String, tables: String, audience: String = "planners"
  ) -> String {
    """
    sparsam: 1
    name: \(name)
    shop: beispiel
    controller: {name: Beispiel, contact: privacy@shop.example}
    retention: {season: {starts: event, keep: 14mo}}
    purposes:
      revenue: {why: a test, basis: legitimate_interest, assessment: LIA-1, retention: season}
    keys: {shopper: {rotate: never}}
    sources:
      orders:
        holds: \(holds)
        read: {format: csv, files: "\(pattern)"}
        clock: \(clock)
        window: 99d
        \(source)
        fields:
          day:      {from: at, type: timestamp, treat: {floor: day}, for: revenue}
          buyer:    {from: mail, type: email, treat: {pseudonym: shopper}, for: revenue}
          order:    {from: id, type: order, treat: {pseudonym: shopper}, for: revenue}
          category: {type: text, treat: {one_of: [shoes, bags, coats]}, for: revenue}
          region:   {type: text, treat: {one_of: [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9]}, for: revenue}
          amount:   {type: money, for: revenue}
    aggregates:
    \(aggregates.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    outputs:
      planners: {audience: "\(audience)", may_use: [revenue], tables: \(tables), format: csv, compression: none}

    """
  }

  /// A pipeline of one table `cells` of at least ten buyers each.
  static func cells(
    _ name: String, group: String = "[day]", files: String = "orders-{date}.csv",
    source: String = "", holds: String = "purchase", clock: String = "at", filter: String = "",
    audience: String = "planners"
  ) -> String {
    pipeline(
      name, files: files, source: source, holds: holds, clock: clock,
      aggregates: """
        cells:
          from: orders
          \(filter)
          group: \(group)
          measure: {lines: count, buyers: {distinct: buyer}}
          k: {least: 10, of: buyer}
        """, tables: "[cells]", audience: audience)
  }
}

/// The folders of a shop whose nights are run.
final class NightlyRuns {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("sparsam-nights-\(UUID().uuidString)", isDirectory: true)

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, to name: String) throws {
    let file = folder.appendingPathComponent("in").appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func delete(_ name: String) throws {
    try FileManager.default.removeItem(
      at: folder.appendingPathComponent("in").appendingPathComponent(name))
  }

  /// Runs the pipeline for the date; throws a `RunFailure` when the engine refuses.
  @discardableResult
  func run(
    _ text: String, _ date: String, output: String = "out", state: String = "state",
    replaces: Bool = false, retraction: String? = nil
  ) async throws -> Run.Report {
    try await prepared(
      text, date, output: output, state: state, replaces: replaces, retraction: retraction
    ).execute()
  }

  /// The run of the pipeline for the date.
  func prepared(
    _ text: String, _ date: String, output: String = "out", state: String = "state",
    replaces: Bool = false, retraction: String? = nil, adopts: Bool = false
  ) throws -> Run {
    let pipeline = Pipeline(text: text, name: "shop.yaml")
    guard let plan = pipeline.plan else {
      throw RunFailure(.pipeline, pipeline.diagnostics.map(\.message).joined(separator: "; "))
    }
    return Run(
      plan: plan, pipelineText: text,
      options: RunOptions(
        input: folder.appendingPathComponent("in").path,
        output: folder.appendingPathComponent(output).path,
        state: folder.appendingPathComponent(state).path, date: CivilDate(date), threads: 1,
        replaces: replaces, retraction: retraction, adopts: adopts))
  }

  /// The rows of a published table on a date, by column name.
  func rows(_ table: String, _ date: String, output: String = "out") throws -> [[String: String]] {
    let file = folder.appendingPathComponent(
      "\(output)/planners/\(table)/data/dt=\(date)/part-00000.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let names = (lines.first ?? "").split(separator: ",").map(String.init)
    return lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(uniqueKeysWithValues: zip(names, cells))
    }
  }

  /// Every text below the output folder.
  func texts(output: String = "out") throws -> [String: String] {
    var all: [String: String] = [:]
    let top = folder.appendingPathComponent(output)
    guard let walk = FileManager.default.enumerator(atPath: top.path) else { return [:] }
    for case let path as String in walk {
      if let text = try? String(contentsOf: top.appendingPathComponent(path), encoding: .utf8) {
        all[path] = text
      }
    }
    return all
  }
}
