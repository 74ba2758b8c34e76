import Identifiers
package import Records

/// The guard by value and by size on text that comes from no closed list.
///
/// What looks like an e-mail address, an IP address, a number of a phone, account or card, or a
/// digest becomes null and is counted as `looks_personal`; what is longer than 64 characters
/// becomes null and is counted as `too_long`. The engine runs it last on every guarded column.
package struct TextGuard: Treatment {
  /// Most characters, counted as Unicode scalars, that a text cell may have.
  package static let characterLimit = plainTextLimit

  private let limitsLength: Bool

  /// The length is no fault where the declared type is not plain: addresses of pages and redacted
  /// remarks are long by nature.
  package init(limitsLength: Bool = true) { self.limitsLength = limitsLength }

  package func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let texts = values.texts
    let bytes = texts.bytes.span
    var cells = texts.cells
    var isChanged = false
    for position in cells.indices {
      let cell = cells[position]
      guard !cell.isNull,
        let rule = TextGuard.fault(
          bytes, from: cell.lower, to: cell.upper, limitsLength: limitsLength)
      else { continue }
      cells[position] = .null
      faults.add(rule, at: position)
      isChanged = true
    }
    if isChanged { values = .text(TextCells(bytes: texts.bytes, cells: cells)) }
  }

  /// Returns the rule that the text breaks, or `nil` when it may leave.
  package static func fault(
    _ bytes: Span<UInt8>, from: Int, to end: Int, limitsLength: Bool = true
  ) -> Rule? {
    if limitsLength, end &- from > characterLimit {
      var characters = 0
      for index in from..<end where bytes[index] & 0xC0 != 0x80 { characters &+= 1 }
      if characters > characterLimit { return .tooLong }
    }
    return Detector.finds(.all, in: bytes, from: from, to: end) ? .looksPersonal : nil
  }
}
