import Bytes
import Ledger
import PipelineFile

/// Which inputs of a source count: those whose content no run has ingested yet.
///
/// A source that holds master data is a state, not a stream: the same export two nights on end is
/// the state of both, so nothing is left out of it. Without a ledger, in a replay, only what this
/// run has read itself is remembered.
final class InputMemory {
  private let ledger: Ledger?
  private let pipeline: String
  private let source: String
  private let date: String
  private let remembers: Bool
  private var seen: Set<InputContent> = []

  /// Remembers nothing: every input counts.
  init() {
    ledger = nil
    pipeline = ""
    source = ""
    date = ""
    remembers = false
  }

  init(_ ledger: Ledger?, pipeline: String, source: SourcePlan, date: String) {
    self.ledger = ledger
    self.pipeline = pipeline
    self.source = source.name
    self.date = date
    remembers = source.holding != .master
  }

  /// Whether a run of another date has ingested the content of an item; reads no more of it than it
  /// must: its beginning, and all of it only where that is known.
  func knows(_ item: Item) throws -> Bool {
    guard remembers, let ledger, case .file = item.content else { return false }
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

  /// Whether an input that was read to its end counts; it does once.
  func admits(_ content: InputContent) throws -> Bool {
    guard remembers, content.length > 0 else { return true }
    guard seen.insert(content).inserted else { return false }
    let alike = try ledger?.ingested(
      pipeline: pipeline, source: source, head: content.head, besides: date)
    return alike?.contains { $0.content == content } != true
  }
}
