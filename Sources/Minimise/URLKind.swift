import Identifiers
package import Records

/// `url`: host and path of a URL, with identifiers in the path masked.
package struct URLKind: TreatmentKind {
  package init() {}

  package var name: String { "url" }

  package var summary: String {
    "Keeps host or path of a URL; segments that are identifiers become ':id', all else goes."
  }

  package var shape: SettingShape {
    .mapping([
      Setting(
        "keep", .list(of: .word(["host", "path"]), count: 1...2), required: true,
        about: "the parts that stay; query, user info and fragment always go"),
      Setting(
        "ids", .word(["mask", "keep"]),
        about: "what becomes of numeric, hex, uuid, token-like and e-mail segments; default mask"),
      Setting("because", .reason, about: "why identifiers stay; needed with  ids: keep"),
      Setting(
        "paths", .list(of: .text, count: 1...1000),
        about: "the only paths, such as /p/:id and /c/*; all others are /other"),
    ])
  }

  package var examples: [TreatmentExample] {
    func keeping(_ parts: String..., more: [SettingValue.Pair] = []) -> SettingValue {
      .mapping([.init("keep", .list(parts.map { .text($0) }))] + more)
    }
    let paths = SettingValue.Pair("paths", .list([.text("/p/:id"), .text("/c/*")]))
    return [
      TreatmentExample(.url, keeping("path"), "/p/4711?mail=anna%40x.example", gives: "/p/:id"),
      TreatmentExample(
        .url, keeping("host", "path"), "https://u:p@Shop.example/c/shoes#top",
        gives: "shop.example/c/shoes"),
      TreatmentExample(.url, keeping("path"), "/u/anna%40x.example/cart", gives: "/u/:id/cart"),
      TreatmentExample(.url, keeping("path"), "/cart;jsessionid=1A2B", gives: "/cart"),
      TreatmentExample(.url, keeping("path", more: [paths]), "/p/red-shoe", gives: "/p/:id"),
      TreatmentExample(.url, keeping("path", more: [paths]), "/c/shoes/new", gives: "/c/*"),
      TreatmentExample(.url, keeping("path", more: [paths]), "/wp-admin", gives: "/other"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .text, input.isRaw(.url) else { throw refusal(of: input, takes: "'url'") }
    let rewriter = try rewriter(settings)
    // A host is anybody's; only a path from a list is closed.
    let isClosed = !rewriter.keepsHost && rewriter.routes != nil
    return input.becoming(.text, isClosed ? .closed : .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    TextTreatment(rewriter: try rewriter(settings))
  }

  private func rewriter(_ settings: SettingValue) throws(PlanFault) -> URLRewriter {
    var keepsHost = false
    var keepsPath = false
    for item in settings["keep"]?.list ?? [] {
      switch item.text {
      case "host"?: keepsHost = true
      case "path"?: keepsPath = true
      default: throw PlanFault("'keep' lists host and path", setting: ["keep"])
      }
    }
    guard keepsHost || keepsPath else {
      throw PlanFault("'keep' lists host and path", setting: ["keep"])
    }
    let masksIDs: Bool
    switch settings["ids"]?.text {
    case nil, "mask"?: masksIDs = true
    case "keep"?:
      let reason = settings["because"]?.text ?? ""
      guard reason.contains(where: { !$0.isWhitespace }) else {
        throw PlanFault(
          "'ids: keep' needs a reason", fix: "write  because: \"why identifiers may stay\"",
          setting: ["ids"])
      }
      masksIDs = false
    default: throw PlanFault("'ids' is mask or keep", setting: ["ids"])
    }
    var routes: URLRoutes?
    if let stated = settings["paths"] {
      guard keepsPath else {
        throw PlanFault("'paths' needs  keep: [path]", setting: ["paths"])
      }
      var patterns: [String] = []
      for item in stated.list ?? [] {
        guard let text = item.text else {
          throw PlanFault("'paths' is a list of paths", setting: ["paths"])
        }
        patterns.append(text)
      }
      routes = try URLRoutes(patterns)
    }
    return URLRewriter(
      keepsHost: keepsHost, keepsPath: keepsPath, masksIDs: masksIDs, routes: routes)
  }
}

private struct URLRewriter: TextRewriter {
  var keepsHost: Bool
  var keepsPath: Bool
  var masksIDs: Bool
  var routes: URLRoutes?

  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    if isNothing(bytes, from: from, to: end) { return .absent }
    guard let parts = URLParts(bytes, from: from, to: end) else { return .refused(.type) }
    var hasHost = false
    var hasPath = false
    switch parts.form {
    case .absolute, .schemeRelative: (hasHost, hasPath) = (true, true)
    case .authority: hasHost = true
    case .origin, .asterisk: hasPath = true
    }
    if keepsHost, hasHost {
      guard URLHost.append(bytes, parts.host, to: &output) else { return .refused(.type) }
      if !keepsPath || !hasPath { return .written }
    }
    guard keepsPath, hasPath else { return .absent }
    if let routes {
      routes.append(bytes, parts.path, to: &output)
    } else if parts.form == .asterisk {
      output.append(UInt8(ascii: "*"))
    } else {
      URLPath.append(bytes, parts.path, masksIDs: masksIDs, to: &output)
    }
    return .written
  }
}
