import Foundation
import PipelineFile
import Testing

/// Forms of the language that must pass without any problem.
struct LegalCase: Sendable, CustomTestStringConvertible {
  var name: String
  var text: PipelineText
  var testDescription: String { name }

  private static func make(_ name: String, _ change: (inout PipelineText) -> Void) -> LegalCase {
    var text = PipelineText()
    change(&text)
    return LegalCase(name: name, text: text)
  }

  private static let aggregate = """
    regions:
      from: orders
      group: [day]
      measure: {lines: count}
      k: {least: 10, of: buyer}
    """

  static let all = [
    make("bare") { _ in },
    make("all csv options") {
      $0.read = """
        {format: csv, files: "a/orders-{date:yyyyMMdd}-*.csv.gz", delimiter: tab, quote: "'", \
        decimal: ",", thousands: ".", encoding: iso-8859-1, null: ["", "-", null], trim: true, \
        missing: ok, damaged: skip, max_bad_records: 20}
        """
    },
    make("header list") {
      $0.read =
        "{format: csv, files: \"-\", header: [ordered_at, email, quantity, unit_price, rate]}"
    },
    make("window, persons, raw, necessary") {
      $0.source = "window: 40d\npersons: customers and guests\nraw: {keep: 7d}\nnecessary: security"
    },
    make("where on plain fields") { $0.source = "where: {status: [paid, shipped], channel: web}" },
    make("clock run") { $0.clock = "run" },
    make("clock with format") { $0.clock = "{from: shipped_at, format: epoch_ms}" },
    make("first of several") {
      $0.fields +=
        "\nuser: {from: {first: [user_id, guest_id]}, type: account, "
        + "treat: {pseudonym: visitor}, for: revenue}"
    },
    make("all of several with types") {
      $0.fields +=
        "\ndevice: {from: {all: [addr, ua]}, type: [ip, user_agent], "
        + "treat: {pseudonym: visitor}, for: revenue}"
    },
    make("several purposes, unit and about") {
      $0.fields += "\nfee: {type: money, for: [revenue, service], unit: EUR, about: postage}"
    },
    make("keep overrules the guard by name") {
      $0.fields += "\ncard: {from: gift_card, type: text, treat: {keep: design}, for: revenue}"
    },
    make("number guards") {
      $0.fields += "\nweight: {type: int, treat: [{clamp: [0, 100]}, {round: 5}], for: revenue}"
    },
    make("presence of an identifier") {
      $0.fields += "\nhas_phone: {from: phone, type: phone, treat: {present: true}, for: revenue}"
    },
    make("k without of below default") {
      $0.aggregates = aggregate
      $0.tables = "[regions]"
    },
    make("k none") {
      $0.aggregates = aggregate.replacing("{least: 10, of: buyer}", "{none: only stock is counted}")
      $0.tables = "[regions]"
    },
    make("k of devices") {
      $0.fields += "\ndevice: {from: addr, type: ip, treat: {pseudonym: visitor}, for: revenue}"
      $0.aggregates = aggregate.replacing("of: buyer", "of: device, counts: devices")
      $0.tables = "[regions]"
    },
    make("dominance") {
      $0.aggregates = aggregate.replacing("lines: count", "turnover: {sum: total}")
        .replacing("of: buyer", "of: buyer, dominance: 50%")
      $0.tables = "[regions]"
    },
    make("finished measures") {
      $0.aggregates = aggregate.replacing(
        "lines: count",
        "lines: {count: true, bands: [0, 10]}, top: {max: total, round: 50}, "
          + "mean: {mean: price, clamp: [0, 100]}, last: {max: day}")
      $0.tables = "[{regions: [day, lines]}]"
    },
    make("table of persons") {
      $0.aggregates = """
        customers:
          from: orders
          per: buyer
          where: {quantity: [1, 2]}
          measure: {last: {max: day}, revenue: {sum: total, bands: [0, 50]}}
          k: {least: 5}
        """
      $0.tables = "[customers]"
    },
    make("date as a clock floors to days") {
      $0.fields = $0.fields.replacing(
        "type: timestamp, treat: {floor: day}", "type: date")
      $0.aggregates = aggregate
      $0.tables = "[regions]"
    },
    make("ndjson with each") {
      $0.read = "{format: ndjson, files: \"orders-*.ndjson\"}"
      $0.source = "each: lines"
      $0.fields = """
        day:      {from: ordered_at, type: timestamp, treat: {floor: day}, for: revenue}
        buyer:    {from: user.email, type: email, treat: {pseudonym: shopper}, for: revenue}
        quantity: {from: "lines[].quantity", type: int, for: revenue}
        price:    {from: "lines[].price", type: money, for: revenue}
        page:     {from: "params[key=page].value", type: url, treat: {url: {keep: [path]}}, for: revenue}
        sku:      {from: "\\"a.b\\".c", type: text, for: revenue}
        """
      $0.derive = "tax: {is: \"sum(lines[].taxes[].amount)\", for: revenue}"
    },
    make("tests of every kind") {
      $0.aggregates = aggregate
      $0.tables = "[regions]"
      $0.tests = """
        - name: all keys
          date: 2026-05-02
          given: {orders: {times: 3, row: {email: "b{n}@x.example", phone: +49 30 23125 123}}}
          expect: {regions: [{day: "2026-05-01", lines: 3}]}
          suppressed: {regions: 0}
          rejected: {orders: {clock: 3}}
          never: [x.example]
        """
    },
  ]
}

extension String {
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    components(separatedBy: old).joined(separator: new)
  }
}

@Suite struct LegalPipelineTests {
  @Test(arguments: LegalCase.all)
  func isWithoutProblem(_ example: LegalCase) {
    #expect(example.text.problems == [], "\(Examples.rendered(example.text.text))")
    #expect(Examples.compile(example.text.text).plan != nil)
  }
}
