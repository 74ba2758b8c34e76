/// What the shop sells.
enum Catalogue {
  struct Product {
    var number: Int
    var name: String
    var category: String
    /// The category's segment in addresses.
    var slug: String
    var cents: Int
  }

  /// All products, the popular ones first: choices are skewed towards the start.
  static let products: [Product] = shelves.flatMap { shelf in
    shelf.names.enumerated().map { offset, name in
      Product(
        number: shelf.number + offset * 7, name: name, category: shelf.category, slug: shelf.slug,
        cents: shelf.cents + offset * shelf.step)
    }
  }

  /// The categories' segments in addresses.
  static let slugs = shelves.map(\.slug)

  private struct Shelf {
    var number: Int
    var category: String
    var slug: String
    var cents: Int
    var step: Int
    var names: [String]
  }

  private static let shelves = [
    Shelf(
      number: 4711, category: "Schuhe", slug: "schuhe", cents: 5999, step: 2150,
      names: [
        "Wanderschuh „Königssee“ grün", "Laufschuh Café Crème", "Bergstiefel Größe 43",
        "Hausschuh Filz", "Gummistiefel für Kinder", "Sandale Île de Ré",
      ]),
    Shelf(
      number: 5102, category: "Jacken", slug: "jacken", cents: 8990, step: 3300,
      names: [
        "Regenjacke Nordsee", "Daunenjacke schwarz; Gr. L", "Weste \"Förster\"",
        "Windbreaker 2-in-1",
        "Softshell Ångström",
      ]),
    Shelf(
      number: 6230, category: "Rucksäcke", slug: "rucksaecke", cents: 4990, step: 2600,
      names: ["Tagesrucksack 20 l", "Trekkingrucksack 55 l", "Radtasche wasserdicht", "Hüfttasche"]),
    Shelf(
      number: 7040, category: "Küche", slug: "kueche", cents: 1250, step: 890,
      names: ["Küchenmesser 20 cm", "Emaille-Becher 4er-Set", "Espressokocher", "Brotbrett Eiche"]),
    Shelf(
      number: 8015, category: "Zelte", slug: "zelte", cents: 14900, step: 11050,
      names: ["Kuppelzelt 2 Personen", "Familienzelt Möwe", "Tarp 3 × 3 m"]),
    Shelf(
      number: 9300, category: "Fahrräder", slug: "fahrraeder", cents: 124_900, step: 51000,
      names: ["Trekkingrad 28\"", "E-Bike Fünfseen", "Lastenrad"]),
    Shelf(
      number: 9910, category: "Sternwarten", slug: "sternwarten", cents: 349_500, step: 100_000,
      names: ["Kuppelteleskop", "Sonnenfilter"]),
  ]
}
