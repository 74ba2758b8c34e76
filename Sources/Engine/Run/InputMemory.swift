import Bytes
import Ledger
import PipelineFile

/// Which inputs of a source count: those whose content no run has ingested yet.
///
/// A source that holds master data is a state, not a stream: the same export two nights on end is
/// the state of both, so nothing is left out of it. Of a full export each date takes its own
/// records, so it counts on every date. Without a ledger, in a replay, only what this run has read
/// itself is remembered.
final class InputMemory {
  private let ledger: Ledger?
  private let pipeline: String
  private let source: String
  private let date: String
  /// Whether an input counts once in a night.
  private let remembers: Bool
  /// Whether what another date has read counts no more.
  private let remembersDates: Bool
  /// Whether its records may look alike on several dates.
  private let mayRepeat: Bool
  private var seen: Set<InputContent> = []
  /// How the inputs of this run began.
  private var met: [(name: String, first: FirstRecords, text: String)] = []
  /// How earlier inputs began, once that was asked for.
  private var beginnings: [LedgerBeginning]?

  /// Remembers nothing: every input counts.
  init() {
    ledger = nil
    pipeline = ""
    source = ""
    date = ""
    remembers = false
    remembersDates = false
    mayRepeat = false
  }

  init(_ ledger: Ledger?, pipeline: String, source: SourcePlan, date: String) {
    self.ledger = ledger
    self.pipeline = pipeline
    self.source = source.name
    self.date = date
    remembers = source.holding != .master
    remembersDates = remembers && source.delivery == .increments
    mayRepeat = source.holding == .master || source.clock == .run
  }

  /// Whether a run of another date has ingested the content of an item; reads no more of it than it
  /// must: its beginning, and all of it only where that is known.
  func knows(_ item: Item) throws -> Bool {
    guard remembersDates, let ledger, case .file = item.content else { return false }
    let beginning: InputBeginning
    do throws(SystemFault) {
      beginning = try InputBeginning(of: item)
    } catch {
      // Whoever reads it next says what is wrong.
      return false
    }
    guard beginning.byteCount > 0 else { return false }
    let alike = try ledger.ingested(
      pipeline: pipeline, source: source, head: beginning.sha256, besides: date)
    guard !alike.isEmpty else { return false }
    guard let content = try item.completeContent() else { return false }
    return alike.contains { $0.content == content }
  }

  /// Whether this run has met the content before.
  func hasMet(_ content: InputContent) -> Bool { seen.contains(content) }

  /// Whether an input that was read to its end counts; it does once.
  func admits(_ content: InputContent) throws -> Bool {
    guard remembers, content.length > 0 else { return true }
    guard seen.insert(content).inserted else { return false }
    guard remembersDates else { return true }
    let alike = try ledger?.ingested(
      pipeline: pipeline, source: source, head: content.head, besides: date)
    return alike?.contains { $0.content == content } != true
  }

  /// Stops the run at increments that begin as another input of this night, or of an earlier one.
  func refuseRepetition(by item: ItemReport) throws {
    guard let first = item.first, let text = first.text, let content = item.content else { return }
    for other in met {
      let count = max(first.shared(with: other.text), other.first.shared(with: text))
      // Files of two branches may begin alike by chance, no more than that.
      if count >= (mayRepeat ? FirstRecords.limit : FirstRecords.telling) {
        throw RunFailure.repeatsRecords(
          file: item.name, source: source, count: count, earlier: other.name, run: nil)
      }
    }
    met.append((item.name, first, text))
    guard let ledger else { return }
    let earlier =
      try beginnings ?? ledger.beginnings(pipeline: pipeline, source: source, besides: date)
    beginnings = earlier
    guard let (input, count) = first.repeated(of: content.id, among: earlier, mayRepeat: mayRepeat)
    else { return }
    throw RunFailure.repeatsRecords(
      file: item.name, source: source, count: count, earlier: input.name, run: input.run)
  }
}
