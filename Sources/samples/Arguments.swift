/// What was asked for on the command line.
struct Arguments {
  var folder = "SampleData"
  var seed: UInt64 = 2026
  var date = Day(year: 2026, month: 4, day: 30)
  var customers = 2400
  var orders = 900
  var visits = 1600
  /// Whether odd and broken records are left out, and exports are UTF-8 with a decimal point.
  var isTidy = false

  static let help = """
    usage: samples [--out DIR] [--seed N] [--date YYYY-MM-DD] [--customers N] [--orders N] [--visits N]
                   [--tidy]

    Writes a night of synthetic raw files of a shop: access log, tracking events, orders and
    customers. The same arguments give the same content.

      --out DIR          folder for the files, created where it is missing (SampleData)
      --seed N           where chance begins (2026)
      --date YYYY-MM-DD  the day the files tell of (2026-04-30)
      --customers N      customers in the register (2400)
      --orders N         orders, each of one to five lines (900)
      --visits N         visits to the website, each of about six requests (1600)
      --tidy             no odd or broken records, UTF-8, decimal points: what every tool can read
    """

  /// Reads the arguments, or returns `nil` where help is asked for.
  init?(_ arguments: some Collection<String>) throws(UsageFault) {
    var rest = Array(arguments)[...]
    while let option = rest.popFirst() {
      if option == "--help" || option == "-h" { return nil }
      if option == "--tidy" {
        isTidy = true
        continue
      }
      guard ["--out", "--seed", "--date", "--customers", "--orders", "--visits"].contains(option)
      else { throw UsageFault(text: "unknown option '\(option)'; see samples --help") }
      guard let value = rest.popFirst() else {
        throw UsageFault(text: "'\(option)' needs a value")
      }
      switch option {
      case "--out": folder = value
      case "--seed":
        guard let seed = UInt64(value) else {
          throw UsageFault(text: "'--seed' takes a whole number, not '\(value)'")
        }
        self.seed = seed
      case "--date":
        guard let date = Day(iso: value) else {
          throw UsageFault(text: "'--date' takes a date such as 2026-04-30, not '\(value)'")
        }
        self.date = date
      case "--customers": customers = try Self.count(value, of: option)
      case "--orders": orders = try Self.count(value, of: option)
      default: visits = try Self.count(value, of: option)
      }
    }
  }

  private static func count(_ value: String, of option: String) throws(UsageFault) -> Int {
    guard let count = Int(value), (1...1_000_000_000).contains(count) else {
      throw UsageFault(text: "'\(option)' takes a number from 1 to 1000000000, not '\(value)'")
    }
    return count
  }
}

/// A command line that cannot be understood.
struct UsageFault: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}
