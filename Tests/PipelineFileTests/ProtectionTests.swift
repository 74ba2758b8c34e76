import Diagnostics
import PipelineFile
import Testing

/// Columns beside those of `PipelineText`, and what the guards say of them.
struct ProtectionCase: Sendable, CustomTestStringConvertible {
  var name: String
  var fields: String
  var derive = "total: quantity * price"
  var read = "{format: csv, files: \"orders-{date}*.csv\"}"
  var problems: [String] = []
  var testDescription: String { name }

  static let customer =
    "customer: {from: customer_no, type: account, treat: {pseudonym: shopper}, for: revenue}\n"
  static let area = "area: {from: zip, type: postcode, treat: {prefix: 2}, for: revenue}\n"
  static let unprotected = "S204 'customer_no' would leave the shop unprotected"
  static let ndjson = "{format: ndjson, files: \"orders-{date}*.ndjson\"}"

  static let all = [
    ProtectionCase(
      name: "identifier once more as int",
      fields: customer + "number: {from: customer_no, type: int, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "plain column above the protected one",
      fields: "number: {from: customer_no, type: text, for: revenue}\n" + customer,
      problems: [unprotected]),
    ProtectionCase(
      name: "beginning of an identifier",
      fields: customer
        + "number: {from: customer_no, type: text, treat: {prefix: 8}, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "first of several",
      fields: customer
        + "number: {from: {first: [guest_no, customer_no]}, type: text, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "part of joined fields",
      fields: "customer: {from: {all: [customer_no, region]}, type: [account, text], "
        + "treat: {pseudonym: visitor}, for: revenue}\n"
        + "number: {from: customer_no, type: int, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "plain part of joined fields",
      fields: "customer: {from: {all: [customer_no, region]}, type: [account, text], "
        + "treat: {pseudonym: visitor}, for: revenue}\nregion: {type: text, for: revenue}"),
    ProtectionCase(
      name: "closed list over an identifier",
      fields: customer + "guest: {from: customer_no, type: text, "
        + "treat: {map: {\"0\": guest}}, for: revenue}"),
    ProtectionCase(
      name: "whether an identifier is there",
      fields: customer
        + "known: {from: customer_no, type: text, treat: {present: true}, for: revenue}"),
    ProtectionCase(
      name: "identifier that somebody vouches for",
      fields: customer + "number: {from: customer_no, type: text, "
        + "treat: {keep: \"a range, not a person\"}, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "identifier that is kept as a town",
      fields: customer + "town: {from: customer_no, type: city, "
        + "treat: {keep: \"a range, not a person\"}, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "beginning of an identifier as a postcode",
      fields: customer
        + "zone: {from: customer_no, type: postcode, treat: {prefix: 3}, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "identifier as free text",
      fields: customer + "said: {from: customer_no, type: free_text, "
        + "treat: {redact: {find: [email], accept: \"names remain\"}}, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "host of an identifier",
      fields: customer
        + "site: {from: customer_no, type: url, treat: {host: full}, for: revenue}",
      problems: [unprotected]),
    ProtectionCase(
      name: "postcode treated and kept",
      fields: area + "zip: {type: postcode, treat: {keep: \"carriers ask\"}, for: revenue}"),
    ProtectionCase(
      name: "postcode kept as text",
      fields: area + "zip: {type: text, treat: {keep: \"carriers ask\"}, for: revenue}"),
    ProtectionCase(
      name: "free text kept as text",
      fields: "said: {from: remark, type: free_text, treat: {present: true}, for: revenue}\n"
        + "remark: {type: text, treat: {keep: \"for reading\"}, for: revenue}",
      problems: ["S204 'remark' would leave the shop unprotected"]),
    ProtectionCase(
      name: "personal name with a reason and a list",
      fields: "phone: {type: text, treat: [{keep: \"a model\"}, {one_of: [small]}], for: revenue}"),
    ProtectionCase(
      name: "personal name with a list alone",
      fields: "phone: {type: text, treat: {one_of: [small]}, for: revenue}",
      problems: ["S203 'phone' reads like an identifier and is declared 'text'"]),
    ProtectionCase(
      name: "quasi-identifier once more as it is",
      fields: area + "zip: {type: text, for: revenue}",
      problems: ["S204 'zip' would leave the shop unprotected"]),
    ProtectionCase(
      name: "quasi-identifier treated twice",
      fields: area + "zone: {from: zip, type: text, treat: {prefix: 1}, for: revenue}"),
    ProtectionCase(
      name: "identifier once more by another spelling",
      fields: "member: {from: user.number, type: account, treat: {present: true}, for: revenue}\n"
        + "number: {from: '\"user\".number', type: int, for: revenue}",
      read: ndjson, problems: ["S204 'user.number' would leave the shop unprotected"]),
    ProtectionCase(
      name: "identifier once more as another element",
      fields: "member: {from: \"ids[type=no].value\", type: account, treat: {present: true}, "
        + "for: revenue}\nnumber: {from: \"ids[0].value\", type: int, for: revenue}",
      read: ndjson, problems: ["S204 'ids[type=no].value' would leave the shop unprotected"]),
    ProtectionCase(
      name: "time once more as text", fields: "at: {from: ordered_at, type: text, for: revenue}",
      problems: ["S204 'ordered_at' would leave the shop unprotected"]),
    ProtectionCase(
      name: "time once more as text with a reason",
      fields: "at: {from: ordered_at, type: text, treat: {keep: \"for joins\"}, for: revenue}"),
    ProtectionCase(
      name: "time once more with a beginning",
      fields: "at: {from: ordered_at, type: text, treat: {prefix: 4}, for: revenue}"),
    ProtectionCase(
      name: "time in an expression", fields: "",
      derive: "total: {is: ordered_at * 1, for: revenue}",
      problems: ["S204 'ordered_at' would leave the shop unprotected"]),
    ProtectionCase(
      name: "time between two times", fields: "",
      derive: "total: {is: sent_at - ordered_at, for: revenue}"),
    ProtectionCase(
      name: "time once more as date",
      fields: "date: {from: ordered_at, type: date, for: revenue}"),
    ProtectionCase(
      name: "identifier in an expression", fields: customer,
      derive: "total: {is: customer_no * 1, for: revenue}", problems: [unprotected]),
    ProtectionCase(
      name: "derived column with a personal name", fields: customer,
      derive: "phone: quantity * price",
      problems: ["S203 'phone' reads like an identifier and is derived"]),
    ProtectionCase(
      name: "element chosen by a personal name",
      fields: "value: {from: \"props[key=email].value.string_value\", type: text, for: revenue}",
      read: ndjson, problems: ["S203 'email' reads like an identifier and is declared 'text'"]),
    ProtectionCase(
      name: "element chosen by another name",
      fields: "value: {from: \"props[key=plan].value.string_value\", type: text, for: revenue}",
      read: ndjson),
    ProtectionCase(
      name: "sum over elements chosen by a personal name", fields: customer,
      derive: "total: {is: \"props[key=phone].value.int_value * 1\", for: revenue}",
      read: ndjson, problems: ["S203 'phone' reads like an identifier and is reckoned with"]),
  ]
}

@Suite struct ProtectionTests {
  @Test(arguments: ProtectionCase.all)
  func whatOneColumnProtectsNoOtherShows(_ example: ProtectionCase) {
    var text = PipelineText()
    text.fields += "\n" + example.fields
    text.derive = example.derive
    text.read = example.read
    #expect(text.problems == example.problems)
  }

  @Test func bothPlacesAndTheWayOutAreShown() throws {
    var text = PipelineText()
    text.fields +=
      "\n" + ProtectionCase.customer
      + "number: {from: customer_no, type: int, for: revenue}"
    let problem = try #require(
      Examples.compile(text.text).diagnostics.first { $0.code == .unprotectedIdentifier })
    #expect(problem.label == "read as 'int' here")
    #expect(problem.notes.map(\.message) == ["declared 'account' here"])
    #expect(problem.fix == "delete the line, or declare it 'account' here too")
  }

  /// `keep` is offered where it would help.
  @Test func wayOutOfAQuasiIdentifierIsOne() throws {
    let fixes = try ["quasi-identifier once more as it is", "free text kept as text"]
      .compactMap { name in ProtectionCase.all.first { $0.name == name } }
      .map { example in
        var text = PipelineText()
        text.fields += "\n" + example.fields
        return try #require(
          Examples.compile(text.text).diagnostics.first { $0.code == .unprotectedIdentifier }?.fix)
      }
    #expect(
      fixes == [
        "delete the line, or add  treat: {keep: \"<why it is none>\"}",
        "delete the line, or declare it 'free_text' here too",
      ])
  }

  @Test func byteOrderMarkIsNoPartOfTheFirstKey() {
    #expect(Examples.compile("\u{FEFF}" + PipelineText().text).plan != nil)
  }
}
