import Ingest
import Records

/// How the times or dates of a field are written, told from its values.
struct TimeGuess: Sendable {
  /// The pipeline's name of the format; `nil` is ISO 8601.
  var format: String?
  /// Whether there is a time of day.
  var hasTime: Bool
  /// The other format that reads all values too: day and month cannot be told apart.
  var twin: String?
  /// Values that the format cannot read.
  var unreadCount: Int
  /// From the first to the last moment in days, the outermost percent aside.
  var spanInDays: Int

  private static let moments = [
    "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss", "d.M.yyyy H:mm", "d.M.yyyy H:mm:ss", "d.M.yy H:mm",
    "dd/MM/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm", "MM/dd/yyyy HH:mm:ss",
    "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss", "d/M/yy H:mm",
    "M/d/yy H:mm", "M/d/yyyy h:mm a", "M/d/yyyy h:mm:ss a", "yyyy/MM/dd HH:mm",
    "yyyy/MM/dd HH:mm:ss", "dd-MM-yyyy HH:mm", "dd-MM-yyyy HH:mm:ss", "MM-dd-yyyy HH:mm",
    "MM-dd-yyyy HH:mm:ss", "MMM d, yyyy, H:mm:ss", "MMM d, yyyy, h:mm:ss a", "MMM d, yyyy H:mm:ss",
    "dd/MMM/yyyy:HH:mm:ss X", "yyyyMMddHHmmss",
  ]

  private static let dates = [
    "dd.MM.yyyy", "d.M.yyyy", "dd.MM.yy", "d.M.yy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy",
    "M/d/yyyy", "d/M/yy", "M/d/yy", "dd-MM-yyyy", "MM-dd-yyyy", "yyyy/MM/dd", "d MMM yyyy",
    "MMM d, yyyy", "yyyyMMdd",
  ]

  /// Returns the guess, or `nil` when the values are no times.
  ///
  /// Bare numbers are epochs only where `isNamedSo` says that the field's name reads like a time.
  init?(_ field: SampledField, numbers: NumberStyle, isNamedSo: Bool) {
    guard let first = field.values.first, first.count >= 6, first.count <= 40,
      first.contains(where: { (48...57).contains($0) })
    else { return nil }
    let allWhole = field.values.allSatisfy(ValueShape.isWhole)
    if isNamedSo, let epoch = TimeGuess.epoch(field, numbers) {
      self = epoch
      return
    }
    if !allWhole, let iso = TimeGuess.iso(field, numbers) {
      self = iso
      return
    }
    var best: (format: String, hasTime: Bool, reading: Reading)?
    let all = TimeGuess.moments.map { ($0, true) } + TimeGuess.dates.map { ($0, false) }
    for (format, hasTime) in all {
      let isBare = format.allSatisfy(\.isLetter)
      if isBare != allWhole { continue }
      guard let reading = Reading(field, format, hasTime: hasTime, numbers) else { continue }
      if reading.unreadCount < (best?.reading.unreadCount ?? Int.max) {
        best = (format, hasTime, reading)
      }
    }
    guard let best else { return nil }
    format = best.format
    hasTime = best.hasTime
    unreadCount = best.reading.unreadCount
    spanInDays = best.reading.spanInDays
    let swapped = TimeGuess.swapped(best.format)
    if swapped != best.format,
      let other = Reading(field, swapped, hasTime: best.hasTime, numbers),
      other.unreadCount == best.reading.unreadCount
    {
      twin = swapped
    }
  }

  private init(_ format: String?, hasTime: Bool, _ reading: Reading) {
    self.format = format
    self.hasTime = hasTime
    unreadCount = reading.unreadCount
    spanInDays = reading.spanInDays
  }

  private static func epoch(_ field: SampledField, _ numbers: NumberStyle) -> TimeGuess? {
    let places = field.values.map { $0.prefix { (48...57).contains($0) }.count }
    guard let digits = places.first, places.allSatisfy({ abs($0 - digits) <= 1 }) else {
      return nil
    }
    let formats = [10: "epoch_s", 13: "epoch_ms", 16: "epoch_us", 19: "epoch_ns"]
    guard let format = formats[digits],
      let reading = Reading(field, format, hasTime: true, NumberStyle())
    else { return nil }
    return TimeGuess(format, hasTime: true, reading)
  }

  private static func iso(_ field: SampledField, _ numbers: NumberStyle) -> TimeGuess? {
    guard let reading = Reading(field, "iso8601", hasTime: true, numbers) else { return nil }
    let hasTime = field.values.contains { $0.count > 10 }
    return TimeGuess(nil, hasTime: hasTime, reading)
  }

  /// Returns the format with day and month exchanged, where both stand in digits.
  private static func swapped(_ format: String) -> String {
    guard !format.contains("."), !format.contains("MMM"), !format.hasPrefix("y") else {
      return format
    }
    return String(format.map { $0 == "d" ? "M" : $0 == "M" ? "d" : $0 })
  }

  /// One format tried on the values.
  private struct Reading {
    var unreadCount = 0
    var spanInDays = 0

    /// Reads the values; `nil` when more than one of twenty cannot be read or is of no plausible
    /// year.
    init?(_ field: SampledField, _ name: String, hasTime: Bool, _ numbers: NumberStyle) {
      guard let format = TimeFormat(name), let zone = Zone(named: "UTC"),
        read(field.cells(20), format, hasTime, numbers, zone),
        read(field.cells(), format, hasTime, numbers, zone)
      else { return nil }
    }

    private mutating func read(
      _ cells: TextCells, _ format: TimeFormat, _ hasTime: Bool, _ numbers: NumberStyle,
      _ zone: Zone
    ) -> Bool {
      var reader = ValueReader(
        type: hasTime ? .timestamp : .date, format: format, numbers: numbers, scale: nil, zone: zone
      )
      var faults = ValueFaults()
      guard case .number(let values) = reader.read(cells, faults: &faults) else { return false }
      let perDay: Int64 = hasTime ? 86_400_000_000 : 1
      let days = values.filter { $0 != Values.nullNumber }.map { $0 / perDay }
      // Plausible: 1900 to 2100.
      let plausible = days.filter { (-25_567...47_846).contains($0) }.sorted()
      unreadCount = cells.cells.count - plausible.count
      guard unreadCount * 20 <= cells.cells.count, !plausible.isEmpty else {
        return false
      }
      // A few wrong clocks make no span.
      let margin = plausible.count / 100
      spanInDays = Int(plausible[plausible.count - 1 - margin] - plausible[margin])
      return true
    }
  }
}
