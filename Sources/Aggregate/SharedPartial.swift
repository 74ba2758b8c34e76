package import Bytes
package import Records
import Synchronization

/// The partial aggregate of one table that all workers fill at once.
///
/// It is cut into shards by a hash of the group or person, so that workers seldom wait for each
/// other, each cell exists once, the tables that a row touches are small, and merging and finishing
/// go shard by shard. Where the memory of all tables passes its limit, a shard is set aside on disk
/// and begins anew; the pieces meet when the shard is finished. The published table is the same
/// whatever was set aside and when.
package final class SharedPartial: Sendable {
  private struct Shard: Sendable {
    var partial: Partial
    /// The size of `partial` that the memory limit knows of.
    var noted = 0
    var pieces: [SpilledFile] = []
  }

  /// How many shards every table has: their number has no influence on what is published.
  package static let shardCount = CellRoute.fanOut

  private let plan: TablePlan
  private let key: FingerprintKey
  private let memory: MemoryLimit?
  private let shards: [SharedShard]

  /// One shard in its lock.
  private final class SharedShard: Sendable {
    let state: Mutex<Shard>

    init(_ partial: Partial) { state = Mutex(Shard(partial: partial)) }
  }

  /// Creates an empty partial; without `memory` nothing is ever set aside.
  package init(
    definition: AggregateDefinition, columns: [TableColumn], zone: Zone,
    fingerprints: FingerprintKey, memory: MemoryLimit? = nil
  ) {
    let plan = TablePlan(definition: definition, columns: columns, zone: zone)
    self.plan = plan
    self.memory = memory
    key = fingerprints
    shards = (0..<SharedPartial.shardCount).map { _ in
      SharedShard(Partial(plan: plan, key: fingerprints))
    }
  }

  /// Adds the given rows of a batch, or all of them where `rows` is `nil`; see `Partial.add`.
  package func add(
    _ batch: RecordBatch, rows: [UInt32]? = nil,
    tokens: (_ positions: [UInt32], _ cells: IdentityCells) throws -> [UInt128]
  ) throws {
    let entering = EnteringRows(batch, rows: rows, plan: plan, key: key)
    if entering.rows.count == 0 { return }
    let homes = entering.homes(plan, key)
    // Shards that another worker holds come last.
    var waiting: [Int] = []
    for home in homes.indices where !homes[home].isEmpty {
      let added: Void? = try shards[home].state.withLockIfAvailable { shard in
        try add(entering, homes[home], to: &shard, tokens)
      }
      if added == nil { waiting.append(home) }
    }
    for home in waiting {
      try shards[home].state.withLock { shard in
        try add(entering, homes[home], to: &shard, tokens)
      }
    }
  }

  private func add(
    _ entering: borrowing EnteringRows, _ rows: [UInt32], to shard: inout Shard,
    _ tokens: (_ positions: [UInt32], _ cells: IdentityCells) throws -> [UInt128]
  ) throws {
    try shard.partial.add(
      entering, rows: RowSelection(rows, rowCount: rows.count), tokens: tokens)
    try settle(&shard)
  }

  /// Tells the memory limit what the shard takes now, and sets it aside when that is too much.
  private func settle(_ shard: inout Shard) throws {
    guard let memory else { return }
    note(&shard, memory)
    guard memory.demandsSpill(of: shard.noted) else { return }
    // What only repeats itself is no reason to write a file.
    shard.partial.compact()
    note(&shard, memory)
    guard memory.demandsSpill(of: shard.noted) else { return }
    var full = Partial(plan: plan, key: key)
    swap(&full, &shard.partial)
    shard.pieces.append(try memory.folder.write(full.serialised()))
    note(&shard, memory)
  }

  private func note(_ shard: inout Shard, _ memory: MemoryLimit) {
    let size = shard.partial.byteCount
    memory.note(size - shard.noted)
    shard.noted = size
  }

  private func empty(_ shard: inout Shard) {
    shard.partial = Partial(plan: plan, key: key)
    if let memory { note(&shard, memory) }
  }

  /// Moves what a shard of another partial of the same table and run has seen to this one.
  ///
  /// Shards are merged in any order, also at once.
  package func merge(shard number: Int, of other: SharedPartial) throws {
    let (partial, pieces) = other.take(other.shards[number])
    try shards[number].state.withLock { shard in
      try shard.partial.merge(partial)
      shard.pieces += pieces
      try settle(&shard)
    }
  }

  /// Adds what a partial of the same table and run has seen, wherever it was made.
  package func merge(_ partial: consuming Partial) throws {
    for (number, part) in try partial.parted(level: 0).enumerated() {
      try shards[number].state.withLock { shard in
        try shard.partial.merge(part)
        try settle(&shard)
      }
    }
  }

  /// Returns everything as one partial and empties this one.
  package func takePartial() throws -> Partial {
    var all = Partial(plan: plan, key: key)
    for shard in shards {
      let (partial, pieces) = take(shard)
      try all.merge(partial)
      for piece in pieces { try all.merge(read(piece)) }
    }
    return all
  }

  private func take(_ shard: SharedShard) -> (Partial, [SpilledFile]) {
    shard.state.withLock { shard in
      let taken = (shard.partial, shard.pieces)
      empty(&shard)
      shard.pieces = []
      return taken
    }
  }

  // MARK: - Finishing

  /// Takes a shard out and returns what it publishes; any order, also at once.
  package func finish(shard number: Int) throws -> FinishedShard {
    let (partial, pieces) = take(shards[number])
    if pieces.isEmpty { return try partial.judged() }
    return try finish(partial, pieces, level: 1)
  }

  /// Returns the table of all finished shards.
  package func table(of finished: [FinishedShard]) throws -> FinishedRows {
    try FinishedRows.table(plan, of: finished)
  }

  /// Puts pieces together, or parts each of them first where together they are too large.
  private func finish(
    _ partial: consuming Partial, _ pieces: consuming [SpilledFile], level: Int
  ) throws -> FinishedShard {
    guard let memory else { preconditionFailure("nothing is set aside without a limit") }
    var pieces = pieces
    let size = pieces.reduce(partial.byteCount) { $0 + $1.byteCount }
    if size > memory.partLimit, level < CellRoute.levelLimit {
      var parts = [[SpilledFile]](repeating: [], count: CellRoute.fanOut)
      func part(_ whole: Partial) throws {
        var split = try whole.parted(level: level)
        // Each is gone when it is written.
        while let part = split.popLast() {
          if part.cellCount == 0 { continue }
          parts[split.count].append(try memory.folder.write(part.serialised()))
        }
      }
      try part(partial)
      partial = Partial(plan: plan, key: key)
      while let piece = pieces.popLast() { try part(read(piece)) }
      let isParted = parts.count(where: { !$0.isEmpty }) > 1
      var finished = FinishedShard()
      for home in parts.indices where !parts[home].isEmpty {
        var next: [SpilledFile] = []
        swap(&next, &parts[home])
        // One cell, or cells that stay together: no further level would part them.
        finished.add(
          try finish(
            Partial(plan: plan, key: key), next,
            level: isParted ? level + 1 : CellRoute.levelLimit))
      }
      return finished
    }
    while let piece = pieces.popLast() { try partial.merge(read(piece)) }
    var finished = try partial.judged()
    finished.rows = try finished.rows.map { run in
      guard case .memory(let rows) = run else { return run }
      return .disk(try rows.spilled(to: memory.folder), measureCount: rows.measureCount)
    }
    return finished
  }

  private func read(_ piece: SpilledFile) throws -> Partial {
    do {
      return try Partial(deserialising: piece.bytes(), plan: plan, key: key)
    } catch is PartialFault {
      throw SystemFault.inputOutput("read back", piece.path)
    }
  }
}
