import Synchronization

/// The epochs of one key name that a run may meet, and their keys as soon as they are needed.
///
/// Shared by all workers. The list of epochs follows from the days that the sources' windows let
/// in, so that an epoch has the same number on every worker and in every order of records; wrong
/// clocks make no keys.
package final class KeyRing: Sendable {
  /// The number of a day that no record may enter: outside the windows, or its key destroyed.
  package static let noEpoch = UInt16.max

  /// The key name.
  package let name: String

  /// Whether the keys are the public ones of a replay.
  package let isReplay: Bool

  /// All epochs of the run's days, in order; a number is a position in this list.
  package let epochs: [Epoch]

  /// The tokens that this run has made lately.
  let tokens = TokenCache()

  private let shop: String
  private let store: KeyStore?
  private let standings: [EpochStanding]
  private let firstDay: Int
  private let numberOfDay: [UInt16]
  private let onFirstUse: @Sendable (EpochKey) throws -> Void
  private let keys: Mutex<[EpochKey?]>

  /// Lists the epochs of `days`, counted from 1970-01-01, and asks for what is known of each.
  package convenience init(
    shop: String, name: String, rotation: Rotation, days: ClosedRange<Int>, store: KeyStore,
    standing: (Epoch) throws -> EpochStanding
  ) rethrows {
    try self.init(
      shop: shop, name: name, rotation: rotation, days: days, keptIn: store,
      onFirstUse: { _ in }, standing: standing)
  }

  /// As the one above; `onFirstUse` is told of each key before the first token is made with it.
  package convenience init(
    shop: String, name: String, rotation: Rotation, days: ClosedRange<Int>, store: KeyStore,
    onFirstUse: @escaping @Sendable (EpochKey) throws -> Void,
    standing: (Epoch) throws -> EpochStanding
  ) throws {
    try self.init(
      shop: shop, name: name, rotation: rotation, days: days, keptIn: store,
      onFirstUse: onFirstUse, standing: standing)
  }

  /// Lists the epochs of a replay: their secret is the public one, and no store is touched.
  package convenience init(
    replayOf shop: String, name: String, rotation: Rotation, days: ClosedRange<Int>
  ) {
    self.init(
      shop: shop, name: name, rotation: rotation, days: days, keptIn: nil,
      onFirstUse: { _ in }, standing: { _ in .unknown })
  }

  private init(
    shop: String, name: String, rotation: Rotation, days: ClosedRange<Int>,
    keptIn store: KeyStore?, onFirstUse: @escaping @Sendable (EpochKey) throws -> Void,
    standing: (Epoch) throws -> EpochStanding
  ) rethrows {
    self.onFirstUse = onFirstUse
    self.shop = shop
    self.name = name
    self.store = store
    isReplay = store == nil
    let first = Epoch(rotation: rotation, day: days.lowerBound)
    let last = Epoch(rotation: rotation, day: days.upperBound)
    let epochs = (first.id...last.id).map { Epoch(rotation: rotation, id: $0) }
    precondition(epochs.count < Int(KeyRing.noEpoch), "a run meets fewer than 65,535 epochs")
    let standings = try epochs.map(standing)
    self.epochs = epochs
    self.standings = standings
    firstDay = days.lowerBound
    numberOfDay = days.map { day in
      let number = Epoch(rotation: rotation, day: day).id - first.id
      return standings[number] == .destroyed ? KeyRing.noEpoch : UInt16(number)
    }
    keys = Mutex([EpochKey?](repeating: nil, count: epochs.count))
  }

  /// Returns the number of the epoch that holds the day, or `noEpoch` when its records are late.
  package func number(ofDay day: Int32) -> UInt16 {
    let index = Int(day) &- firstDay
    return index >= 0 && index < numberOfDay.count ? numberOfDay[index] : KeyRing.noEpoch
  }

  /// Returns the number for each of the days.
  package func numbers(ofDays days: [Int32]) -> [UInt16] {
    var numbers: [UInt16] = []
    numbers.reserveCapacity(days.count)
    for day in days { numbers.append(number(ofDay: day)) }
    return numbers
  }

  /// Returns the key of the epoch with that number, opened or created when it is asked for first.
  ///
  /// Throws a `KeyFault` when the store holds no secret that may be used, and a system fault when
  /// a new one cannot be written.
  package func key(_ number: UInt16) throws -> EpochKey {
    precondition(number != KeyRing.noEpoch, "a late record has no key")
    let position = Int(number)
    return try keys.withLock { keys in
      if let key = keys[position] { return key }
      let epoch = epochs[position]
      let key =
        if let store {
          try store.key(shop: shop, name: name, epoch: epoch, standing: standings[position])
        } else {
          EpochKey(of: Secret.replay(), shop: shop, name: name, epoch: epoch.description)
        }
      try onFirstUse(key)
      keys[position] = key
      return key
    }
  }

  /// Returns the keys of all epochs that are not destroyed, opened or created.
  package func openAll() throws -> [EpochKey] {
    try epochs.indices.filter { standings[$0] != .destroyed }.map { try key(UInt16($0)) }
  }

  /// The keys that this run has used so far, in the order of their epochs.
  package var usedKeys: [EpochKey] { keys.withLock { $0.compactMap { $0 } } }
}
