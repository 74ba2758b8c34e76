/// The events of the tracking script, one JSON object a line.
struct TrackingEvents {
  private var dice: Dice
  private var lines = 0
  private let isTidy: Bool

  init(seed: UInt64, isTidy: Bool) {
    dice = Dice(seed: seed, stream: .event, index: 0)
    self.isTidy = isTidy
  }

  /// Writes the events of all visits that run the script to `file`.
  mutating func write(_ traffic: Traffic, to file: inout SampleFile) throws {
    for visits in traffic {
      var entries: [(moment: Moment, text: String)] = []
      for visit in visits where !visit.isBot && !visit.blocksScript {
        for position in visit.steps.indices {
          entries.append((visit.steps[position].moment, event(position, of: visit)))
        }
      }
      entries.sort { $0.moment < $1.moment }
      for entry in entries {
        lines += 1
        try file.write(Array(entry.text.utf8))
        if !isTidy, lines % 700 == 350 { try file.write(Array(broken(at: entry.moment).utf8)) }
      }
    }
  }

  private mutating func event(_ position: Int, of visit: Visit) -> String {
    let step = visit.steps[position]
    var fields = [
      "\"ts\":\"\(stamp(step.moment))\"", "\"event\":\"\(Self.name(of: step.kind))\"",
      "\"client_id\":\"\(visit.client)\"",
    ]
    if let consents = visit.consents {
      fields.append("\"consent\":{\"statistics\":\(consents),\"marketing\":\(dice.happens(300))}")
    }
    fields.append(
      visit.isLoggedIn
        ? "\"user\":{\"id\":\"\(visit.customer.number)\",\"email\":"
          + "\"\(visit.customer.typedEmail(&dice))\",\"newsletter\":\(visit.customer.wantsNewsletter)}"
        : "\"user\":null")
    fields.append("\"ip\":\"\(visit.address)\",\"user_agent\":\"\(visit.agent)\"")
    let query = position == 0 && !visit.campaign.isEmpty ? "?" + visit.campaign : ""
    fields.append(
      "\"page\":{\"url\":\"https://shop.example\(Address.path(of: step))\(query)\",\"title\":"
        + "\"\(title(of: step))\",\"referrer\":\"\(visit.referrer == "-" ? "" : visit.referrer)\"}")
    if [.category, .product, .cartAdded, .checkout, .bought].contains(step.kind) {
      fields.append(
        "\"product\":{\"sku\":\"\(step.product.number)\",\"category\":\"\(step.product.slug)\","
          + "\"price\":\(price(step.product.cents, asText: 20))}")
    }
    if [.cartAdded, .checkout, .bought].contains(step.kind) { fields.append(items(step)) }
    if step.kind == .bought {
      fields.append(
        "\"order\":{\"id\":\"W-\(700_000 + lines)\",\"mail\":\"\(visit.customer.email)\"}")
    }
    if step.kind == .search {
      fields.append(
        "\"search\":{\"term\":\"\(dice.happens(60) ? visit.customer.email : step.product.slug)\"}")
    }
    return "{" + fields.joined(separator: ",") + "}\n"
  }

  private mutating func items(_ step: Visit.Step) -> String {
    var items: [String] = []
    for position in 0..<(1 + dice.skewed(4)) {
      let product = position == 0 ? step.product : dice.pick(Catalogue.products)
      items.append(
        "{\"sku\":\"\(product.number)\",\"name\":\"\(escaped(product.name))\","
          + "\"price\":\(price(product.cents, asText: 3)),\"quantity\":\(1 + dice.skewed(3))}")
    }
    return "\"items\":[" + items.joined(separator: ",") + "]"
  }

  /// Returns the amount as a number, in `permille` of a thousand cases as a string, as scripts of
  /// several hands do.
  private mutating func price(_ cents: Int, asText permille: Int) -> String {
    let text = "\(cents / 100).\(digits(cents % 100, 2))"
    return dice.happens(permille) && !isTidy ? "\"\(text)\"" : text
  }

  /// Returns a page title, some with characters beyond the basic plane as surrogate pairs.
  private mutating func title(of step: Visit.Step) -> String {
    let name = escaped(step.product.name)
    switch dice.below(12) {
    case 0: return name + " \\ud83e\\udd7e | Beispiel Shop"
    case 1: return name + " \u{26FA} | Beispiel Shop"
    case 2: return "Gr\\u00f6\\u00dfe w\\u00e4hlen: " + name
    default: return name + " | Beispiel Shop"
    }
  }

  private func escaped(_ text: String) -> String {
    text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  }

  private mutating func stamp(_ moment: Moment) -> String {
    let fraction = digits(dice.below(1000), 3)
    return "\(moment.day.iso)T\(moment.clock).\(fraction)+0\(moment.day.berlinOffset):00"
  }

  /// Returns a line that is no event, or an event that must not be kept.
  private mutating func broken(at moment: Moment) -> String {
    let client = "\(1_000_000_000 + dice.below(999_999_999)).1777000001"
    let consent = "\"consent\":{\"statistics\":true}"
    switch (lines / 700) % 7 {
    // The script's connection broke.
    case 0:
      return
        "{\"ts\":\"\(stamp(moment))\",\"event\":\"view_item\",\"client_id\":\"\(client)\",\"con\n"
    // NaN is no JSON.
    case 1:
      return "{\"ts\":\"\(stamp(moment))\",\"event\":\"add_to_cart\",\"client_id\":\"\(client)\","
        + "\(consent),\"items\":[{\"price\":NaN,\"quantity\":1}]}\n"
    // A browser whose clock stands weeks ago.
    case 2:
      let wrong = Moment(day: moment.day.adding(-40), second: moment.second)
      return
        "{\"ts\":\"\(stamp(wrong))\",\"event\":\"page_view\",\"client_id\":\"\(client)\",\(consent)}\n"
    // No clock at all.
    case 3: return "{\"event\":\"page_view\",\"client_id\":\"\(client)\",\(consent)}\n"
    // The same key twice: which one is meant?
    case 4:
      return "{\"ts\":\"\(stamp(moment))\",\"event\":\"page_view\",\"event\":\"purchase\","
        + "\"client_id\":\"\(client)\",\(consent)}\n"
    // Half of a surrogate pair in a field that nobody reads.
    case 5:
      return "{\"ts\":\"\(stamp(moment))\",\"event\":\"page_view\",\"client_id\":\"\(client)\","
        + "\(consent),\"page\":{\"title\":\"\\ud83e\"}}\n"
    default: return "[]\n"
    }
  }

  private static func name(of kind: Visit.Kind) -> String {
    switch kind {
    case .home, .category, .account, .newsletter: "page_view"
    case .product: "view_item"
    case .cartAdded: "add_to_cart"
    case .checkout: "begin_checkout"
    case .bought: "purchase"
    case .search: "search"
    }
  }
}
