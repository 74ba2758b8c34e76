/// The guard by name: does the name of a column or raw field say that it holds an identifier?
///
/// A name is cut into words at everything that is no letter or digit and where camelCase turns. The
/// last word decides; words that add nothing (`number`, `id`, `value`, `1`) are looked through, so
/// that `phone_number` reads `phone` and `order_number` reads `order`.
package enum PersonalName {
  /// Returns whether the name, or the last word of the raw path, reads as a personal identifier.
  package static func holds(_ name: String) -> Bool {
    var words = words(of: Array(name.utf8))
    while let last = words.last, let bare = withoutCounter(last) {
      words.removeLast()
      if bare.isEmpty { continue }
      words.append(bare)
    }
    guard let last = words.last else { return false }
    if isPersonal(last) { return true }
    guard words.count > 1 else { return false }
    let previous = words[words.count - 2]
    // e_mail, first_name, pass_word, Kunden-Nr.: two words that are one.
    if joined.contains(previous + last) { return true }
    return transparent.contains(last) && isPersonal(previous)
  }

  private static func isPersonal(_ word: [UInt8]) -> Bool {
    exact.contains(word)
      || suffixes.contains { word.count >= $0.count && Array(word.suffix($0.count)) == $0 }
  }

  /// Returns the word without digits at its end, or `nil` when it has none.
  private static func withoutCounter(_ word: [UInt8]) -> [UInt8]? {
    var count = word.count
    while count > 0, ASCII.isDigit(word[count - 1]) { count -= 1 }
    return count == word.count ? nil : Array(word[..<count])
  }

  /// Returns the lower-case words of a name.
  static func words(of name: [UInt8]) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    for (index, byte) in name.enumerated() {
      guard ASCII.isAlphanumeric(byte) || byte >= 0x80 else {
        if !word.isEmpty { words.append(word) }
        word = []
        continue
      }
      if ASCII.isUpper(byte), let before = index > 0 ? name[index - 1] : nil {
        // A capital after a small letter begins a word, and so does the last capital of several
        // before a small letter: ip|Address, IP|Address, customer|IP. A plural s is none: I|Ds.
        let next = index + 1 < name.count ? name[index + 1] : 0
        if ASCII.isLower(before) || ASCII.isUpper(before) && ASCII.isLower(next) {
          if !word.isEmpty { words.append(word) }
          word = []
        }
      }
      word.append(ASCII.lowercased(byte))
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static let exact = Set(
    ASCII.words(
      """
      email emails mail mails phone phones mobile tel telephone cellphone mobilephone fax iban ibans
      card cards ip ips street address addresses addr surname lastname firstname forename
      givenname familyname password passwd pwd token session sessionid sess
      telefon handy mobil mobiltelefon strasse straße str adresse adressen anschrift nachname vorname
      familienname passwort kennwort sitzung sitzungsid karte kreditkarte kartennummer kartennr
      telefonnr telefonnummer handynr rufnummer hausnummer hausnr kontonummer kontonr mailadresse
      phonenumber phoneno cardnumber cardno ipaddr ipv4 ipv6
      """))

  /// German and joined words whose end gives them away: rechnungsadresse, billingemail.
  private static let suffixes = ASCII.words(
    """
    email address adresse anschrift telefon telefonnummer handynummer mobilnummer rufnummer
    hausnummer kartennummer kontonummer kreditkarte strasse straße nachname vorname surname lastname
    firstname passwort password sitzung telephone phonenumber
    """)

  private static let joined = Set(
    ASCII.words(
      """
      email firstname lastname givenname familyname surname forename password passwort cellphone
      telephone ipaddress hausnummer hausnr kontonummer kontonr rufnummer kartennummer kartennr
      """))

  /// Words behind which the word before counts.
  private static let transparent = Set(
    ASCII.words("number no nr nummer num id value text raw name line new old hash"))
}
