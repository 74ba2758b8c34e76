/// A town with its postcodes; towns are drawn by weight, so that some regions stay small.
struct Place {
  var country: Country
  var city: String
  var postcodes: ClosedRange<Int>
  var weight: Int

  /// Draws a town by weight.
  static func draw(_ dice: inout Dice) -> Place {
    var rest = dice.below(totalWeight)
    for place in all {
      rest -= place.weight
      if rest < 0 { return place }
    }
    return all[0]
  }

  /// Draws one of the town's postcodes.
  func postcode(_ dice: inout Dice) -> String {
    let number = postcodes.lowerBound + dice.below(postcodes.count)
    switch country {
    case .germany, .france, .italy: return digits(number, 5)
    case .austria, .switzerland, .belgium: return digits(number, 4)
    case .netherlands: return "\(number) AB"
    case .poland: return "\(digits(number / 1000, 2))-\(digits(number % 1000, 3))"
    }
  }

  private static let totalWeight = all.reduce(0) { $0 + $1.weight }

  private static let all: [Place] =
    [
      ("Berlin", 10115...10999, 90), ("Berlin", 12043...12689, 60), ("Berlin", 13086...13629, 50),
      ("Hamburg", 20095...20539, 60), ("Hamburg", 22041...22769, 55),
      ("München", 80331...80999, 65), ("München", 81241...81929, 40), ("Köln", 50667...50999, 55),
      ("Frankfurt am Main", 60308...60599, 45), ("Stuttgart", 70173...70629, 45),
      ("Düsseldorf", 40210...40629, 40), ("Leipzig", 4103...4357, 40), ("Dresden", 1067...1328, 40),
      ("Nürnberg", 90402...90491, 30), ("Bremen", 28195...28779, 25),
      ("Hannover", 30159...30669, 25),
      ("Münster", 48143...48167, 18), ("Freiburg", 79098...79117, 12),
      ("Würzburg", 97070...97084, 9),
      ("Lübeck", 23552...23570, 8), ("Rostock", 18055...18147, 6), ("Konstanz", 78462...78467, 5),
      ("Trier", 54290...54296, 5), ("Passau", 94032...94036, 4), ("Görlitz", 2826...2828, 3),
      ("Flensburg", 24937...24944, 3), ("Kempten", 87435...87439, 3), ("Cottbus", 3042...3055, 3),
    ].map { Place(country: .germany, city: $0.0, postcodes: $0.1, weight: $0.2) }
    + [
      Place(country: .austria, city: "Wien", postcodes: 1010...1090, weight: 45),
      Place(country: .austria, city: "Graz", postcodes: 8010...8055, weight: 14),
      Place(country: .austria, city: "Innsbruck", postcodes: 6020...6020, weight: 6),
      Place(country: .switzerland, city: "Zürich", postcodes: 8001...8064, weight: 26),
      Place(country: .switzerland, city: "Bern", postcodes: 3004...3027, weight: 8),
      Place(country: .france, city: "Saint-Étienne", postcodes: 42000...42100, weight: 7),
      Place(country: .netherlands, city: "Amsterdam", postcodes: 1011...1098, weight: 9),
      Place(country: .belgium, city: "Liège", postcodes: 4000...4032, weight: 4),
      Place(country: .italy, city: "Forlì", postcodes: 47121...47122, weight: 4),
      Place(country: .poland, city: "Kraków", postcodes: 30001...31999, weight: 5),
    ]
}

/// A country of delivery with its test numbers.
enum Country: String {
  case germany = "DE"
  case austria = "AT"
  case switzerland = "CH"
  case france = "FR"
  case netherlands = "NL"
  case belgium = "BE"
  case italy = "IT"
  case poland = "PL"

  /// The country's example in the IBAN registry of ISO 13616: no account stands behind it.
  var iban: String {
    switch self {
    case .germany: "DE89370400440532013000"
    case .austria: "AT611904300234573201"
    case .switzerland: "CH9300762011623852957"
    case .france: "FR1420041010050500013M02606"
    case .netherlands: "NL91ABNA0417164300"
    case .belgium: "BE68539007547034"
    case .italy: "IT60X0542811101000000123456"
    case .poland: "PL61109010140000071219812874"
    }
  }

  /// Draws a telephone number that regulators keep free for films and examples.
  ///
  /// Germany: Bundesnetzagentur, "Rufnummern für Medienproduktionen"; elsewhere the range that
  /// Ofcom keeps free for drama stands in.
  func phone(_ dice: inout Dice) -> String {
    guard self == .germany else { return "+44 20 7946 0\(digits(dice.below(1000), 3))" }
    switch dice.below(5) {
    case 0: return "+49 30 23125 \(digits(dice.below(1000), 3))"
    case 1: return "+49 40 66969 \(digits(dice.below(1000), 3))"
    case 2: return "+49 69 90009-\(digits(dice.below(1000), 3))"
    case 3: return "+49 171 39200\(digits(dice.below(100), 2))"
    default: return "+49 176 040690\(digits(dice.below(100), 2))"
    }
  }
}
