/// One visit to the shop's website: what the web server and the tracking script both saw.
struct Visit {
  enum Kind: Equatable {
    case home, category, product, cartAdded, checkout, bought, search, account, newsletter
  }

  struct Step {
    var kind: Kind
    var moment: Moment
    var product: Catalogue.Product
  }

  var address: String
  var agent: String
  var isBot: Bool
  var customer: Customer
  /// Whether the shop knows who it is.
  var isLoggedIn: Bool
  /// What the tracking script stores in the browser.
  var client: String
  /// The visitor's answer to the consent banner; `nil` where none was given.
  var consents: Bool?
  /// Whether the browser blocks the tracking script.
  var blocksScript: Bool
  var campaign: String
  var referrer: String
  var steps: [Step]

  /// Creates visit `index`, which begins at `start`.
  init(index: Int, start: Moment, customers: Int, seed: UInt64, today: Day) {
    var dice = Dice(seed: seed, stream: .visit, index: index)
    let customerIndex = dice.skewed(customers)
    customer = Customer(index: customerIndex, seed: seed, today: today)
    isBot = dice.happens(90)
    agent = isBot ? dice.pick(Agents.bots) : Agents.browsers[dice.skewed(Agents.browsers.count)]
    isLoggedIn = !isBot && dice.happens(380)
    // Who is logged in comes back with the same browser; the others are new ones.
    client =
      isLoggedIn
      ? "\(1_000_000_000 + customerIndex * 7919).1740000000"
      : "\(1_000_000_000 + dice.below(999_999_999)).\(1_777_000_000 + dice.below(600_000))"
    let answer = dice.below(100)
    consents = answer < 66 ? true : answer < 95 ? false : nil
    blocksScript = dice.happens(140)
    address = Self.address(&dice)
    campaign = Self.campaign(&dice, customer: customer)
    referrer = Self.referrer(&dice)
    steps = []
    addSteps(&dice, from: start, today: today)
  }

  private mutating func addSteps(_ dice: inout Dice, from start: Moment, today: Day) {
    var second = start.second
    func step(_ kind: Kind, _ product: Catalogue.Product) -> Step {
      Step(kind: kind, moment: Moment(day: start.day, second: second), product: product)
    }
    var product = Catalogue.products[dice.skewed(Catalogue.products.count)]
    steps.append(step(dice.happens(450) ? .home : .category, product))
    let length = 1 + dice.skewed(isBot ? 12 : 7)
    for _ in 0..<length {
      second += 1 + dice.below(isBot ? 4 : 95)
      if dice.happens(300) { product = Catalogue.products[dice.skewed(Catalogue.products.count)] }
      let draw = dice.below(100)
      steps.append(
        step(
          draw < 20 ? .category : draw < 86 ? .product : draw < 94 ? .search : .newsletter, product)
      )
    }
    guard !isBot, dice.happens(240) else { return }
    second += 8 + dice.below(60)
    steps.append(step(.cartAdded, product))
    if isLoggedIn, dice.happens(700) {
      second += 20
      steps.append(step(.account, product))
    }
    guard dice.happens(550) else { return }
    second += 15 + dice.below(60)
    steps.append(step(.checkout, product))
    guard dice.happens(700) else { return }
    second += 40 + dice.below(120)
    steps.append(step(.bought, product))
  }

  /// Draws an address from the blocks of RFC 5737 and RFC 3849.
  private static func address(_ dice: inout Dice) -> String {
    if dice.happens(380) {
      let parts = (0..<6).map { _ in String(dice.below(65_536), radix: 16) }
      if dice.happens(100) { return "2001:db8:\(parts[0])::\(parts[1])" }
      return "2001:db8:" + parts.joined(separator: ":")
    }
    return "\(dice.pick(["203.0.113", "198.51.100", "192.0.2"])).\(1 + dice.below(254))"
  }

  /// Draws the query with which a visitor arrives: campaigns, click ids and at times an address.
  private static func campaign(_ dice: inout Dice, customer: Customer) -> String {
    let address = customer.email.split(separator: "@").joined(separator: "%40")
    switch dice.below(100) {
    case ..<68: return ""
    case ..<78:
      return "utm_source=newsletter&utm_medium=email&utm_campaign=fruehling-2026&mc_eid="
        + dice.hex(10) + "&email=\(address)"
    case ..<87:
      return "utm_source=suche&utm_medium=cpc&utm_campaign=schuhe&gclid=Cj0KCQ" + dice.token(58)
    case ..<93: return "utm_source=Social&utm_medium=cpc&fbclid=IwAR" + dice.token(58)
    case ..<98: return "utm_source=preisvergleich&utm_medium=cpc"
    // A form that sends by GET, as they do exist.
    default: return "mail=\(address)&plz=\(customer.place.postcodes.lowerBound)"
    }
  }

  private static func referrer(_ dice: inout Dice) -> String {
    switch dice.below(100) {
    case ..<34: "-"
    case ..<62: "https://www.suche.example/"
    case ..<74: "https://shop.example/"
    case ..<83: "https://m.social.example/"
    case ..<91: "https://www.preisvergleich.example/vergleich?id=\(dice.below(90_000))"
    case ..<97: "https://blog\(dice.below(40)).example.org/2026/04/wandern"
    case ..<99: "android-app://example.suche.app/"
    default: "http://192.0.2.\(1 + dice.below(254))/intranet/links.html"
    }
  }
}

/// User agents as browsers and machines send them.
enum Agents {
  /// The common ones first: choices are skewed towards the start.
  static let browsers: [String] = {
    var agents: [String] = []
    for (version, appleVersion) in [(136, 18), (135, 17), (134, 16), (131, 15), (124, 14)] {
      let engine = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(version).0.0.0"
      let apple = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/\(appleVersion).1"
      agents += [
        "Mozilla/5.0 (Linux; Android 10; K) \(engine) Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS \(appleVersion)_1 like Mac OS X) \(apple) "
          + "Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(engine) Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(engine) Safari/537.36 Edg/\(version).0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:\(version + 1).0) Gecko/20100101 "
          + "Firefox/\(version + 1).0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(apple) Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64) \(engine) Safari/537.36",
      ]
    }
    return agents
  }()

  static let bots = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://suche.example/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://suche.example/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://robot.example/)",
    "Mozilla/5.0 (compatible; ExampleBot/1.4; bot@robot.example)",
    "python-requests/2.32.3", "curl/8.5.0", "Go-http-client/2.0",
  ]
}
