import PipelineFile
import Testing

/// A given row and whether it may name a real person.
struct PersonCase: Sendable, CustomTestStringConvertible {
  var name: String
  var row: String
  var isRefused: Bool
  var testDescription: String { name }

  static let all = [
    PersonCase(name: "reserved e-mail", row: "{email: a@shop.example}", isRefused: false),
    PersonCase(name: "numbered e-mail", row: "{email: \"a{n}@example.com\"}", isRefused: false),
    PersonCase(name: "other e-mail", row: "{email: a@shop.beispiel}", isRefused: true),
    PersonCase(
      name: "e-mail in an undeclared field", row: "{remark: write to a@shop.beispiel}",
      isRefused: true),
    PersonCase(name: "documentation address", row: "{addr: 203.0.113.7}", isRefused: false),
    PersonCase(name: "private address", row: "{addr: 10.1.2.3}", isRefused: false),
    PersonCase(name: "documentation v6", row: "{addr: \"2001:db8::1\"}", isRefused: false),
    PersonCase(name: "other address", row: "{addr: 240.0.0.7}", isRefused: true),
    PersonCase(name: "no address", row: "{addr: unknown}", isRefused: false),
    PersonCase(name: "test card", row: "{pan: 4111 1111 1111 1111}", isRefused: false),
    PersonCase(name: "other card", row: "{pan: 4111 1111 1111 1129}", isRefused: true),
    PersonCase(name: "test IBAN", row: "{account: DE89370400440532013000}", isRefused: false),
    PersonCase(name: "other IBAN", row: "{account: DE62000000000000000017}", isRefused: true),
    PersonCase(name: "test phone", row: "{tel: +49 30 23125 123}", isRefused: false),
    PersonCase(name: "other phone", row: "{tel: 030 99999999}", isRefused: true),
    PersonCase(
      name: "phone in a remark", row: "{remark: call +49 170 9999999}", isRefused: true),
    PersonCase(
      name: "test phone in a remark", row: "{remark: call +49 30 23125 123}", isRefused: false),
    PersonCase(
      name: "plain numbers", row: "{zip: \"01067\", sum: \"49,90\", id: A-17}", isRefused: false),
    PersonCase(
      name: "version in a user agent", row: "{ua: Mozilla/5.0 Chrome/124.0.0.0}", isRefused: false),
  ]
}

@Suite struct PersonsInTestsTests {
  private func problems(_ given: String) -> [String] {
    var text = PipelineText()
    text.fields += """

      device: {from: addr, type: ip, treat: {pseudonym: visitor}, for: revenue}
      phone:  {from: tel, type: phone, treat: {pseudonym: visitor}, for: revenue}
      """
    text.tests = "- name: persons\n  given:\n    orders: \(given)\n  expect: {orders: []}"
    return text.problems
  }

  @Test(arguments: PersonCase.all)
  func rowsHoldNoRealPerson(_ example: PersonCase) {
    let problems = problems("[\(example.row)]")
    #expect(problems.count == (example.isRefused ? 1 : 0), "\(problems)")
    #expect(problems.allSatisfy { $0.hasPrefix("S213 the test holds ") })
  }

  @Test func rawTextHoldsNoRealPersonEither() {
    #expect(problems("\"ordered_at,email\\n2026-05-01,a@shop.beispiel\\n\"").count == 1)
    #expect(problems("\"ordered_at,email\\n2026-05-01T10:00:00,a@shop.example\\n\"").isEmpty)
    #expect(problems("\"tel\\n+49 171 5551234\\n\"").count == 1)
  }

  @Test func theValueIsNotInTheMessage() {
    for problem in problems("[{email: geheim@shop.beispiel}]") {
      #expect(!problem.contains("geheim"))
    }
  }
}
