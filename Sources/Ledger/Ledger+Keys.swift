import GRDB

/// What is fixed about a key name from its first use on.
package struct KeyFacts: Hashable, Sendable {
  package var name: String
  package var rotation: String
  /// The zone in which the days of its epochs begin and end.
  package var timezone: String
  /// Whom its tokens have reached, trimmed and case-folded by the caller; `nil` while they have
  /// reached nobody.
  package var audience: String?

  package init(name: String, rotation: String, timezone: String, audience: String? = nil) {
    self.name = name
    self.rotation = rotation
    self.timezone = timezone
    self.audience = audience
  }
}

/// An epoch of a key name: what is known of its secret, never the secret.
package struct KeyEpoch: Hashable, Sendable {
  package var key: String
  package var epoch: String
  /// The check value of its secret, in hex.
  package var check: String
  package var created: String
  /// When its secret was destroyed; `nil` while it lives.
  package var destroyed: String?

  package init(
    key: String, epoch: String, check: String, created: String, destroyed: String? = nil
  ) {
    self.key = key
    self.epoch = epoch
    self.check = check
    self.created = created
    self.destroyed = destroyed
  }
}

extension Ledger {
  /// The slug that is part of every key's derivation, once a key was used.
  package var shop: String? {
    get throws(LedgerFault) {
      try read { database in
        try String.fetchOne(database, sql: "SELECT value FROM facts WHERE name = 'shop'")
      }
    }
  }

  /// All key names that were used, by name.
  package func keys() throws(LedgerFault) -> [KeyFacts] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM keys ORDER BY name").map {
        KeyFacts(
          name: $0["name"], rotation: $0["rotation"], timezone: $0["timezone"],
          audience: $0["audience"])
      }
    }
  }

  /// The epochs of a key name, or of all, in the order of their texts.
  package func epochs(of key: String? = nil) throws(LedgerFault) -> [KeyEpoch] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM epochs WHERE ?1 IS NULL OR key = ?1 ORDER BY key, epoch",
        arguments: [key]
      ).map {
        KeyEpoch(
          key: $0["key"], epoch: $0["epoch"], check: $0["check_value"], created: $0["created"],
          destroyed: $0["destroyed"])
      }
    }
  }

  /// Writes down that a key is used, before the first token is made with it.
  ///
  /// The first use fixes the shop's slug, the key's rotation and its timezone, and the check value
  /// of the epoch; what contradicts them is refused, and so is an epoch that was destroyed.
  package func use(
    _ key: KeyFacts, epoch: String, check: String, shop: String, at time: String
  ) throws(LedgerFault) {
    try write { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO facts VALUES ('shop', ?)", arguments: [shop])
      try database.execute(
        sql: "INSERT OR IGNORE INTO keys (name, rotation, timezone) VALUES (?, ?, ?)",
        arguments: [key.name, key.rotation, key.timezone])
      try database.execute(
        sql: "INSERT OR IGNORE INTO epochs VALUES (?, ?, ?, ?, NULL)",
        arguments: [key.name, epoch, check, time])
      let agrees = try Bool.fetchOne(
        database,
        sql: """
          SELECT (SELECT value FROM facts WHERE name = 'shop') = ?
            AND EXISTS (SELECT 1 FROM keys WHERE (name, rotation, timezone) = (?, ?, ?))
            AND EXISTS (SELECT 1 FROM epochs
              WHERE (key, epoch, check_value) = (?, ?, ?) AND destroyed IS NULL)
          """,
        arguments: [shop, key.name, key.rotation, key.timezone, key.name, epoch, check])
      guard agrees == true else {
        throw LedgerFault(
          .contradiction("key '\(key.name)' of epoch '\(epoch)' is known with other facts"), path)
      }
    }
  }

  /// Writes down that the secret of an epoch is destroyed; its tombstones go with it.
  package func markDestroyed(
    key: String, epoch: String, at time: String
  ) throws(LedgerFault) {
    try write { database in
      try database.execute(
        sql: "UPDATE epochs SET destroyed = ? WHERE (key, epoch) = (?, ?) AND destroyed IS NULL",
        arguments: [time, key, epoch])
      guard database.changesCount == 1 else {
        throw LedgerFault(
          .contradiction("key '\(key)' of epoch '\(epoch)' is not known as alive"), path)
      }
      try database.execute(
        sql: "DELETE FROM tombstones WHERE (key, epoch) = (?, ?)", arguments: [key, epoch])
    }
  }
}
