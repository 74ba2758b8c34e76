import Bytes
import Crypto
package import Records

/// What `sparsam plan` fixes for a run whose items are done apart: which items, under which keys.
///
/// Everything but the fingerprint key may be shown; the identity stands for all of it, so that two
/// plans never share a partial by accident.
package struct ItemPlan: Sendable {
  /// One item: an input file of a source. It names a file, never data.
  package struct Entry: Hashable, Sendable {
    package var source: String
    package var file: String
    /// Bytes as it lay when the plan was made, to share out work by.
    package var byteCount: Int

    /// The name that `--item` takes: `source/file`.
    package var name: String { "\(source)/\(file)" }
  }

  /// A key of an epoch that events of the run may fall into.
  struct Key: Hashable, Sendable {
    var name: String
    var epoch: String
    /// `nil` where the key is destroyed: its records are late.
    var check: String?
  }

  /// The version of the program that made the plan.
  var version = sparsamVersion
  var pipelineName: String
  var pipelineDigest: String
  package var date: CivilDate
  package var isReplay: Bool
  package var items: [Entry]
  var keys: [Key]
  /// For each source what tells its lists of persons, who are treated apart, from other lists.
  var rights: [String]
  /// What tells the persons whose data was erased on their request from other persons.
  var forgotten: String
  /// The secret of the run's fingerprints.
  var fingerprints: FingerprintKey

  /// Tells this plan from all others and reveals nothing of its secret.
  package var id: String {
    String(hexText(SHA256.hash(data: Array(content.compact.utf8))).prefix(32))
  }

  /// Everything of the plan but its secret, of which a check value is there.
  var content: JSONText {
    .members([
      "version": .string(version),
      "pipeline": .members(["name": .string(pipelineName), "sha256": .string(pipelineDigest)]),
      "date": .string(date.description),
      "replay": .boolean(isReplay),
      "items": .array(items.map(\.json)),
      "keys": .array(keys.map(\.json)),
      "rights": .strings(rights),
      "forgotten": .string(forgotten),
      "fingerprints": .string(fingerprints.check),
    ])
  }

  /// The items of a source, in name order.
  func items(of source: String) -> [Entry] { items.filter { $0.source == source } }
}

extension ItemPlan.Entry {
  /// The item as `sparsam plan --json` lists it.
  package var json: JSONText {
    .members([
      "item": .string(name), "source": .string(source), "file": .string(file),
      "bytes": .integer(byteCount),
    ])
  }
}

extension ItemPlan.Key {
  var json: JSONText {
    .members([
      "name": .string(name), "epoch": .string(epoch), "check": check.map { .string($0) } ?? .null,
    ])
  }
}

extension SourceRights {
  /// The same for the same persons under the same fingerprint key, and nothing to find them by: who
  /// remembers a token from a dataset could try it on a digest without a key.
  func digest(under fingerprints: FingerprintKey) -> String {
    var hash = SHA256()
    func add(_ persons: Set<UInt128>) {
      var bytes: [UInt8] = []
      bytes.append(number: UInt64(persons.count), byteCount: 8)
      for person in persons.sorted() {
        bytes.append(number: UInt64(truncatingIfNeeded: person), byteCount: 8)
        bytes.append(number: UInt64(truncatingIfNeeded: person >> 64), byteCount: 8)
      }
      hash.update(data: bytes)
    }
    for list in objections { add(list) }
    for (key, tokens) in forgotten.sorted(by: { $0.key < $1.key }) {
      hash.update(data: Array("\(key)\n".utf8))
      add(tokens)
    }
    let bytes = Array(hash.finalize())
    let print = fingerprints.fingerprint(bytes, from: 0, count: bytes.count)
    return String(print, radix: 16)
  }
}

extension FingerprintKey {
  /// What tells one fingerprint key from another without telling the key.
  var check: String {
    let text = Array("sparsam plan".utf8)
    return fingerprint(text, from: 0, count: text.count).padded(to: 32, radix: 16)
  }

  /// The key itself in hex, for the plan's file and nothing else.
  var secretText: String { (UInt128(k0) << 64 | UInt128(k1)).padded(to: 32, radix: 16) }

  /// Reads `secretText`.
  init?(secretText: String) {
    guard secretText.utf8.count == 32, let number = UInt128(secretText, radix: 16) else {
      return nil
    }
    self.init(
      k0: UInt64(truncatingIfNeeded: number >> 64), k1: UInt64(truncatingIfNeeded: number))
  }
}
