import Bytes
import Pseudonymise
import Records
import Synchronization
import Verify

/// The direct identifiers that a run reads, whatever becomes of them: as they were read, and
/// normalised.
///
/// While the run goes on they are only remembered, in a filter of fixed size. When something of what
/// was published is in it, the inputs are read again and compared with just that: an exact answer
/// for the memory of the suspects.
final class DeclaredIdentifiers: Sendable {
  private enum Purpose: Sendable {
    case remembering(KeyedFilter.Hasher)
    case searching(ByteInterner)
  }

  private let purpose: Purpose
  private let filled: Mutex<KeyedFilter>?
  private let met = Mutex<Set<[UInt8]>>([])

  /// Prepares to remember identifiers under the run's secret key of hashes.
  init(rememberingUnder key: FingerprintKey) {
    let filter = KeyedFilter(key: key)
    purpose = .remembering(filter.hasher)
    filled = Mutex(filter)
  }

  /// Prepares to find out which of the suspects are identifiers.
  init(searching suspects: Set<[UInt8]>) {
    var interner = ByteInterner(capacity: suspects.count)
    for suspect in suspects { _ = interner.code(of: suspect) }
    purpose = .searching(interner)
    filled = nil
  }

  /// All that was remembered.
  var filter: KeyedFilter? { filled?.withLock { $0 } }

  /// All that was remembered, to be carried to a process that remembers under the same key.
  var serialised: [UInt8]? { filled?.withLock { $0.serialised } }

  /// Adds what another process has `serialised`; `false` when it is nothing of the kind.
  func take(serialised bytes: [UInt8]) -> Bool {
    filled?.withLock { $0.merge(serialised: bytes) } ?? false
  }

  /// The suspects that were met.
  var found: Set<[UInt8]> { met.withLock { $0 } }

  /// Takes the values of one field of a block, each distinct one once.
  ///
  /// What `taken` holds was taken before in the same way; it takes up the rest.
  func take(
    _ values: TextCells, as normalisation: Normalisation, taken: inout RecentTexts
  ) {
    var marks: [KeyedFilter.Mark] = []
    var normal: [UInt8] = []
    let bytes = values.bytes.span
    var recent = [UInt64](repeating: 0, count: values.cells.count)
    for index in values.cells.indices {
      let cell = values.cells[index]
      if cell.isNull || cell.count == 0 { continue }
      recent[index] = RecentTexts.mark(of: bytes, from: cell.lower, count: Int(cell.count))
    }
    taken.forget(remembered: &recent)
    for index in values.cells.indices where recent[index] != 0 {
      let cell = values.cells[index]
      taken.remember(recent[index])
      note(bytes, from: cell.lower, count: Int(cell.count), &marks)
      normal.removeAll(keepingCapacity: true)
      let value = bytes.extracting(cell.lower..<cell.upper)
      guard case .present = normalisation.append(value, to: &normal) else { continue }
      if !isSame(normal, value) { note(normal.span, from: 0, count: normal.count, &marks) }
    }
    if marks.isEmpty { return }
    filled?.withLock { $0.insert(marks) }
  }

  private func note(
    _ bytes: Span<UInt8>, from start: Int, count: Int, _ marks: inout [KeyedFilter.Mark]
  ) {
    // Shorter ones are never looked up.
    guard count >= identifierLeast else { return }
    switch purpose {
    case .remembering(let hasher):
      marks.append(hasher.mark(of: bytes, from: start, count: count))
    case .searching(let suspects):
      guard suspects.find(bytes, from: start, count: count) != nil else { return }
      let text = [UInt8](copying: bytes, from: start, count: count)
      _ = met.withLock { $0.insert(text) }
    }
  }

  private func isSame(_ bytes: [UInt8], _ value: Span<UInt8>) -> Bool {
    guard bytes.count == value.count else { return false }
    for index in 0..<bytes.count where bytes[index] != value[index] { return false }
    return true
  }
}
