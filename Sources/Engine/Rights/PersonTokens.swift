import Ledger
import PipelineFile
import Pseudonymise
import Records

/// The tokens of some persons under every key that still lives: those of the pipeline, and those of
/// which tokens lie in its tables, for a key may have had another name when a partition was made.
struct PersonTokens: Sendable {
  /// A key and epoch whose secret is gone: nobody can tell whose its tokens are.
  struct Destroyed: Hashable, Sendable {
    var key: String
    var epoch: String
  }

  private(set) var tombstones: [Tombstone] = []
  private(set) var all: Set<UInt128> = []
  private(set) var destroyed: [Destroyed] = []
  /// Columns by key and domain that something given can be looked up in.
  private var searchable: Set<String> = []

  /// Works the tokens out for all columns of the plan's tables; a key that cannot be trusted stops
  /// it.
  init(
    of persons: [AskingPerson], in plan: Plan, _ store: KeyStore, _ ledger: Ledger,
    carried: CarriedKeys, date: String
  ) throws {
    let shop = try ledger.shop ?? plan.shop
    let ending = try KeyKeeping.ending(ledger)
    let names = plan.keys.map(\.name)
    // Columns that leave in no table as tokens count too: their records must not come back.
    let columns = plan.sources.flatMap(\.columns).compactMap(TokenColumn.init)
    let tables = Set(
      plan.outputs.flatMap { output in output.tables.map { "\(output.name)/\($0.name)" } })
    // What a column may have hashed that has another key or type by now, or is gone.
    let earlier =
      persons.flatMap(\.identifiersAlone)
      + columns.filter(\.isTuple).flatMap { column in persons.compactMap { $0.hashed(for: column) }
      }
    var own: [String: [HashedIdentifier]] = [:]
    for column in columns {
      let hashed = persons.compactMap { $0.hashed(for: column) }
      if !hashed.isEmpty { searchable.insert(PersonTokens.name(of: column)) }
      own[names[column.key], default: []] += hashed
    }
    for entry in try ledger.epochs() {
      let epoch = try Epoch(inLedger: entry.epoch, of: entry.key)
      var identifiers = own[entry.key] ?? []
      // A key of the pipeline's that hashes nothing of what was given is nobody's loss.
      let isConcerned = own[entry.key] == nil || !identifiers.isEmpty
      if !tables.isDisjoint(with: carried.tables(of: epoch, of: entry.key)) {
        identifiers += earlier
      }
      if identifiers.isEmpty { continue }
      if entry.destroyed != nil || ending.contains("\(entry.key)/\(entry.epoch)") {
        if isConcerned { destroyed.append(Destroyed(key: entry.key, epoch: entry.epoch)) }
        continue
      }
      guard
        let secret = try store.existingKey(
          shop: shop, name: entry.key, epoch: epoch, standing: .known(check: entry.check))
      else { continue }
      for identifier in identifiers {
        let token = identifier.token(under: secret)
        guard all.insert(token).inserted else { continue }
        tombstones.append(
          Tombstone(
            key: entry.key, epoch: entry.epoch, token: PersonTokens.bytes(of: token), date: date))
      }
    }
  }

  /// Whether what was given can be looked up in the column.
  func canFind(in column: TokenColumn) -> Bool {
    searchable.contains(PersonTokens.name(of: column))
  }

  /// Key and what is hashed: columns of equal names hold equal tokens of equal persons.
  private static func name(of column: TokenColumn) -> String {
    let types = column.types.map(\.rawValue).joined(separator: "+")
    return "\(column.key)/\(column.isTuple ? "all " : "")\(types)"
  }

  static func bytes(of token: UInt128) -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: token >> UInt128(120 - 8 * $0)) }
  }

  static func token(of bytes: [UInt8]) -> UInt128 {
    bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }
}

extension SourceRights {
  /// The tokens by key name whose records are not to come back.
  static func forgotten(_ ledger: Ledger?) throws -> [String: Set<UInt128>] {
    var tokens: [String: Set<UInt128>] = [:]
    for stone in try ledger?.tombstones() ?? [] {
      tokens[stone.key, default: []].insert(PersonTokens.token(of: stone.token))
    }
    return tokens
  }

  /// The persons who were forgotten, and no list of objections.
  static func forgottenAlone(_ ledger: Ledger?) throws -> SourceRights {
    SourceRights(objections: [], forgotten: try forgotten(ledger))
  }
}
