import Crypto
package import Ledger
import PipelineFile
import Records

/// How an input begins, record by record: tells new records from a delivery of all of them again.
///
/// A record is here a line that holds something, without its end: so the verdict hangs neither on
/// where blocks end nor on a missing last newline. A CSV record with line breaks counts as several.
/// What is remembered of an input is a digest and a number, never a record.
package struct FirstRecords: Sendable {
  /// So many records make an input recognisable.
  package static let limit = 1000
  /// So many in two files of one night are no chance.
  static let telling = 8

  private var hash = SHA256()
  /// The digest of the first record, of the first two, and so on.
  private(set) var digests: [String] = []

  package init() {}

  /// What was found of an input that was read apart.
  init(digests: [String]) { self.digests = digests }

  /// Takes the next bytes of the input; they end with a record.
  package mutating func add(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count, digests.count < FirstRecords.limit {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      var line = bytes[start..<end]
      if line.last == 0x0D { line.removeLast() }
      if !line.isEmpty {
        hash.update(data: line)
        hash.update(data: [0x0A])
        digests.append(hexText(hash.finalize()))
      }
      start = end + 1
    }
  }

  /// How many records there are, at most the limit.
  package var count: Int { digests.count }

  /// What a ledger remembers: `<number>:<digest>` of all records, and before it of the first 8, 16
  /// and so on, by which a shorter input is recognised; `nil` for an input without a record.
  ///
  /// Of fewer than eight nothing is remembered besides: their digest could be that of one record,
  /// which who guesses it could prove.
  package var text: String? {
    guard let last = digests.last else { return nil }
    let marks = FirstRecords.marks.filter { $0 < digests.count }.map { "\($0):\(digests[$0 - 1])" }
    return (marks + ["\(digests.count):\(last)"]).joined(separator: " ")
  }

  private static let marks = [telling, 16, 32, 64, 128, 256, 512]

  /// How many records this input and an earlier one are known to begin with: all that are
  /// remembered of the earlier one, or of this one, if it is shorter, up to the last mark; or none.
  package func shared(with earlier: String) -> Int {
    let remembered = earlier.split(separator: " ").compactMap { entry -> (Int, Substring)? in
      let parts = entry.split(separator: ":")
      guard parts.count == 2, let count = Int(parts[0]), count > 0 else { return nil }
      return (count, parts[1])
    }
    guard let (count, digest) = remembered.last(where: { $0.0 <= digests.count }),
      digests[count - 1] == digest
    else { return 0 }
    return count
  }
}

extension FirstRecords {
  /// Returns the first earlier input whose records this one of identity `content` repeats, and how
  /// many of them are known to be the same.
  ///
  /// An input of fewer records than the limit is repeated by one that begins with all of them, and
  /// by a shorter one of which the first eight or more are its own. Of records that `mayRepeat`,
  /// master data, which grows from a beginning that stays, and what tells no time, only a thousand
  /// are telling.
  package func repeated(
    of content: String, among earlier: [LedgerBeginning], mayRepeat: Bool
  ) -> (input: LedgerBeginning, count: Int)? {
    for input in earlier where input.content != content {
      let count = shared(with: input.beginning)
      if count >= (mayRepeat ? FirstRecords.limit : 1) { return (input, count) }
    }
    return nil
  }
}

extension SourcePlan {
  /// Whether its files are held to delivering each record once.
  var watchesFirstRecords: Bool {
    if case .accessLog(_) = reading.format { return false }
    return delivery == .increments
  }
}

extension RunFailure {
  /// Increments that begin as an earlier delivery did; `run` is `nil` where that is of this night.
  package static func repeatsRecords(
    file: String, source: String, count: Int, earlier: String, run: String?
  ) -> RunFailure {
    let whose = run.map { ", which run '\($0)' has read" } ?? " of the same night"
    return RunFailure(
      .badInput,
      "file '\(file)' of source '\(source)' begins with the same \(count) records as '\(earlier)'"
        + "\(whose): records would count twice; nothing was published; say "
        + "'delivers: snapshots' if each file is a full export, else deliver each record once")
  }
}
