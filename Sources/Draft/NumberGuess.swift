import Ingest
import Records

/// How a CSV file writes its numbers: the style under which most columns can be read.
struct NumberGuess: Sendable {
  private(set) var style = NumberStyle()

  /// Decimal and thousands sign, the plainest first.
  private static let candidates: [(decimal: String, thousands: String)] = [
    (".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'"), (",", "\u{A0}"),
    (",", "\u{202F}"),
  ]

  init(_ columns: [SampledField]) {
    guard let zone = Zone(named: "UTC") else { return }
    // Columns of nothing but digits read the same in every style.
    let telling = columns.filter { column in
      column.values.prefix(2000).contains { $0.contains(44) || $0.contains(46) }
    }
    var bestCount = 0
    var fewestUnread = Int.max
    for candidate in NumberGuess.candidates {
      var style = NumberStyle()
      style.decimal = candidate.decimal == "," ? UInt8(ascii: ",") : UInt8(ascii: ".")
      style.thousands = Array(candidate.thousands.utf8)
      var count = 0
      var unread = 0
      for column in telling {
        let cells = column.cells(2000)
        var reader = ValueReader(
          type: .decimal, format: nil, numbers: style, scale: 9, zone: zone)
        var faults = ValueFaults()
        _ = reader.read(cells, faults: &faults)
        guard faults.entries.count * 10 <= cells.cells.count else { continue }
        count += 1
        unread += faults.entries.count
      }
      if count > bestCount || count == bestCount && count > 0 && unread < fewestUnread {
        bestCount = count
        fewestUnread = unread
        self.style = style
      }
    }
  }
}
