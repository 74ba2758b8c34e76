import Diagnostics

/// A small pipeline over orders whose parts a test replaces.
struct PipelineText {
  var purposes =
    "revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: season}"
  var read = "{format: csv, files: \"orders-{date}*.csv\"}"
  var clock = "ordered_at"
  var source = ""
  var fields = """
    day:      {from: ordered_at, type: timestamp, treat: {floor: day}, for: revenue}
    buyer:    {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}
    quantity: {type: int, for: revenue}
    price:    {from: unit_price, type: money, for: revenue}
    rate:     {type: decimal, scale: 4, for: revenue}
    """
  var derive = "total: quantity * price"
  var aggregates = "{}"
  var tables = "[orders]"
  var tests = "[]"

  var text: String {
    func indented(_ text: String, _ count: Int) -> String {
      let blanks = String(repeating: " ", count: count)
      return text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { blanks + $0 }.joined(separator: "\n")
    }
    return """
      sparsam: 1
      name: shop
      shop: beispiel
      controller: {name: Beispiel Shop GmbH, contact: privacy@shop.example}
      retention:
        season: {starts: event, keep: 14mo}
        short: {starts: event, keep: 90d}
      purposes:
      \(indented(purposes, 2))
        service: {why: answer complaints, basis: contract, retention: short}
      keys:
        shopper: {rotate: quarter}
        visitor: {rotate: day}
      sources:
        orders:
          holds: purchase
          read: \(read)
          clock: \(clock)
      \(indented(source, 4))
          fields:
      \(indented(fields, 6))
          derive:
      \(indented(derive, 6))
      aggregates:
      \(indented(aggregates, 2))
      outputs:
        controlling:
          audience: finance
          may_use: [revenue]
          tables: \(tables)
          format: csv
      tests:
      \(indented(tests, 2))

      """
  }

  /// What is said of it without warnings of what is not used, one message a line.
  var problems: [String] {
    Examples.compile(text).diagnostics.filter { $0.code != .unused }
      .map { "\($0.code.rawValue) \($0.message)" }
  }
}
