import Bytes

/// Queries of URLs as forms write them: `name=value` pairs (WHATWG URL,
/// application/x-www-form-urlencoded).
package enum URLQuery {
  /// Returns the range of the first value under `name`, still encoded, or `nil` without that name.
  ///
  /// A name without `=` has an empty value.
  package static func value(
    named name: [UInt8], in bytes: Span<UInt8>, from: Int, to end: Int
  ) -> Range<Int>? {
    var index = from
    let first = name.first ?? UInt8(ascii: "=")
    while index < end {
      // Most parameters are others, which their first byte tells.
      if bytes[index] != first, bytes[index] != UInt8(ascii: "%"), bytes[index] != UInt8(ascii: "+")
      {
        index = firstOffset(of: UInt8(ascii: "&"), in: bytes, from: index, to: end) &+ 1
        continue
      }
      var stop = index
      var equals = -1
      while stop < end, bytes[stop] != UInt8(ascii: "&") {
        if equals < 0, bytes[stop] == UInt8(ascii: "=") { equals = stop }
        stop &+= 1
      }
      let nameEnd = equals < 0 ? stop : equals
      if decodes(bytes, from: index, to: nameEnd, as: name) {
        return (equals < 0 ? stop : equals &+ 1)..<stop
      }
      index = stop &+ 1
    }
    return nil
  }

  /// Appends the bytes with `%XX` decoded and `+` as a blank.
  ///
  /// A per cent sign that begins no escape stays. The result need not be UTF-8.
  package static func appendDecoded(
    _ bytes: Span<UInt8>, from: Int, to end: Int, to text: inout [UInt8]
  ) {
    var index = from
    while index < end {
      if let byte = ASCII.escapedByte(bytes, at: index, to: end) {
        text.append(byte)
        index &+= 3
      } else {
        text.append(bytes[index] == UInt8(ascii: "+") ? 32 : bytes[index])
        index &+= 1
      }
    }
  }

  private static func decodes(
    _ bytes: Span<UInt8>, from: Int, to end: Int, as name: [UInt8]
  ) -> Bool {
    var index = from
    var position = 0
    while index < end {
      guard position < name.count else { return false }
      var byte = bytes[index]
      if let escaped = ASCII.escapedByte(bytes, at: index, to: end) {
        byte = escaped
        index &+= 3
      } else {
        if byte == UInt8(ascii: "+") { byte = 32 }
        index &+= 1
      }
      guard byte == name[position] else { return false }
      position &+= 1
    }
    return position == name.count
  }

  /// Returns whether a parameter of this name carries an identifier of a person, device or click.
  package static func namesIdentifier(_ name: String) -> Bool {
    let words = PersonalName.words(of: Array(name.utf8))
    let joined = words.reduce(into: [UInt8]()) { $0 += $1 }
    if identifiers.contains(joined) || PersonalName.holds(name) { return true }
    guard let last = words.last else { return false }
    return identifiers.contains(last) && last.count > 2 || words.contains { personal.contains($0) }
  }

  /// Without separators: `mc_eid` is `mceid`.
  private static let identifiers = Set(
    ASCII.words(
      """
      gclid gclsrc fbclid msclkid mceid mccid dclid gbraid wbraid ttclid twclid lifatid yclid ysclid
      igshid igsh ga gl gac fbp fbc scid srsltid epik rdtcid sccid irclickid clickid click_id
      cjevent awc ranmid ransiteid tblci obclickid dicbo vmcid hsenc hsmi hsctatracking mkttok
      oeclid otc wickedid vero_id veroid veroconv rbclickid bclid klaviyoid kx elqtrackid elqtrack
      trkcontact sid uid uuid guid cid vid pid did ssid psid phpsessid jsessionid aspsessionid
      user userid username usr login account accountid customer customerid custid kunde kundennummer
      kundennr member memberid visitor visitorid client clientid device deviceid idfa gaid adid aaid
      cookie cookieid contact contactid subscriber subscriberid recipient recipientid order orderid
      bestellnummer email emailid mail token auth authtoken accesstoken refreshtoken idtoken
      apikey key secret signature sig code otp nonce state ticket hash session sessionid sess name
      firstname lastname fullname nachname vorname phone tel mobile iban card ip address street
      birthday birthdate bday dob geburtstag geburtsdatum sessid pass passwd pwd lat lon lng latlng
      """))

  private static let personal = Set(
    ASCII.words("email mail token session password passwort phone telefon iban"))
}
