import Foundation
import Identifiers
import Support
import Testing

/// Measures the detectors on generated texts of others; the floors are what they reach.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data"))
struct DetectorShareTests {
  private struct Share {
    var spans = 0
    var found = 0
    var detections = 0
    var right = 0

    var recall: Double { spans == 0 ? 1 : Double(found) / Double(spans) }
    var precision: Double { detections == 0 ? 1 : Double(right) / Double(detections) }
  }

  private struct Sentence: Decodable {
    struct Span: Decodable {
      var type: String
      var start: Int
      var end: Int

      enum CodingKeys: String, CodingKey {
        case type = "entity_type"
        case start = "start_position"
        case end = "end_position"
      }
    }
    var text: String
    var spans: [Span]

    enum CodingKeys: String, CodingKey {
      case text = "full_text"
      case spans
    }
  }

  @Test func reachesItsSharesOnSentences() throws {
    let kinds: [String: Detection.Kind] = [
      "EMAIL_ADDRESS": .email, "IP_ADDRESS": .ip, "PHONE_NUMBER": .phone, "IBAN_CODE": .iban,
      "CREDIT_CARD": .card,
    ]
    let sentences = try JSONDecoder().decode(
      [Sentence].self, from: Data(try SharedData.bytes("pii/synth_dataset_v2.json")))
    var shares: [Detection.Kind: Share] = [:]
    for sentence in sentences {
      let bytes = Array(sentence.text.utf8)
      // Positions count Unicode scalars.
      var offsets: [Int] = [0]
      for scalar in sentence.text.unicodeScalars {
        offsets.append(offsets[offsets.count - 1] + UTF8.width(scalar))
      }
      var hits: [Detection] = []
      var offset = 0
      while let hit = Detector.next(
        after: offset, in: bytes.span, from: 0, to: bytes.count, kinds: .all)
      {
        hits.append(hit)
        offset = hit.end
      }
      let spans = sentence.spans.compactMap { span in
        kinds[span.type].map { kind in
          (
            kind: kind, start: offsets[min(span.start, offsets.count - 1)],
            end: offsets[min(span.end, offsets.count - 1)]
          )
        }
      }
      for span in spans {
        shares[span.kind, default: Share()].spans += 1
        if hits.contains(where: {
          $0.kind == span.kind && $0.start <= span.start && $0.end >= span.end
        }) {
          shares[span.kind, default: Share()].found += 1
        }
      }
      for hit in hits {
        shares[hit.kind, default: Share()].detections += 1
        if spans.contains(where: {
          $0.kind == hit.kind && $0.start < hit.end && hit.start < $0.end
        }) {
          shares[hit.kind, default: Share()].right += 1
        }
      }
    }
    for kind in Detection.Kind.allCases {
      guard let share = shares[kind] else { continue }
      print(
        "detector on sentences: \(kind) recall \(share.found)/\(share.spans)",
        "precision \(share.right)/\(share.detections)")
    }
    func expect(_ kind: Detection.Kind, recall: Double, precision: Double) {
      let share = shares[kind, default: Share()]
      #expect(share.recall >= recall, "recall of \(kind)")
      #expect(share.precision >= precision, "precision of \(kind)")
    }
    expect(.email, recall: 1, precision: 1)
    expect(.ip, recall: 1, precision: 1)
    expect(.iban, recall: 1, precision: 1)
    expect(.card, recall: 0.99, precision: 1)
    expect(.phone, recall: 0.8, precision: 0.95)
  }

  /// Columns of a customer table: what must be found, and what must be left alone.
  @Test func reachesItsSharesOnColumns() throws {
    // Without the byte order mark in front.
    let rows = table(
      [UInt8](try SharedData.bytes("pii/FakeNameGenerator.com_100.csv").dropFirst(3)) + [10])
    let header = try #require(rows.first)
    func share(_ column: String, _ kinds: DetectionKinds) throws -> (hits: Int, cells: Int) {
      let position = try #require(header.firstIndex(of: column))
      let cells = rows.dropFirst().compactMap { $0.count > position ? $0[position] : nil }
        .filter { !$0.isEmpty }
      let hits = cells.filter { cell in
        let bytes = Array(cell.utf8)
        return Detector.finds(kinds, in: bytes.span, from: 0, to: bytes.count)
      }
      print("detector on columns: \(column) \(hits.count)/\(cells.count)")
      return (hits.count, cells.count)
    }
    let emails = try share("EmailAddress", .email)
    #expect(emails.hits == emails.cells)
    let cards = try share("CCNumber", .card)
    #expect(cards.hits == cards.cells)
    // Most are written without trunk zero or country, `84 23 30`: no shape tells them from a size.
    let phones = try share("TelephoneNumber", .phone)
    #expect(Double(phones.hits) >= 0.54 * Double(phones.cells))
    for column in [
      "Number", "City", "ZipCode", "Birthday", "Age", "CVV2", "CCExpires", "Occupation", "Company",
      "Vehicle", "Pounds", "FeetInches", "GUID", "Latitude", "Longitude", "BrowserUserAgent",
      "StreetAddress", "Domain", "MoneyGramMTCN",
    ] {
      let hits = try share(column, .all)
      #expect(Double(hits.hits) <= 0.02 * Double(hits.cells), "false alarms in \(column)")
    }
    // Transfer numbers of ten digits: those that begin with a trunk zero have a telephone's shape.
    let transfers = try share("WesternUnionMTCN", .all)
    #expect(Double(transfers.hits) <= 0.11 * Double(transfers.cells))
  }

  /// Article numbers, names, prices, times and countries of real orders are nobody's identifiers.
  @Test func raisesNoAlarmInOrders() throws {
    var values = 0
    var alarms = 0
    for day in ["2010-12-01", "2010-12-13", "2011-01-04", "2011-01-31"] {
      let file = "orders/uci_online_retail/\(day).csv"
      for row in table(try SharedData.bytes(file)) {
        for value in row {
          let bytes = Array(value.utf8)
          values += 1
          if Detector.finds(.all, in: bytes.span, from: 0, to: bytes.count) { alarms += 1 }
        }
      }
    }
    #expect(values > 20_000)
    #expect(alarms == 0)
  }

  private func table(_ bytes: [UInt8]) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
      case 10 where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        rows.append(row)
        row = []
        field = []
      case 13 where !isQuoted: break
      default: field.append(byte)
      }
    }
    return rows
  }
}
