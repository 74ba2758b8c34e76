import Draft
import Foundation
import Support
import Testing

@Suite struct DraftTests {
  static let german = """
    Bestellnummer;Bestelldatum;Kunde E-Mail;Nachname;PLZ;Ort;Artikel;Menge;Preis;Bemerkung
    A-1001;01.05.2026 09:10;anna.alt@kunden.example;Altmann;01067;Dresden;Schuhe;1;1.249,90;Bitte klingeln
    A-1002;02.05.2026 10:20;bert.neu@kunden.example;Neumann;80331;München;Tasche;2;49,90;
    A-1003;13.05.2026 11:30;carl.gut@kunden.example;Gutmann;20095;Hamburg;Schuhe;1;19,05;Hinterhaus
    A-1004;14.05.2026 12:40;dora.lang@kunden.example;Langmann;50667;Köln;Tasche;3;2.010,00;

    """

  static let events = """
    {"ts":"2026-05-01T10:00:00Z","event":"view","user":{"id":"K-17","email":"anna@kunden.example"},"ip":"203.0.113.9","page":{"url":"https://shop.example/p/17?mail=x"},"consent":{"statistics":true},"items":[{"sku":"S-91","price":12.5}],"params":[{"key":"page_title","value":{"string_value":"Rote Schuhe"}}],"seen":{"berta@kunden.example":3}}
    {"ts":"2026-05-01T10:00:01Z","event":"view","user":{"id":"K-18","email":"berta@kunden.example"},"ip":"203.0.113.8","page":{"url":"https://shop.example/p/18"},"consent":{"statistics":false},"items":[],"params":[{"key":"page_title","value":{"string_value":"Blaue Schuhe"}}],"seen":{"4f2a9c1d7e":3}}
    {"ts":"2026-05-01T10:00:02Z","event":"view","user":{"id":"K-19","email":"carla@kunden.example"},"ip":"203.0.113.7","page":{"url":"https://shop.example/p/19"},"consent":{"statistics":true},"items":[],"params":[],"seen":{}}

    """

  static let log = """
    203.0.113.7 - - [01/May/2026:10:00:00 +0200] "GET /p/4711?mail=anna HTTP/1.1" 200 512 "https://suche.example/?q=x" "Mozilla/5.0 (X11)"
    203.0.113.8 - - [01/May/2026:10:00:01 +0200] "GET /p/4712 HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11)"

    """

  @Test func germanExportIsRead() throws {
    let yaml = try DraftText.draft(["orders-2026-05-14.csv": Self.german])
    #expect(yaml.contains("delimiter: \";\""))
    #expect(yaml.contains("decimal: \",\""))
    #expect(yaml.contains("thousands: \".\""))
    #expect(yaml.contains("files: \"orders-{date}.csv\""))
    #expect(yaml.contains("clock: {from: Bestelldatum, format: \"dd.MM.yyyy HH:mm\"}"))
    #expect(
      DraftText.line(of: "kunde_e_mail", in: yaml)?.hasPrefix(
        "kunde_e_mail: {from: \"Kunde E-Mail\", type: email, treat: {pseudonym: person}") == true)
    #expect(
      DraftText.line(of: "plz", in: yaml)?.contains("type: postcode, treat: {prefix: 2}") == true)
    #expect(DraftText.line(of: "preis", in: yaml)?.contains("type: money") == true)
    #expect(DraftText.line(of: "menge", in: yaml)?.contains("type: int") == true)
    #expect(DraftText.line(of: "nachname", in: yaml)?.hasPrefix("# ") == true)
    #expect(DraftText.line(of: "bestellnummer", in: yaml)?.contains("# direct identifier") == true)
    #expect(DraftText.line(of: "bemerkung", in: yaml)?.contains("type: free_text") == true)
    #expect(DraftText.line(of: "ort", in: yaml)?.hasPrefix("# ") == true)
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test(arguments: [("csv", german), ("ndjson", events), ("log", log)])
  func onlyThePurposeIsMissing(ending: String, text: String) throws {
    let yaml = try DraftText.draft(["export.\(ending)": text])
    let errors = DraftText.errors(yaml)
    #expect(errors.count == 2)
    #expect(
      errors.allSatisfy { $0.contains("'why' has no value") || $0.contains("'basis' has no") })
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test(arguments: [("csv", german), ("ndjson", events), ("log", log)])
  func noValueIsPrinted(ending: String, text: String) throws {
    let yaml = try DraftText.draft(["export.\(ending)": text])
    let values = [
      "anna", "Altmann", "Dresden", "A-1001", "01067", "249", "klingeln", "Schuhe", "K-17", "203.0",
      "4711", "Mozilla", "suche.example", "/p/", "S-91", "4f2a9c1d7e", "berta", "2026-05", "13.05",
    ]
    for value in values { #expect(!yaml.contains(value), "the draft holds '\(value)'") }
  }

  @Test func nestedPathsAreNamed() throws {
    let yaml = try DraftText.draft(["tracking-20260501.ndjson": Self.events])
    #expect(yaml.contains("files: \"tracking-{date:yyyyMMdd}.ndjson\""))
    #expect(yaml.contains("clock: ts"))
    #expect(yaml.contains("from: user.email, type: email, treat: {pseudonym: person}"))
    #expect(yaml.contains("from: page.url, type: url, treat: {url: {keep: [path]}}"))
    #expect(yaml.contains("\"params[key=page_title].value.string_value\""))
    #expect(yaml.contains("items[] is an array of objects; make each a record with  each: items"))
    #expect(yaml.contains("items[].price"))
    #expect(yaml.contains("# consent: {field: consent.statistics, equals: true}"))
    #expect(yaml.contains("2 keys that look like values, dropped"))
  }

  /// Keys that differ from record to record are data, however much they look like names.
  @Test(arguments: [
    (#""carts":{"NAME":3}"#, "carts"), (#""carts":{"by":{"NAME":{"n":1}}}"#, "carts.by"),
    (#""carts":[{"key":"NAME","value":"x"}]"#, "carts"),
    (#""carts":[{"NAME":1},{"NAME":2}]"#, "carts[]"),
    (#""carts":{"NAME":1,"NAME@kunden.example":2}"#, "carts"),
  ])
  func keysThatAreDataAreNotNamed(_ member: String, path: String) throws {
    let names = ["annalena", "bertram", "carlotta", "dorothea"]
    let lines = (0..<120).map { number in
      let name = names[number % 4] + (path == "carts" ? "" : ["", "x", "y"][number % 3])
      return #"{"ts":"2026-05-01T10:00:00Z","kind":"view","#
        + member.replacing("NAME", with: name) + "}\n"
    }
    let yaml = try DraftText.draft(["events.ndjson": lines.joined()])
    for name in names { #expect(!yaml.contains(name), "the draft holds '\(name)'") }
    #expect(yaml.contains("#   \(path) has keys that may be data; declare those that are names\n"))
    #expect(DraftText.line(of: "kind", in: yaml) != nil)
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  /// Members that not every record has are names all the same.
  /// A single object tells nothing of how its keys change.
  @Test func keysBesideThoseThatLookLikeValuesAreNotNamed() throws {
    let yaml = try DraftText.draft([
      "x.ndjson": #"{"n":1,"carts":{"karla":1,"karla@kunden.example":2}}"# + "\n"
    ])
    #expect(yaml.contains("carts has keys that may be data; declare those that are names"))
    #expect(!yaml.contains("karla"))
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test func membersOfSomeRecordsAreNamed() throws {
    let lines = (0..<60).map { number in
      let more = ["", #","total":12.5"#, #","coupon":"A""#][number % 3]
      return #"{"ts":"2026-05-01T10:00:00Z","shown":{"page":"p\#(number % 2)"\#(more)},"#
        + #""flags":{"\#(number % 2 == 0 ? "isNew" : "basket")":\#(number % 2 == 0 ? "true" : "3")}}"#
        + "\n"
    }
    let yaml = try DraftText.draft(["events.ndjson": lines.joined()])
    for path in ["shown.page", "shown.total", "shown.coupon", "flags.isNew", "flags.basket"] {
      #expect(yaml.contains("from: \(path),"), "\(path)")
    }
    #expect(!yaml.contains("may be data"))
  }

  @Test func accessLogKeepsNetworkAndPath() throws {
    let yaml = try DraftText.draft(["access.log": Self.log])
    #expect(yaml.contains("layout: combined"))
    #expect(yaml.contains("clock: time"))
    #expect(yaml.contains("network: {from: ip, treat: {subnet: {v4: 24, v6: 48}}"))
    #expect(yaml.contains("visitor: {from: {all: [ip, user_agent]}, treat: {pseudonym: device}"))
    #expect(
      yaml.contains("protocol: {treat: {one_of: [HTTP/1.0, HTTP/1.1, HTTP/2.0, HTTP/3.0]}"))
  }

  /// Shops' exports have notes, addresses and stores with line ends in quotes.
  @Test(arguments: [
    "Name,Category,Notes,Total\n#1,a,\"gift\nwrap\",1.00\n#2,b,\"a\n,b\nc\",2.00\n#3,c,,3.00\n",
    "\"Name\",\"Category\",\"Notes\",\"Total\"\n\"1\",\"a\",\"Main\nStore\nView\",\"1.00\"\n",
  ])
  func recordsOfSeveralLinesAreRead(text: String) throws {
    let yaml = try DraftText.draft(["orders.csv": text])
    #expect(DraftText.line(of: "total", in: yaml)?.contains("type: money") == true)
    #expect(DraftText.line(of: "category", in: yaml) != nil)
    #expect(!yaml.contains("rejected"))
  }

  /// Loaders of events quote nothing: a title that begins with a quote is no quoted field.
  @Test func tabsWithBareQuotesAreNotQuoted() throws {
    let rows = ["sku\ttitle\tquantity", "S1\t\"Pro jacket\t2", "S2\t24\" screen\t1", "S3\tx\t4"]
    let yaml = try DraftText.draft(["goods.tsv": rows.map { $0 + "\n" }.joined()])
    #expect(yaml.contains("delimiter: tab\n      quote: none\n"))
    #expect(DraftText.line(of: "quantity", in: yaml)?.contains("type: int") == true)
    let quoted = ["sku\ttitle\tquantity", "S1\t\"Pro\tjacket\"\t2", "S2\t24\" screen\t1"]
    let other = try DraftText.draft(["goods.tsv": quoted.map { $0 + "\n" }.joined()])
    #expect(!other.contains("quote:"))
  }

  /// A parameter of GA4 is called after its key, not after the form of its value.
  @Test func parametersAreNamedByTheirKeys() throws {
    let lines = (0..<20).map { number in
      #"{"event_name":"view","event_params":[{"key":"ga_session_id","value":{"int_value":"17776150\#(number + 10)"}},"#
        + #"{"key":"page_number","value":{"int_value":"\#(number % 3)"}}],"#
        + #""user_pseudo_id":"10.\#(number)","device":{"browser_version":"124.0.1.\#(number)"}}"#
    }
    let yaml = try DraftText.draft(["events.ndjson": lines.map { $0 + "\n" }.joined()])
    #expect(
      DraftText.line(of: "page_number", in: yaml)?.hasPrefix(
        #"page_number: {from: "event_params[key=page_number].value.int_value", type: int"#) == true)
    #expect(DraftText.line(of: "ga_session_id", in: yaml)?.hasPrefix("# ") == true)
    // The person, not one of the person's visits, is what tokens and cells are made of.
    #expect(
      DraftText.line(of: "user_pseudo_id", in: yaml)?.hasPrefix("user_pseudo_id: {type: cookie, ")
        == true)
    #expect(DraftText.line(of: "browser_version", in: yaml)?.contains("type: ip") == false)
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test(arguments: [
    ("203.0.113.7 - - [01/May/2026:10:00:00 +0200] \"GET / HTTP/1.1\" 200 5\n", "common"),
    (
      "shop.example:443 203.0.113.7 - - [01/May/2026:10:00:00 +0200] \"GET / HTTP/1.1\" 200 5 "
        + "\"-\" \"curl\"\n", "vhost_combined"
    ),
  ])
  func layoutsAreTold(line: String, layout: String) throws {
    let yaml = try DraftText.draft(["access.log": line + line])
    #expect(yaml.contains("layout: \(layout)\n"))
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test func aFileWithoutHeaderShowsNoFirstLine() throws {
    let text = "4711,anna@kunden.example,Anna Alt,12.50\n4712,bert@kunden.example,Bert Neu,7.00\n"
    let yaml = try DraftText.draft(["customers.csv": text])
    #expect(yaml.contains("header: [column1, column2, column3, column4]"))
    #expect(!yaml.contains("4711") && !yaml.contains("Anna"))
    #expect(!yaml.contains("anna"))
    #expect(DraftText.line(of: "column2", in: yaml)?.contains("type: email") == true)
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test func wordsOnlyWithoutHeaderShowNoFirstLine() throws {
    let text = "Anna;Altmann;Dresden\nBert;Neumann;Hamburg\nCarl;Gutmann;Dresden\n"
    let yaml = try DraftText.draft(["people.csv": text])
    #expect(!yaml.contains("Altmann") && !yaml.contains("Dresden"))
    #expect(yaml.contains("column3"))
  }

  @Test(arguments: [
    ("01/02/2026", "03/04/2026", true), ("01/02/2026", "03/24/2026", false),
  ])
  func ambiguousDatesAreAsked(first: String, second: String, isAmbiguous: Bool) throws {
    let text = "order_no,ordered,quantity\nA1,\(first),1\nA2,\(second),2\nA3,\(first),2\n"
    let yaml = try DraftText.draft(["orders.csv": text])
    #expect(yaml.contains("day or month first?") == isAmbiguous)
    #expect(yaml.contains("\"dd/MM/yyyy\"") == isAmbiguous)
    #expect(yaml.contains("\"MM/dd/yyyy\""))
    #expect(yaml.contains("clock: run") == isAmbiguous)
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test(arguments: [
    ([UInt8]([0xC3, 0xBC]), nil), ([0xFC], "windows-1252"), ([0xFC, 0x80], "windows-1252"),
  ])
  func encodingsAreTold(umlaut: [UInt8], encoding: String?) throws {
    var bytes = Array("sku;category;quantity\n".utf8)
    for _ in 0..<3 { bytes += Array("S;m".utf8) + umlaut + Array("ll;1\n".utf8) }
    let yaml = try DraftText.draft(bytes: [("stock.csv", bytes)])
    if let encoding {
      #expect(yaml.contains("encoding: \(encoding)\n"))
    } else {
      #expect(!yaml.contains("encoding:"))
    }
    #expect(DraftText.line(of: "category", in: yaml)?.contains("1 value") == true)
  }

  @Test(arguments: [
    ("1714554000", "epoch_s"), ("1714554000123", "epoch_ms"), ("1714554000123456", "epoch_us"),
    ("1714554000123456789", "epoch_ns"),
  ])
  func epochsAreTold(number: String, format: String) throws {
    let line = "{\"event_timestamp\":\(number),\"n\":1}\n"
    let yaml = try DraftText.draft(["events.ndjson": line + line])
    #expect(yaml.contains("clock: {from: event_timestamp, format: \(format)}"))
  }

  @Test func shopifyColumnsAreKnown() throws {
    let header =
      "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,"
      + "Lineitem price,Lineitem sku,Billing Name,Billing Street,Billing City,Billing Zip,"
      + "Billing Phone,Notes,Employee,Id"
    let rows = (1...30).map {
      "#10\($0),kunde\($0)@kunden.example,paid,2026-05-01 10:00:00 +0200,EUR,12.50,"
        + "2026-05-01 10:00:00 +0200,1,Boots \($0),12.50,SKU-\($0 % 3),Anna Alt,Hauptstr. 1,Dresden,"
        + "'01067,'+4930123456,call me,Eva,55000\($0)"
    }
    let text = ([header] + rows).joined(separator: "\n") + "\n"
    let yaml = try DraftText.draft(["orders_export_1.csv": text])
    for column in [
      "name", "billing_name", "billing_street", "billing_city", "billing_phone", "notes",
      "employee", "id",
    ] {
      #expect(DraftText.line(of: column, in: yaml)?.hasPrefix("# ") == true, "\(column)")
    }
    for column in ["email", "financial_status", "total", "lineitem_quantity", "lineitem_sku"] {
      #expect(DraftText.line(of: column, in: yaml)?.hasPrefix("# ") == false, "\(column)")
    }
    #expect(yaml.contains("clock: Created at") || yaml.contains("clock: \"Created at\""))
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test func filesThatDifferByDateAreOneSource() throws {
    let yaml = try DraftText.draft([
      "orders-2026-05-01.csv": "sku,quantity\nS,1\nS,2\nT,2\n",
      "orders-2026-05-02.csv": "sku,quantity\nS,1\nS,2\nT,2\n",
      "stock-2026-05-02.csv": "sku,quantity,size\nS,1,2\nS,2,2\nT,2,2\n",
    ])
    #expect(yaml.components(separatedBy: "    holds:").count == 3)
    #expect(yaml.contains("tables: [orders, stock]"))
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test func aFieldOfTwoFormsIsNotProposed() throws {
    let rows = (1...40).map { $0 % 10 == 0 ? "$direct,1" : "https://shop.example/p/\($0),1" }
    let yaml = try DraftText.draft([
      "visits.csv": (["referrer,count"] + rows).joined(separator: "\n") + "\n"
    ])
    #expect(
      DraftText.line(of: "referrer", in: yaml)?.hasPrefix("# ") == true
        && yaml.contains("too many values of another form; see max_bad_records; 4 cannot be read"))
    #expect(!yaml.contains("$direct"))
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
  }

  @Test func namesNeedNoTrust() throws {
    let yaml = try DraftText.draft([
      "x.ndjson": """
      {"a: b #c":1,"say \\"hi\\"":2,"line\\nbreak":3,"null":4,"{n}":5,"dots.in.it":6,"-":7,"Ärger":8}

      """
    ])
    #expect(DraftText.errors(DraftText.filled(yaml)) == [])
    #expect(yaml.contains("from: \"\\\"dots.in.it\\\"\""))
    #expect(!yaml.contains("break"))
  }

  @Test(arguments: [
    ("", "holds no record to look at"), ("\0\u{1}\u{2}", "neither text nor gzip nor zstd"),
    ("#Version: 1.0\n#Fields: date\n", "is a W3C extended log"),
    ("[\n{\"a\":1}\n]\n", "export one object a line (NDJSON)"), ("<orders>\n", "looks like XML"),
  ])
  func otherFilesAreRefused(text: String, sentence: String) {
    #expect {
      try DraftText.draft(["file.dat": text])
    } throws: { error in
      (error as? DraftFault).map { $0.kind == .noSample && $0.message.contains(sentence) } ?? false
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect {
      try PipelineDraft(files: ["/nowhere/orders.csv"])
    } throws: { error in
      (error as? DraftFault)?.kind == .missing
    }
  }

  @Test func randomFilesMakeLegalDrafts() throws {
    let seed: UInt64 = 0x5EED
    var random = SplitMix(seed: seed)
    let pieces = [
      "name", "plz", "x,y", "a;b", "\"", "'", "1", "2,5", "01.02.2026", "\t", "{", "}", "[", "é",
      "#", ": ", "- ", "@", "\\", "null", "date", "e-mail", "price", "|", "\u{FEFF}", "true",
    ]
    var drafts = 0
    for round in 0..<150 {
      var text = ""
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          text += pieces.randomElement(using: &random) ?? ""
          text += [",", ";", ""].randomElement(using: &random) ?? ""
        }
        text += "\n"
      }
      guard let yaml = try? DraftText.draft(["f.csv": text]) else { continue }
      drafts += 1
      #expect(DraftText.errors(DraftText.filled(yaml)) == [], "seed \(seed) round \(round)")
    }
    #expect(drafts > 100)
  }

  @Test(arguments: [
    ("absent.csv", 66, "sparsam: cannot open 'absent.csv': no such file or folder\n"),
    ("empty.csv", 65, "sparsam: file 'empty.csv' holds no record to look at\n"),
  ])
  func theCommandEndsWithTheCodeOfTheFault(file: String, code: Int32, sentence: String) throws {
    let scratch = try Scratch()
    _ = try scratch.emptyFile("empty.csv")
    let ending = try Program("sparsam").run(["draft", file], in: scratch.folder)
    #expect(ending.status == code)
    #expect(ending.output == "" && ending.errors == sentence)
  }
}
