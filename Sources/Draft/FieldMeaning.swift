import Records

/// What the name of a raw field says about its values, in English and German.
///
/// Names are those of shops' exports and trackers: Shopify, WooCommerce, Shopware, Magento,
/// GA4, Snowplow, Segment and RudderStack, Matomo. The file is long because a table is read best in
/// one piece.
enum FieldMeaning: Hashable, Sendable {
  case typed(FieldType)
  /// A person of the shop's staff.
  case staff
  /// Passwords, tokens of access, security codes.
  case secret
  /// A point on the map.
  case place
  /// Says something about the person: gender, income, religion.
  case attribute
  case consent
  /// From a list of the shop's own: goods, states, currencies.
  case catalogue
  case money
  case moment
  /// A number that stands for one record or click.
  case linkable

  /// Returns the meaning of the longest end of `words` that is known.
  static func of(_ words: [String]) -> FieldMeaning? {
    var words = words.map { word in
      let bare = String(word.reversed().drop(while: \.isNumber).reversed())
      return bare.isEmpty ? word : bare
    }
    words.removeAll { $0.allSatisfy(\.isNumber) }
    for count in [4, 3, 2, 1] where words.count >= count {
      if let found = known[words.suffix(count).joined()] { return found }
    }
    guard let last = words.last else { return nil }
    return of(last, of: words.dropLast().last { owners[$0] != nil }, isAlone: words.count == 1)
  }

  /// Names that mean something only by what they belong to.
  private static func of(_ last: String, of owner: String?, isAlone: Bool) -> FieldMeaning? {
    let meaning = owner.flatMap { owners[$0] }
    switch last {
    case "id", "number", "nr", "no", "key", "num", "uuid", "guid", "uid":
      if let meaning { return meaning == .typed(.name) ? .typed(.account) : meaning }
      return isAlone ? .linkable : nil
    case "name": return meaning == .catalogue ? .catalogue : .typed(.name)
    default: return last.hasSuffix("date") ? .moment : nil
    }
  }

  /// To whom or what an `id` or `name` belongs.
  private static let owners: [String: FieldMeaning] = table([
    (
      .typed(.account),
      "customer user person buyer client member account kunde kunden nutzer benutzer subscriber guest"
    ),
    (.typed(.name), "billing shipping recipient contact traits address employee sender payer"),
    (.typed(.order), "order invoice transaction bestellung auftrag rechnung checkout cart payment"),
    (.typed(.cookie), "device session visitor browser anonymous cookie"),
    (
      .catalogue,
      """
      product products item items lineitem line sku artikel category variant event campaign library os app
      network page screen browser country region currency tax discount coupon method term series
      brand state province continent geo integration model step list view file layer tracker promotion creative carrier store
      """
    ),
  ])

  private static func table(
    _ rows: [(FieldMeaning, String)]
  ) -> [String: FieldMeaning] {
    var table: [String: FieldMeaning] = [:]
    for (meaning, names) in rows {
      for name in names.split(whereSeparator: \.isWhitespace) { table[String(name)] = meaning }
    }
    return table
  }

  private static let known: [String: FieldMeaning] = table([
    (
      .typed(.email),
      """
      email mail emails mails emailaddress mailaddress emailadresse mailadresse customeremail useremail
      billingemail contactemail
      """
    ),
    (
      .typed(.phone),
      """
      phone phones telephone mobile mobilephone cellphone phonenumber telephonenumber phoneno
      telefon telefonnummer telefonnr tel telnr handy handynummer handynr mobil mobilnummer rufnummer
      fax faxnummer
      """
    ),
    (
      .typed(.name),
      """
      firstname lastname fullname surname forename givenname familyname middlename middleinitial
      maidenname mothersmaiden nickname displayname customername username1 billingname shippingname
      customerfirstname customerlastname billtoname shiptoname contactname recipient
      vorname nachname familienname zuname kundenname ansprechpartner empfaenger empfänger rufname
      billingcompany shippingcompany company firma firmenname organisation organization department
      abteilung seller author
      """
    ),
    (
      .typed(.street),
      """
      street streetaddress address addresses addressline addr strasse straße str adresse adressen
      anschrift hausnummer hausnr lieferadresse rechnungsadresse billingaddress shippingaddress
      shippinginformation
      """
    ),
    (
      .typed(.ip),
      """
      ip ips ipaddress ipaddr ipv ipadresse remoteaddr remoteip clientip userip useripaddress
      customeripaddress requestip visitip locationip hostip xforwardedfor forwardedfor remotehost
      """
    ),
    (
      .typed(.account),
      """
      customerid customernumber customerno customerkey customer user userid username login loginid
      accountid accountnumber memberid membernumber subscriberid userkey uid clientnumber buyerid
      kundennummer kundennr kundenid kdnr kundenkonto benutzer benutzername nutzername mitgliedsnummer
      nationalid ssn passport taxid vatid vatnumber ustid ustidnr steuernummer externalid
      kontonummer kontonr bankaccount
      """
    ),
    (
      .typed(.order),
      """
      orderid ordernumber orderno ordername ordernr order invoiceid invoicenumber invoiceno invoice
      transactionid transactionnumber receiptnumber paymentid paymentids paymentreference
      paymentreferences checkoutid cartid carttoken carthash trorderid tiorderid idorder txnid
      bestellnummer bestellnr bestellid auftragsnummer auftragsnr rechnungsnummer rechnungsnr
      belegnummer belegnr vorgangsnummer lieferscheinnummer trackingnumber sendungsnummer ups
      westernunionmtcn moneygrammtcn mtcn
      """
    ),
    (
      .typed(.cookie),
      """
      cookie cookies cookieid session sessionid sessionuuid sess sessionkey gasessionid visitorid visitor visitid
      idvisitor idvisit clientid deviceid device advertisingid adid idfa idfv gaid aaid vendorid
      anonymousid anonid userpseudoid fingerprint userfingerprint domainuserid networkuserid
      domainsessionid refrdomainuserid configid firebaseappid pushtoken devicetoken sitzung
      sitzungsid besucherid besucher
      """
    ),
    (.typed(.iban), "iban ibans"),
    (
      .typed(.card),
      "card cardnumber cardno ccnumber creditcard creditcardnumber kreditkarte kartennummer pan"
    ),
    (
      .typed(.postcode),
      "zip zipcode postcode postalcode plz postleitzahl geozipcode billingzip shippingzip zipno"
    ),
    (
      .typed(.city),
      "city town ort stadt wohnort geocity cityname trcity billingcity shippingcity lieferort suburb"
    ),
    (
      .typed(.birthDate),
      "birthdate birthday dateofbirth dob birth geburtsdatum geburtstag gebdatum geboren geb"
    ),
    (
      .typed(.userAgent),
      "useragent agent httpuseragent browseruseragent customeruseragent ua requestuseragent"
    ),
    (
      .typed(.url),
      """
      url urls uri href link requesturi pagelocation pagereferrer referrer referer pageurl target
      landingpage landingsite imageurl refererurl initialreferrer pagepath requestpath refr
      pageurlpath pageurlquery pageurlfragment refrurlpath refrurlquery refrurlfragment
      """
    ),
    (
      .typed(.freeText),
      """
      note notes comment comments message remark remarks customernote customernotes noteattributes
      tags bemerkung bemerkungen kommentar nachricht anmerkung hinweis lieferhinweis freitext
      review feedback searchterm search query querystring searchquery searchkeyword reason
      unstructevent contexts derivedcontexts metadata refrterm mktterm seproperty selabel
      """
    ),
    (
      .staff,
      "employee employeeid employeename mitarbeiter mitarbeiternummer personalnummer cashier bearbeiter"
    ),
    (
      .secret,
      """
      password passwd pwd passwort kennwort token accesstoken authtoken refreshtoken apikey secret
      orderkey writekey authorization cvv cvc ccexpires securitycode pin hash passwordhash
      """
    ),
    (
      .place,
      """
      latitude longitude lat lon lng geolatitude geolongitude location geolocation coordinates
      geo breitengrad laengengrad längengrad
      """
    ),
    (
      .attribute,
      """
      gender sex geschlecht salutation anrede maritalstatus familienstand religion konfession
      nationality nationalität occupation beruf income annualincome einkommen bloodtype health
      disability pounds kilograms height weight age alter tropicalzodiac vehicle customergender
      feet inches feetinches centimeters educationlevel education totalchildren children race homeowner relationship
      """
    ),
    (
      .consent,
      """
      consent consents optin newsletter acceptsmarketing acceptsemailmarketing acceptssmsmarketing
      acceptswhatsappmarketing analyticsstorage adsstorage einwilligung zustimmung trackingallowed
      consentstatistics consentmarketing doubleoptin marketingconsent acceptemail statistics
      """
    ),
    (
      .catalogue,
      """
      sku ean gtin isbn productid itemid productkey productsku productname itemname lineitemname lineitemsku
      variantid articleid articlenumber artikelnummer artikelnr artikel bezeichnung stockcode article
      category categories kategorie warengruppe brand marke manufacturer hersteller variant size
      color colour farbe groesse größe status state orderstatus financialstatus fulfillmentstatus
      payment paymentmethod zahlungsart zahlungsweise versandart shippingmethod currency waehrung
      währung country countrycode land laendercode region province continent bundesland language
      locale lang platform os osname browser devicecategory devicetype event eventname action type
      channel source medium campaign affiliation vendor salespoint storename store coupon model
      saleschannel territory territorykey method protocol vhost useros
      countryname deviceoperatingsystem productcategory product
      """
    ),
    (
      .money,
      """
      price total subtotal amount revenue tax taxes discount cost costs fee fees turnover value
      unitprice itemprice lineitemprice totalprice grandtotal ordertotal orderrevenue baseprice
      purchaserevenue amounttotal discountamount taxamount duties balance outstandingbalance shippingcost
      refundedamount preis preise betrag umsatz summe brutto netto einzelpreis gesamtpreis
      gesamtbetrag rechnungsbetrag steuer mwst rabatt versandkosten gebuehr gebühr warenwert
      """
    ),
    (
      .moment,
      """
      time timestamp ts tstamp date datetime datum zeit zeitpunkt zeitstempel uhrzeit created
      updated modified createdat updatedat paidat cancelledat fulfilledat orderedat processedat
      datecreated datemodified datepaid orderdate invoicedate bestelldatum bestellzeit
      rechnungsdatum lieferdatum eventtimestamp eventtime eventdate servertime receivedat sentat
      originaltimestamp firsttouchtimestamp collectortstamp derivedtstamp etltstamp dvcecreatedtstamp
      dvcesenttstamp truetstamp purchasedate createdgmt datecreatedgmt signupdate registered
      registeredat stockdate createdon orderdatetime begin start end at
      """
    ),
    (
      .linkable,
      """
      eventid messageid requestid hitid pageviewid viewid rayid traceid correlationid eventfingerprint
      gclid dclid fbclid msclkid mktclickid clickid wbraid gbraid srsltid eventbundlesequenceid
      """
    ),
  ])
}
