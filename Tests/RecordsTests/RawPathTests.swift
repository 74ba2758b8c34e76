import Records
import Testing

/// A path as a pipeline writes it, and its steps.
struct RawPathCase: Sendable, CustomTestStringConvertible {
  var text: String
  var steps: [RawPath.Step]
  var lastName: String
  var isNested = false
  var testDescription: String { text }

  static let all = [
    RawPathCase(text: "email", steps: [.key("email")], lastName: "email"),
    RawPathCase(text: "user.id", steps: [.key("user"), .key("id")], lastName: "id"),
    RawPathCase(
      text: "items[].price", steps: [.key("items"), .each, .key("price")], lastName: "price",
      isNested: true),
    RawPathCase(
      text: "items[0].sku", steps: [.key("items"), .index(0), .key("sku")], lastName: "sku"),
    RawPathCase(
      text: "event_params[key=page_location].value.string_value",
      steps: [
        .key("event_params"), .match(key: "key", value: "page_location"), .key("value"),
        .key("string_value"),
      ], lastName: "string_value"),
    RawPathCase(
      text: "params[key=user_email]",
      steps: [.key("params"), .match(key: "key", value: "user_email")], lastName: "user_email"),
    RawPathCase(text: "\"a.b[0]\"", steps: [.key("a.b[0]")], lastName: "a.b[0]"),
    RawPathCase(
      text: "x.\"a b\".y", steps: [.key("x"), .key("a b"), .key("y")], lastName: "y"),
    RawPathCase(
      text: "m[1][2]", steps: [.key("m"), .index(1), .index(2)], lastName: "m"),
    RawPathCase(
      text: "tags[]", steps: [.key("tags"), .each], lastName: "tags", isNested: true),
    RawPathCase(text: "größe", steps: [.key("größe")], lastName: "größe"),
    RawPathCase(
      text: "p[k=a=b]", steps: [.key("p"), .match(key: "k", value: "a=b")], lastName: "a=b"),
    RawPathCase(text: "[0].a", steps: [.index(0), .key("a")], lastName: "a"),
  ]
}

@Suite struct RawPathTests {
  @Test(arguments: RawPathCase.all)
  func pathIsRead(_ example: RawPathCase) throws {
    let path = try #require(RawPath(parsing: example.text))
    #expect(path.steps == example.steps)
    #expect(path.text == example.text)
    #expect(path.lastName == example.lastName)
    #expect(path.isNested == example.isNested)
  }

  /// One path can be written in several ways, and guards compare texts.
  @Test(arguments: [
    ("\"x\".y", "x.y"), ("\"x\".\"y\"", "x.y"), ("items[00].\"sku\"", "items[0].sku"),
    ("a b", "\"a b\""), ("\"a.b\".c", "\"a.b\".c"), ("p[\"k\"=v]", "p[\"k\"=v]"),
  ])
  func spellingsOfOnePathAreOneText(_ text: String, _ canonical: String) throws {
    let path = try #require(RawPath(parsing: text))
    #expect(path.text == canonical)
    #expect(RawPath(parsing: canonical)?.steps == path.steps)
  }

  @Test(arguments: [
    ("x.y", "\"x\".y", true), ("x.y", "x.z", false), ("x.y", "x", false),
    ("items[].sku", "items[0].sku", true), ("items[1].sku", "items[0].sku", false),
    ("p[key=a].v", "p[key=b].v", false), ("p[key=a].v", "p[name=b].v", true),
    ("p[key=a].v", "p[2].v", true), ("p[key=a].v", "p.a.v", false),
  ])
  func pathsThatMayNameOneValueMeet(_ first: String, _ second: String, _ meet: Bool) throws {
    let first = try #require(RawPath(parsing: first))
    let second = try #require(RawPath(parsing: second))
    #expect(first.mayMeet(second) == meet)
    #expect(second.mayMeet(first) == meet)
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]", "a[=x]", "a.[0]", "a[0]b", "\"a", "\"\"",
    "\"a\"b", "a\"b\"c.", "a[0].",
  ])
  func whatIsNoPathIsRefused(_ text: String) {
    #expect(RawPath(parsing: text) == nil)
  }

  @Test func nameMayHoldAnything() {
    let path = RawPath(name: "Lineitem price [EUR].net")
    #expect(path.steps == [.key("Lineitem price [EUR].net")])
    #expect(path.lastName == "Lineitem price [EUR].net")
    #expect(!path.isNested)
  }
}
