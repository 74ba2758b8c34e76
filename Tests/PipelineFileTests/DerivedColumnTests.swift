import PipelineFile
import Records
import Testing

/// A derived column and what becomes of it.
struct DerivedCase: Sendable, CustomTestStringConvertible {
  var name: String
  var formula: String
  var form: ValueForm?
  var problem: String?
  var testDescription: String { name }

  static let all = [
    DerivedCase(
      name: "money times int stays money", formula: "quantity * price",
      form: .decimal(scale: 2, keepsPlaces: true)),
    DerivedCase(name: "ints give an int", formula: "quantity * 2 + quantity", form: .integer),
    DerivedCase(
      name: "products add scales", formula: "price * rate",
      form: .decimal(scale: 6, keepsPlaces: false)),
    DerivedCase(
      name: "sums take the greater scale", formula: "rate - price * 1",
      form: .decimal(scale: 4, keepsPlaces: false)),
    DerivedCase(
      name: "scale rounds to money", formula: "{is: price * (1 - rate), scale: 2}",
      form: .decimal(scale: 2, keepsPlaces: true)),
    DerivedCase(
      name: "signs and brackets", formula: "-(price - -2.50) * quantity",
      form: .decimal(scale: 2, keepsPlaces: true)),
    DerivedCase(
      name: "raw fields are decimals", formula: "{is: shipping * 2, for: revenue}",
      form: .decimal(scale: 6, keepsPlaces: false)),
    DerivedCase(
      name: "raw field without purpose", formula: "shipping * 2",
      problem: "S503 'total' reads raw fields and has no 'for'"),
    DerivedCase(
      name: "nineteen places", formula: "rate * rate * rate * rate * 1.000",
      problem: "S504 'total' has 19 decimal places"),
    DerivedCase(
      name: "pseudonym in a formula", formula: "buyer * 2",
      problem: "S502 column 'buyer' is no number"),
    DerivedCase(
      name: "operator at the end", formula: "price *",
      problem: "S501 the expression cannot be read: the expression ends too early"),
    DerivedCase(
      name: "two numbers in a row", formula: "price quantity",
      problem: "S501 the expression cannot be read: an operator is missing before this"),
    DerivedCase(
      name: "bracket not closed", formula: "(price",
      problem: "S501 the expression cannot be read: ')' is missing"),
    DerivedCase(
      name: "other functions", formula: "max(price)",
      problem: "S501 the expression cannot be read: there is no function 'max', only sum(...)"),
    DerivedCase(
      name: "sum without an array", formula: "sum(price)",
      problem: "S505 'sum' runs over no array"),
    DerivedCase(
      name: "identifier in a formula", formula: "{is: phone_number * 2, for: revenue}",
      problem: "S203 'phone_number' reads like an identifier and is reckoned with"),
    DerivedCase(
      name: "purpose its columns do not have", formula: "{is: price * 2, for: service}",
      problem: "S214 'total' is for 'service', and column 'price' is not"),
  ]
}

@Suite struct DerivedColumnTests {
  @Test(arguments: DerivedCase.all)
  func formulaBecomesAColumn(_ example: DerivedCase) throws {
    var text = PipelineText()
    text.derive = "total: \(example.formula)"
    #expect(text.problems == (example.problem.map { [$0] } ?? []))
    let column = Examples.compile(text.text).plan?.sources[0].columns.last
    #expect(column?.type.form == example.form)
  }

  @Test func operatorsBindAsInSchool() throws {
    let plan = try #require(
      Examples.compile(PipelineText(derive: "total: price - rate * 2 - 1").text).plan)
    #expect(
      plan.sources[0].columns.last?.origin
        == .derived(
          .subtract(
            .subtract(
              .column(3, scale: 2),
              .multiply(.column(4, scale: 4), .literal(mantissa: 2, scale: 0))),
            .literal(mantissa: 1, scale: 0))))
  }

  @Test func sumReadsEachElementFieldOnce() throws {
    var text = PipelineText()
    text.read = "{format: ndjson, files: \"orders-{date}*.ndjson\"}"
    text.derive =
      "total: {is: \"sum(cart.items[].price * cart.items[].quantity - cart.items[].price)\", for: revenue}"
    #expect(text.problems == [])
    let source = try #require(Examples.compile(text.text).plan?.sources.first)
    let nested = try #require(source.projection.nested.first)
    #expect(source.projection.nested.count == 1)
    #expect(nested.array == RawPath(parsing: "cart.items"))
    #expect(nested.elements == [RawPath(parsing: "price"), RawPath(parsing: "quantity")])
    #expect(source.columns.last?.rawPaths == ["cart.items[].price", "cart.items[].quantity"])
  }

  @Test func derivedColumnsMayUseThoseAbove() throws {
    var text = PipelineText()
    text.derive = "net: quantity * price\ngross: net * 2"
    #expect(text.problems == [])
    text.derive = "gross: net * 2\nnet: quantity * price"
    #expect(text.problems == ["S301 column 'net' is derived further down"])
  }

  @Test func purposesAreThoseThatAllColumnsShare() throws {
    var text = PipelineText()
    text.fields += "\nfee: {type: money, for: [service, revenue]}"
    text.derive = "total: price + fee"
    let plan = try #require(Examples.compile(text.text).plan)
    #expect(plan.sources[0].columns.last?.purposes == [0])
  }
}
