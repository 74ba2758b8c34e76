/// The access log of a web server in the combined format.
struct AccessLog {
  private var dice: Dice
  private var lines = 0
  private let isTidy: Bool

  init(seed: UInt64, isTidy: Bool) {
    dice = Dice(seed: seed, stream: .accessLine, index: 0)
    self.isTidy = isTidy
  }

  /// Writes the lines of all visits to `file`, in the order in which the requests ended.
  mutating func write(_ traffic: Traffic, to file: inout SampleFile) throws {
    for visits in traffic {
      var entries: [(moment: Moment, text: String)] = []
      for visit in visits {
        for position in visit.steps.indices { add(position, of: visit, to: &entries) }
      }
      entries.sort { $0.moment < $1.moment }
      for entry in entries {
        lines += 1
        try file.write(Array(entry.text.utf8))
        if isTidy { continue }
        if lines % 190 == 50 { try file.write(Array(oddity(at: entry.moment).utf8)) }
        if lines % 1700 == 900 { try file.write(Array(broken(at: entry.moment).utf8)) }
      }
    }
  }

  /// Adds the requests that one step of a visit makes.
  private mutating func add(
    _ position: Int, of visit: Visit, to entries: inout [(moment: Moment, text: String)]
  ) {
    let step = visit.steps[position]
    var target = Address.path(of: step)
    if position == 0, !visit.campaign.isEmpty { target += "?" + visit.campaign }
    switch step.kind {
    case .search:
      // People type their own address into any field that takes text.
      target +=
        dice.happens(60)
        ? "?q=" + visit.customer.email : "?q=" + step.product.slug + "+" + dice.pick(Self.colours)
    case .account: target += "?return=%2Fwarenkorb&mail=" + percentEncoded(visit.customer.email)
    case .newsletter:
      target += "?email=\(percentEncoded(visit.customer.email))&token=\(dice.hex(32))"
    default: break
    }
    let referrer =
      position == 0
      ? visit.referrer
      : "https://shop.example"
        + Address.path(
          of: visit.steps[position - 1])
    let posts = step.kind == .cartAdded || step.kind == .bought
    let slow = dice.below(1000)
    let status =
      slow < 4 ? 500 : slow < 12 ? 404 : slow < 20 ? 499 : slow < 90 && !posts ? 304 : 200
    let bytes =
      status == 304 || status == 499 ? 0 : status == 404 ? 14_520 : 9000 + dice.below(60_000)
    entries.append(
      (
        step.moment,
        line(
          visit, at: step.moment, request: "\(posts ? "POST" : "GET") \(target) HTTP/2.0",
          status: status, bytes: "\(bytes)", referrer: visit.isBot ? "-" : referrer)
      ))
    guard !visit.isBot else { return }
    for _ in 0..<dice.below(3) {
      let name = dice.pick([
        "theme-5f1c.css", "shop-91ab.js", "logo.svg", "bild-\(step.product.number).webp",
      ])
      entries.append(
        (
          Moment(day: step.moment.day, second: step.moment.second + 1),
          line(
            visit, at: step.moment, request: "GET /static/\(name) HTTP/2.0",
            status: dice.happens(300) ? 304 : 200, bytes: "\(900 + dice.below(80_000))",
            referrer: "https://shop.example" + Address.path(of: step))
        ))
    }
  }

  private mutating func line(
    _ visit: Visit, at moment: Moment, request: String, status: Int, bytes: String,
    referrer: String
  ) -> String {
    let user = visit.isLoggedIn && dice.happens(12) ? visit.customer.email : "-"
    return
      "\(visit.address) - \(user) \(stamp(moment)) \"\(request)\" \(status) \(bytes) "
      + "\"\(referrer)\" \"\(visit.agent)\"\n"
  }

  private func stamp(_ moment: Moment) -> String {
    let day = moment.day
    return
      "[\(digits(day.day, 2))/\(Self.months[day.month - 1])/\(day.year):\(moment.clock) "
      + "+0\(day.berlinOffset)00]"
  }

  /// Returns a line that is unusual and nevertheless one that servers write.
  private mutating func oddity(at moment: Moment) -> String {
    let address = "203.0.113.\(1 + dice.below(254))"
    let head = "\(address) - - \(stamp(moment)) "
    switch dice.below(14) {
    // A TLS handshake on the plain port, as nginx escapes it.
    case 0: return head + "\"\\x16\\x03\\x01\\x02\\x00\\x01\\x00\" 400 157 \"-\" \"-\"\n"
    case 1: return head + "\"-\" 408 - \"-\" \"-\"\n"
    case 2: return head + "\"\" 400 0 \"-\" \"-\"\n"
    case 3: return head + "\"GET\" 400 226 \"-\" \"-\"\n"
    // HTTP/0.9 knew no protocol field.
    case 4: return head + "\"GET /\" 200 9120 \"-\" \"-\"\n"
    // A quotation mark, escaped by Apache and by nginx.
    case 5:
      return head + "\"GET /suche?q=\\\"zelt\\\" HTTP/1.1\" 200 9731 \"-\" \"Reader \\\"7\\\"\"\n"
    case 6:
      return head
        + "\"GET /suche?q=\\x22zelt\\x22 HTTP/1.1\" 200 9731 \"-\" \"Reader \\x227\\x22\"\n"
    case 7: return head + "\"GET /wp-login.php HTTP/1.1\" 404 14520 \"-\" \"Mozilla/5.0\"\n"
    case 8: return head + "\"GET /.env HTTP/1.1\" 404 14520 \"-\" \"python-requests/2.32.3\"\n"
    case 9: return head + "\"PROPFIND / HTTP/1.1\" 405 0 \"-\" \"WebDAV\"\n"
    case 10: return head + "\"HEAD / HTTP/1.1\" 200 - \"-\" \"Monitor/3.1\"\n"
    // A proxy's list in one more field at the end.
    case 11:
      return head
        + "\"GET /c/zelte HTTP/1.1\" 200 21877 \"-\" \"Mozilla/5.0\" \"198.51.100.7, 192.0.2.1\"\n"
    // IPv4 mapped into IPv6 is the same visitor as the IPv4 address.
    case 12: return "::ffff:" + head + "\"GET /p/4711 HTTP/1.1\" 200 20114 \"-\" \"Mozilla/5.0\"\n"
    // A campaign whose template was filled with the address in the wrong place.
    default:
      return head
        + "\"GET /?utm_source=lena%40example.com&utm_medium=email HTTP/2.0\" 200 9120 \"-\" "
        + "\"Mozilla/5.0\"\n"
    }
  }

  /// Returns a line that is no record, or a record with a wrong clock.
  private mutating func broken(at moment: Moment) -> String {
    let address = "198.51.100.\(1 + dice.below(254))"
    switch (lines / 1700) % 4 {
    case 0:
      return "\(address) - - [\(digits(moment.day.day, 2))/\(Self.months[moment.day.month - 1])\n"
    case 1:
      let wrong = Moment(day: moment.day.adding(-21), second: moment.second)
      return "\(address) - - \(stamp(wrong)) \"GET / HTTP/1.1\" 200 9120 \"-\" \"Mozilla/5.0\"\n"
    case 2: return "worker process 4711 exited on signal 9\n"
    default:
      return "\(address) - - [32/Foo/2026:99:00:00 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"\n\n"
    }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let colours = ["gr%C3%BCn", "blau", "rot", "wasserdicht", "gr%C3%B6%C3%9Fe+43"]
}

/// The addresses of the shop's pages.
enum Address {
  static func path(of step: Visit.Step) -> String {
    switch step.kind {
    case .home: "/"
    case .category: "/c/\(step.product.slug)"
    case .product: "/p/\(step.product.number)"
    case .cartAdded: "/warenkorb"
    case .checkout: "/kasse"
    case .bought: "/kasse/danke"
    case .search: "/suche"
    case .account: "/konto"
    case .newsletter: "/newsletter/bestaetigen"
    }
  }
}

/// Returns `text` with everything but unreserved characters of RFC 3986 as `%XX`.
func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      encoded += byte < 16 ? "%0" : "%"
      encoded += String(byte, radix: 16, uppercase: true)
    }
  }
  return encoded
}
