import Engine
import Foundation

/// Nights of a shop whose customers ask to be forgotten.
enum CustomerNights {
  static let days = ["2026-05-01", "2026-05-02", "2026-06-01"]

  static let anna = "email  Anna@Shop.example \n"

  static func pipeline(_ format: String = "csv", _ compression: String = "none") -> String {
    """
    sparsam: 1
    name: shop
    shop: beispiel
    controller: {name: Beispiel Shop, contact: privacy@shop.example}
    retention:
      long: {starts: event, keep: 30y}
    purposes:
      revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: long}
    keys:
      shopper: {rotate: month}
      crm: {rotate: month}
      visitor: {rotate: never}
    sources:
      orders:
        holds: purchase
        read: {format: csv, files: "orders-{date}.csv"}
        clock: ordered_at
        fields:
          number: {type: int, for: revenue}
          buyer:  {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}
          person: {from: email, type: email, treat: {pseudonym: crm}, for: revenue}
          note:   {type: text, for: revenue}
          visit:  {from: {all: [ip, agent]}, type: [ip, user_agent], treat: {pseudonym: visitor}, for: revenue}
    aggregates:
      days:
        from: orders
        group: [note]
        measure: {lines: count}
        k: {none: "a test"}
      customers:
        from: orders
        per: person
        measure: {lines: {count: true, bands: [1, 3]}}
        k: {least: 5, below: suppress}
    outputs:
      desk: {audience: finance, may_use: [revenue], tables: [{orders: [number, buyer, note, visit]}, days], format: \(format), compression: \(compression)}
      crm: {audience: advertising, may_use: [revenue], tables: [customers], format: \(format), compression: \(compression)}
    """
  }

  private static let header = "ordered_at,number,email,note,ip,agent\n"

  /// Twenty customers with one line, and five with three, of whom Anna is one; then `others`, each
  /// with that many lines.
  static func raw(
    _ day: String, without persons: [String] = [], others: [(name: String, lines: Int)] = []
  ) -> String {
    var lines: [String] = []
    func add(_ name: String, _ count: Int) {
      for index in 0..<count {
        let note = ["plain", "\"two, and a \"\"quote\"\"\"", "\"over\ntwo lines\""][index % 3]
        lines.append(
          "\(day)T09:00:00Z,\(lines.count),\(name)@shop.example,\(note),192.0.2.7,\(name)")
      }
    }
    for number in 0..<10 { add("once-\(number)", 1) }
    add("anna", 3)
    for number in 0..<4 { add("often-\(number)", 3) }
    for number in 10..<20 { add("once-\(number)", 1) }
    for other in others { add(other.name, other.lines) }
    let kept = lines.filter { line in !persons.contains { line.contains(",\($0)@") } }
    return header + kept.map { $0 + "\n" }.joined()
  }

  /// A shop that has run its nights, with the secrets of another or its own.
  static func shop(
    _ pipeline: String = pipeline(), days: [String] = days, without persons: [String] = [],
    others: [(name: String, lines: Int)] = [], like other: ShopNight? = nil
  ) async throws -> ShopNight {
    let shop = try ShopNight(pipeline)
    if let other { try shop.takeKeys(of: other) }
    for day in days {
      try shop.put("orders-\(day).csv", raw(day, without: persons, others: others))
      try await shop.run(day)
    }
    return shop
  }
}

extension ShopNight {
  /// What is done for persons who ask, cut off where a test wants it.
  func rights(_ cut: Cut? = nil) throws -> PersonRights {
    PersonRights(
      plan: try plan, pipelineText: pipeline, output: path("out"), state: path("state"),
      pause: { try cut?.pause($0) })
  }
}
