/// A decimal number as a pipeline file writes it: a sign, digits, and places behind a point.
struct DecimalText {
  private let sign: String
  /// Without leading zeros.
  private let whole: String
  /// Without trailing zeros.
  private let places: String

  /// Reads a text; `nil` when it is none. A point has digits on both of its sides.
  init?(_ text: String) {
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
      return nil
    }
    var places = parts.count == 2 ? parts[1] : ""
    while places.last == "0" { places.removeLast() }
    whole = String(parts[0].drop { $0 == "0" })
    self.places = String(places)
    sign = isNegative && !(whole.isEmpty && places.isEmpty) ? "-" : ""
  }

  /// The one text of this number.
  var canonical: String {
    whole.isEmpty && places.isEmpty ? "0" : sign + whole + "." + places
  }

  /// Whether a column of `scale` places can hold the number.
  func fits(scale: Int) -> Bool {
    guard places.utf8.count <= scale else { return false }
    let padding = String(repeating: "0", count: scale - places.utf8.count)
    // The least number of 64 bits stands for null.
    return Int64(sign + "0" + whole + places + padding).map { $0 != .min } ?? false
  }
}
