import Foundation
import PipelineFile
import Records
import Testing

/// What the ledger's digests are made of, letter by letter.
///
/// A definition that is written otherwise than it was makes the same cells into others, and a night
/// that is made again is refused. Who changes one on purpose says so among the changes.
@Suite struct ReleaseDefinitionTests {
  private func definition(
    of name: String, in text: String = Examples.whole
  ) throws -> ReleaseDefinition {
    let plan = try #require(Examples.compile(text).plan)
    let tables = plan.outputs.flatMap { output in output.tables.map { (output, $0) } }
    let (output, table) = try #require(tables.first { $0.1.name == name })
    let source: Int
    var aggregate: AggregateDefinition?
    switch table.content {
    case .rows(let number, _): source = number
    case .aggregate(let number, _):
      source = plan.aggregates[number].source
      aggregate = plan.aggregates[number].definition
    }
    let around = ReleaseDefinition.Surroundings(
      source: plan.sources[source], purposes: plan.purposes, keys: plan.keys, zone: plan.zone)
    return ReleaseDefinition(table, aggregate: aggregate, mayUse: output.mayUse, in: around)
  }

  private let orders =
    #"{"file":{"format":["csv",{"delimiter":[59],"quote":34,"#
    + #""encoding":"windows-1252","nulls":[[]],"trims":false}],"decimal":44,"thousands":[]},"#
    + #""zone":"Europe/Berlin"}"#

  private let clicks =
    #"{"file":{"format":["ndjson"],"decimal":46,"thousands":[]},"#
    + #""zone":"Europe/Berlin"}"#

  private let access =
    #"{"file":{"format":["access_log","combined"],"decimal":46,"#
    + #""thousands":[]},"zone":"Europe/Berlin"}"#

  @Test func recordsThatEnter() throws {
    #expect(
      try definition(of: "regions").records == #"{"source":{"reading":\#(orders),"#
        + #""clock":["ordered_at","pattern dd.MM.yyyy HH:mm"],"where":[],"objections":[],"#
        + #""window":"7d","delivers":"increments"},"without":"0"}"#)
    #expect(
      try definition(of: "interest").records == #"{"source":{"reading":\#(clicks),"#
        + #""clock":["ts","iso8601"],"where":[],"consent":["consent.statistics","true"],"#
        + #""objections":[],"window":"7d","delivers":"increments"},"without":"01"}"#)
    #expect(
      try definition(of: "access").records == #"{"source":{"reading":\#(access),"#
        + #""clock":["time","access_log"],"where":[],"objections":[],"window":"7d","#
        + #""delivers":"increments"},"without":"0"}"#)
  }

  @Test func dialectsAreToldApart() throws {
    let options = [
      "header: [ordered_at, email, order_id, zip, quantity, unit_price]", "quote: none",
      "quote: \"'\"", "thousands: \".\"", "trim: true", "null: [n/a]", "encoding: iso-8859-1",
    ]
    var seen: Set = [try definition(of: "regions").records]
    for option in options {
      var text = Examples.whole.replacingOccurrences(
        of: "encoding: windows-1252", with: "\(option), encoding: windows-1252")
      if option.hasPrefix("encoding") {
        text = Examples.whole.replacingOccurrences(of: "encoding: windows-1252", with: option)
      }
      #expect(seen.insert(try definition(of: "regions", in: text).records).inserted, "\(option)")
    }
  }

  @Test func columnsAndMeasures() throws {
    let interest = try definition(of: "interest")
    let day =
      #"{"reading":\#(clicks),"origin":["one"],"paths":["ts"],"type":"timestamp","#
      + #""format":"iso8601","form":"date","treatment":"floor day","without":"01"}"#
    let category =
      #"{"reading":\#(clicks),"origin":["one"],"paths":["product.category"],"#
      + #""type":"text","form":"text","treatment":"one_of [shoes, bags, coats]","without":"01"}"#
    let shopper =
      #"{"reading":\#(clicks),"origin":["one"],"paths":["user.email"],"type":"email","#
      + #""form":"token","treatment":"pseudonym shopper (quarter)","key":["shopper","quarter"],"#
      + #""without":"01"}"#
    #expect(interest.group == "[\(day),\(category)]")
    #expect(interest.rule == #"{"least":10,"of":\#(shopper),"below":"other","judged":[]}"#)
    #expect(
      interest.measures == #"[{"name":"views","operation":"count"},"#
        + #"{"name":"visitors","of":\#(shopper),"operation":"distinct"}]"#)
    #expect(interest.filter == "[]" && interest.lists.isEmpty)
  }

  @Test func derivedColumnsAndBands() throws {
    func number(_ path: String, _ type: String, _ form: String) -> String {
      #"{"reading":\#(orders),"origin":["one"],"paths":["\#(path)"],"type":"\#(type)","#
        + #""form":"\#(form)","treatment":"as it is","without":"0"}"#
    }
    let quantity = number("quantity", "int", "integer")
    let price = number("unit_price", "money", "decimal 2 places")
    let order =
      #"{"reading":\#(orders),"origin":["one"],"paths":["order_id"],"type":"order","#
      + #""form":"token","treatment":"pseudonym shopper (quarter)","key":["shopper","quarter"],"#
      + #""without":"0"}"#
    let total =
      #"{"reading":\#(orders),"origin":["derived",\#(quantity),\#(price)],"paths":[],"#
      + #""type":"decimal","form":"decimal 2 places","treatment":"derived: quantity * price","#
      + #""without":"0"}"#
    let customers = try definition(of: "customers")
    #expect(
      customers.measures
        == #"[{"name":"orders","of":\#(order),"operation":"distinct","bands":[1,2,5]},"#
        + #"{"name":"revenue","of":\#(total),"operation":"sum","bands":[0,50,200,1000]}]"#)
  }
}
