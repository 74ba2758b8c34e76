/// The export of order lines as German shop systems write it.
///
/// Semicolons, decimal comma, thousands dot, `dd.MM.yyyy HH:mm`, windows-1252, CRLF.
struct OrderExport {
  let seed: UInt64
  let day: Day
  let customers: Int
  let isTidy: Bool

  private static let header =
    "order_id;ordered_at;customer_no;first_name;last_name;email;phone;street;zip;city;country;sku;"
    + "product;category;quantity;unit_price;discount;payment;iban;note"

  /// Writes the lines of `orders` orders to `file`, in the order in which they came in.
  func write(orders: Int, to file: inout SampleFile) throws {
    try put(Self.header, to: &file)
    for index in 0..<orders {
      var dice = Dice(seed: seed, stream: .order, index: index)
      let customer = Customer(index: dice.skewed(customers), seed: seed, today: day)
      let moment = moment(of: index, among: orders, &dice)
      let payment = dice.pick([
        "Rechnung", "Rechnung", "PayPal", "PayPal", "Lastschrift", "Kreditkarte",
      ])
      // The service centre types what it is told; orders by telephone often have no address.
      let email =
        index % 400 == 211
        ? "telefonisch" : dice.happens(25) ? "" : customer.typedEmail(&dice)
      for _ in 0..<(1 + dice.skewed(5)) {
        let product = Catalogue.products[dice.skewed(Catalogue.products.count)]
        let quantity = dice.happens(15) ? -1 : 1 + dice.skewed(3)
        let typed = dice.happens(150) ? dice.pick(["0,05", "0,1", "0,15"]) : "0"
        let discount = isTidy ? Self.tidy(typed) : typed
        let price =
          index % 300 == 140 && !isTidy
          ? "auf Anfrage" : amount(product.cents - dice.below(3) * 100)
        let fields = [
          "B-\(2_600_000 + index)", "\(moment.day.german) \(moment.clock.prefix(5))",
          customer.number,
          customer.first, customer.last, email, customer.phone, customer.street, customer.postcode,
          customer.place.city, customer.place.country.rawValue, "\(product.number)", product.name,
          product.category, "\(quantity)", price, discount, payment,
          payment == "Lastschrift" ? customer.place.country.iban : "", Self.note(&dice, customer),
        ]
        try put(fields.map(Self.quoted).joined(separator: ";"), to: &file)
      }
      // A line that was cut when the export was patched by hand.
      if !isTidy, index % 450 == 333 {
        try put("B-\(2_600_000 + index);;Sammelbestellung", to: &file)
      }
    }
  }

  /// Orders of the evening before come first; a till with a wrong clock sends one from long ago.
  private func moment(of index: Int, among orders: Int, _ dice: inout Dice) -> Moment {
    if !isTidy, index % 500 == 77 {
      return Moment(day: day.adding(-45), second: dice.below(86_400))
    }
    let eve = orders / 30
    if index < eve { return Moment(day: day, second: -5400 + index * 5400 / eve) }
    let second = 900 + (index - eve) * 84_900 / max(1, orders - eve)
    return Moment(day: day, second: second + dice.below(60))
  }

  private func put(_ line: String, to file: inout SampleFile) throws {
    var bytes: [UInt8] = []
    if isTidy { bytes.append(line + "\r\n") } else { bytes.append(windows1252: line + "\r\n") }
    try file.write(bytes)
  }

  private func amount(_ cents: Int) -> String {
    isTidy ? "\(cents / 100).\(digits(cents % 100, 2))" : Self.german(cents)
  }

  private static func tidy(_ number: String) -> String {
    String(number.map { $0 == "," ? "." : $0 })
  }

  /// Returns an amount as `1.234,56`.
  static func german(_ cents: Int) -> String {
    let euros = cents / 100
    let whole = euros < 1000 ? "\(euros)" : "\(euros / 1000).\(digits(euros % 1000, 3))"
    return "\(whole),\(digits(cents % 100, 2))"
  }

  /// Returns `field` quoted after RFC 4180 where it needs to be.
  static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains {
      $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"")
        || $0 == UInt8(ascii: "\n")
    }
    guard needsQuotes else { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  /// Returns what customers and staff write into the field for remarks.
  private static func note(_ dice: inout Dice, _ customer: Customer) -> String {
    guard dice.happens(90) else { return "" }
    return switch dice.below(6) {
    case 0: "Bitte bei Nachbarn abgeben;\nKlingel \"\(customer.last)\""
    case 1: "Rückruf unter \(customer.phone.isEmpty ? "+49 30 23125 000" : customer.phone)"
    case 2: "Geschenk für \(customer.first) – ohne Rechnung, max. 100 €"
    case 3: "=SUMME(A1:A9)"
    case 4: "Liefertermin: nach 17 Uhr;\n\nDanke!"
    default: "Rechnung an \(customer.email)"
    }
  }
}
