package import Bytes
package import Pseudonymise
package import Records
import Synchronization
import Verify

/// The direct identifiers that a run reads, whatever becomes of them: as they were read, and
/// normalised.
///
/// While the run goes on they are only remembered, in a filter of fixed size. When something of
/// what was published is in it, the inputs are read again and compared with just that: an exact
/// answer for the memory of the suspects.
package final class DeclaredIdentifiers: Sendable {
  private enum Purpose: Sendable {
    case remembering(KeyedFilter.Hasher)
    case searching(ByteInterner)
  }

  private let purpose: Purpose
  /// Whether there is a filter is asked under the lock too: its memory tells it, which others
  /// write.
  private let filled: Mutex<KeyedFilter?>
  private let met = Mutex<Set<[UInt8]>>([])
  /// Values that were handed over lately, each with how it is normalised.
  private let taken = RecentTexts(capacity: 1 << 18)

  /// Prepares to remember identifiers under the run's secret key of hashes.
  package init(rememberingUnder key: FingerprintKey) {
    let filter = KeyedFilter(key: key)
    purpose = .remembering(filter.hasher)
    filled = Mutex(filter)
  }

  /// Prepares to find out which of the suspects are identifiers.
  init(searching suspects: Set<[UInt8]>) {
    var interner = ByteInterner(capacity: suspects.count)
    for suspect in suspects { _ = interner.code(of: suspect) }
    purpose = .searching(interner)
    filled = Mutex(nil)
  }

  /// All that was remembered.
  package var filter: KeyedFilter? { filled.withLock { $0 } }

  /// All that was remembered, to be carried to a process that remembers under the same key.
  var serialised: [UInt8]? { filled.withLock { $0?.serialised } }

  /// Adds what another process has `serialised`; `false` when it is nothing of the kind.
  func take(serialised bytes: [UInt8]) -> Bool {
    filled.withLock { $0?.merge(serialised: bytes) } ?? false
  }

  /// The suspects that were met.
  var found: Set<[UInt8]> { met.withLock { $0 } }

  /// Takes the values of one field of a block; what is there twice counts once.
  package func take(_ values: TextCells, as normalisation: Normalisation) {
    let marker = TextMarker(field: normalisation.rawValue)
    var marks: [KeyedFilter.Mark] = []
    var normal: [UInt8] = []
    let bytes = values.bytes.span
    let cells = values.cells.span
    let hasher = hasher
    var known = [KeyedFilter.Mark?](repeating: nil, count: 64)
    var recent = [UInt64](repeating: 0, count: 64)
    var unknown: [UInt32] = []
    var first = 0
    while first < cells.count {
      // Some are hashed before one is looked up, so that the looks need not wait one by one.
      let end = min(first &+ 64, cells.count)
      fetchAhead(cells, at: first, of: bytes)
      for index in first..<first &+ 64 {
        recent[index &- first] = 0
        if index >= end || cells[index].count == 0 { continue }
        let (lower, count) = (cells[index].lower, Int(cells[index].count))
        let mark = hasher?.mark(of: bytes, from: lower, count: count)
        known[index &- first] = mark
        recent[index &- first] =
          mark.map { marker.mark(ofHash: $0.hash) }
          ?? marker.mark(of: bytes, from: lower, count: count)
      }
      taken.list(unknown: recent.span, in: &unknown)
      for position in unknown {
        let position = Int(position)
        // It may have been there among these already.
        if taken.holds(recent[position]) { continue }
        taken.remember(recent[position])
        let cell = cells[first &+ position]
        if normalisation == .ip, !mayBeAddress(bytes, cell) { continue }
        note(bytes, from: cell.lower, count: Int(cell.count), known[position], &marks)
        if normalisation.keeps(bytes, from: cell.lower, count: Int(cell.count)) { continue }
        normal.removeAll(keepingCapacity: true)
        let value = bytes.extracting(cell.lower..<cell.upper)
        guard case .present = normalisation.append(value, to: &normal) else { continue }
        if isSame(normal, value) { continue }
        let mark = hasher?.mark(of: normal.span, from: 0, count: normal.count)
        note(normal.span, from: 0, count: normal.count, mark, &marks)
      }
      first = end
    }
    if marks.isEmpty { return }
    filled.withLock { $0?.insert(marks) }
  }

  /// Whether a text can be an address or the full name of a host.
  ///
  /// Where a log takes the address from a header, visitors write it; a mere word such as `checkout`
  /// would stop the night for leaving as a page's name.
  private func mayBeAddress(_ bytes: Span<UInt8>, _ cell: TextCell) -> Bool {
    for position in cell.lower..<cell.upper
    where bytes[position] == UInt8(ascii: ".") || bytes[position] == UInt8(ascii: ":") {
      return true
    }
    return false
  }

  private var hasher: KeyedFilter.Hasher? {
    if case .remembering(let hasher) = purpose { hasher } else { nil }
  }

  /// Remembers the bytes by their mark, or looks whether they are a suspect.
  private func note(
    _ bytes: Span<UInt8>, from start: Int, count: Int, _ mark: KeyedFilter.Mark?,
    _ marks: inout [KeyedFilter.Mark]
  ) {
    // Shorter ones are never looked up.
    guard count >= identifierLeast else { return }
    if let mark { return marks.append(mark) }
    guard case .searching(let suspects) = purpose,
      suspects.find(bytes, from: start, count: count) != nil
    else { return }
    let text = [UInt8](copying: bytes, from: start, count: count)
    _ = met.withLock { $0.insert(text) }
  }

  private func isSame(_ bytes: [UInt8], _ value: Span<UInt8>) -> Bool {
    guard bytes.count == value.count else { return false }
    for index in 0..<bytes.count where bytes[index] != value[index] { return false }
    return true
  }
}
