/// An invented customer: every part is drawn from a list or a range that is reserved for examples.
struct Customer {
  /// Customer number as the shop prints it.
  var number: String
  var first: String
  var last: String
  var email: String
  var phone: String
  var street: String
  var place: Place
  var postcode: String
  var born: Day
  var iban: String
  var wantsNewsletter: Bool
  var registered: Day

  /// Creates customer `index`, the same one for every file that mentions it.
  init(index: Int, seed: UInt64, today: Day) {
    var dice = Dice(seed: seed, stream: .customer, index: index)
    number = "K\(100_000 + index * 3)"
    let name = dice.pick(Names.first)
    let family = dice.pick(Names.last)
    first = name.written
    last = family.written
    let joint = dice.pick([".", ".", "_", ""])
    email = "\(name.plain)\(joint)\(family.plain)\(index)@\(dice.pick(Names.domains))"
    place = Place.draw(&dice)
    postcode = place.postcode(&dice)
    phone = dice.happens(200) ? "" : place.country.phone(&dice)
    street =
      "\(dice.pick(Names.streets)) \(1 + dice.below(140))\(dice.pick(["", "", "", "a", "b"]))"
    // Ages from 16 to 91, most between 25 and 60.
    let age = 16 + (dice.below(38) + dice.below(38) + dice.below(4))
    born = today.adding(-(age * 365 + dice.below(365)))
    iban = dice.happens(600) ? "" : place.country.iban
    wantsNewsletter = dice.happens(340)
    registered = today.adding(-dice.skewed(2900))
  }

  /// The address as people type it: sometimes with capitals.
  func typedEmail(_ dice: inout Dice) -> String {
    guard dice.happens(120), let initial = email.first else { return email }
    return initial.uppercased() + email.dropFirst()
  }
}

/// Names that are common in the countries the shop delivers to, with their ASCII spelling.
enum Names {
  static let first: [(written: String, plain: String)] = [
    ("Anna", "anna"), ("Jürgen", "juergen"), ("Marie", "marie"), ("Thomas", "thomas"),
    ("Sophie", "sophie"), ("Lukas", "lukas"), ("Käthe", "kaethe"), ("José", "jose"),
    ("Chloé", "chloe"), ("Björn", "bjoern"), ("Zoë", "zoe"), ("Peter", "peter"),
    ("Laura", "laura"), ("Sören", "soeren"), ("Julia", "julia"), ("Łukasz", "lukasz"),
    ("Katharina", "katharina"), ("Andreas", "andreas"), ("Sabine", "sabine"), ("Mehmet", "mehmet"),
    ("Emma", "emma"), ("Noah", "noah"), ("Mia", "mia"), ("Françoise", "francoise"),
    ("Giulia", "giulia"), ("Göran", "goeran"), ("Ines", "ines"), ("Ayşe", "ayse"),
    ("Hans-Peter", "hans-peter"), ("Oliver", "oliver"),
  ]

  static let last: [(written: String, plain: String)] = [
    ("Müller", "mueller"), ("Schmidt", "schmidt"), ("Groß", "gross"), ("Fischer", "fischer"),
    ("Weber", "weber"), ("Jäger", "jaeger"), ("Wagner", "wagner"), ("Becker", "becker"),
    ("Schulz", "schulz"), ("Hoffmann", "hoffmann"), ("Rossi", "rossi"), ("García", "garcia"),
    ("Dubois", "dubois"), ("de Vries", "devries"), ("Kowalski", "kowalski"), ("Novák", "novak"),
    ("Andersson", "andersson"), ("O'Neill", "oneill"), ("Yılmaz", "yilmaz"), ("Böhm", "boehm"),
    ("von der Heide", "vonderheide"), ("Weiß", "weiss"), ("Nuñez", "nunez"),
    ("Østergård", "ostergard"),
  ]

  /// Domains that RFC 2606 and RFC 6761 reserve.
  static let domains = [
    "example.com", "example.com", "example.org", "example.net", "mail.example", "post.example",
    "beispiel.example", "buero.test",
  ]

  static let streets = [
    "Musterstraße", "Beispielweg", "Am Prüfstand", "Testallee", "Lindenprobe", "Rue de l'Exemple",
    "Höhenmuster", "Straße der Vorlage", "Muster-Platz",
  ]
}
