import Ledger
import PipelineFile
import Pseudonymise
import Records

extension Run {
  /// Returns the key rings of the plan's keys, over all days that their sources let in.
  ///
  /// Each key is written down in the ledger before the first token is made with it.
  func keyRings(_ ledger: Ledger?) throws -> [String: KeyRing] {
    guard let ledger else { return replayRings() }
    let store = KeyStore(folder: StateFolder(path: options.state).keys)
    let shop = plan.shop
    let ending = try KeyKeeping.ending(ledger)
    var rings: [String: KeyRing] = [:]
    for (number, key) in plan.keys.enumerated() {
      let facts = facts(of: key)
      let epochs = try ledger.epochs(of: key.name)
      rings[key.name] = try KeyRing(
        shop: shop, name: key.name, rotation: Rotation(key.rotation) ?? .never,
        days: days(ofKey: number), store: store,
        onFirstUse: {
          try ledger.use(
            facts, epoch: $0.epoch, check: $0.check, shop: shop, at: Timestamp.now)
        },
        standing: { epoch in
          guard let known = epochs.first(where: { $0.epoch == epoch.description }) else {
            return .unknown
          }
          // A destruction that was begun is done by 'keys'; nothing is hashed under the key any
          // more.
          return known.destroyed == nil && !ending.contains("\(key.name)/\(epoch)")
            ? .known(check: known.check) : .destroyed
        })
    }
    return rings
  }

  /// Holds shop and keys to what was fixed when they were used first.
  func checkKeyFacts(_ ledger: Ledger) throws {
    guard !plan.keys.isEmpty else { return }
    if let shop = try ledger.shop, shop != plan.shop {
      throw RunFailure(
        .pipeline,
        "'shop' is '\(plan.shop)' here, and the keys in '\(options.state)' were made for "
          + "'\(shop)'; it is part of every key: write that, or use another state folder")
    }
    let known = try ledger.keys()
    let audiences = plan.audiences(of: Set(plan.keys.map(\.name)))
    for key in plan.keys {
      guard let fixed = known.first(where: { $0.name == key.name }) else { continue }
      let mine = facts(of: key)
      if fixed.rotation != mine.rotation {
        throw RunFailure(
          .pipeline,
          "key '\(key.name)' has 'rotate: \(mine.rotation)' here, and was used before with "
            + "'rotate: \(fixed.rotation)'; a key keeps its rotation: write that, or take another "
            + "key name")
      }
      if fixed.timezone != mine.timezone {
        throw RunFailure(
          .pipeline,
          "key '\(key.name)' has 'timezone: \(mine.timezone)' here, and was used before with "
            + "'timezone: \(fixed.timezone)', which decides where its epochs begin; write that, or "
            + "take another key name")
      }
      if let audience = audiences[key.name], let earlier = fixed.audience, audience != earlier {
        throw RunFailure(
          .pipeline,
          "the tokens of key '\(key.name)' would reach '\(audience)', and reached '\(earlier)' "
            + "before: two audiences could join what they have; take another key name, or write that "
            + "audience")
      }
    }
  }

  func facts(of key: KeyPlan) -> KeyFacts {
    KeyFacts(
      name: key.name, rotation: (Rotation(key.rotation) ?? .never).rawValue,
      timezone: plan.zone.name)
  }

  /// Writes down the keys that lie in the store and that the ledger does not know; returns a
  /// warning for each.
  func adoptKeys(_ state: StateFolder, _ ledger: Ledger) throws -> [String] {
    let store = KeyStore(folder: state.keys)
    return try plan.keys.compactMap { key in
      let known = Set(try ledger.epochs(of: key.name).map(\.epoch))
      let rotation = Rotation(key.rotation) ?? .never
      let epochs = try store.epochs(of: key.name).filter {
        $0.rotation == rotation && !known.contains($0.description)
      }
      if epochs.isEmpty { return nil }
      for epoch in epochs {
        let found = try store.key(
          shop: plan.shop, name: key.name, epoch: epoch, standing: .unknown)
        try ledger.use(
          facts(of: key), epoch: found.epoch, check: found.check, shop: plan.shop,
          at: Timestamp.now)
      }
      let names = epochs.map { "'\($0)'" }.joined(separator: ", ")
      return
        "key '\(key.name)' was found in '\(state.keys)' with epoch \(names), which the ledger did "
        + "not know; it is adopted: make sure that it is the right one"
    }
  }

  /// Returns rings of the public replay key.
  func replayRings() -> [String: KeyRing] {
    var rings: [String: KeyRing] = [:]
    for (number, key) in plan.keys.enumerated() {
      rings[key.name] = KeyRing(
        replayOf: plan.shop, name: key.name, rotation: Rotation(key.rotation) ?? .never,
        days: days(ofKey: number))
    }
    return rings
  }

  /// The days on which an event may lie that needs the key: all windows of the sources that use it.
  func days(ofKey number: Int) -> ClosedRange<Int> {
    var first = date.days
    var last = date.days
    for source in plan.sources where source.columns.contains(where: { $0.key == number }) {
      let window = SourceProgram.window(of: source, runDate: date)
      first = min(first, Int(window.lowerBound))
      last = max(last, Int(window.upperBound))
    }
    return first...last
  }
}
