/// The export of the customer register: UTF-8, commas, ISO dates.
struct CustomerExport {
  let seed: UInt64
  let day: Day

  private static let header =
    "customer_no,first_name,last_name,email,phone,street,postcode,city,country,birth_date,iban,"
    + "newsletter,registered_at"

  /// Writes the first `count` customers to `file`.
  func write(_ count: Int, to file: inout SampleFile) throws {
    try file.write(Array((Self.header + "\n").utf8))
    for index in 0..<count {
      let customer = Customer(index: index, seed: seed, today: day)
      let fields = [
        customer.number, customer.first, customer.last, customer.email, customer.phone,
        customer.street, customer.postcode, customer.place.city, customer.place.country.rawValue,
        // The register was once filled from paper: a few dates of birth are none.
        index % 900 == 450 ? "00.00.0000" : customer.born.iso, customer.iban,
        customer.wantsNewsletter ? "ja" : "nein", customer.registered.iso,
      ]
      let line = fields.map(OrderExport.quoted).joined(separator: ",")
      try file.write(Array((line + "\n").utf8))
    }
  }
}
