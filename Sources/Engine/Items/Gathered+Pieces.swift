import Aggregate
import Bytes
import PipelineFile
import Records
import Synchronization

extension Gathered {
  /// A part of what was gathered of an item, as it lies in a partial.
  struct Piece {
    var kind: FrameKind
    /// The target of an aggregate, the column of distinct values.
    var number: Int
    var payload: [UInt8]
  }

  /// Returns everything gathered and forgets the aggregates, to be added elsewhere under the same
  /// fingerprint key.
  ///
  /// Of watched columns their values' fingerprints, never the values. The keys of groups are
  /// values, though: those that are published, and those of groups that turn out too small.
  func pieces(_ program: SourceProgram) throws -> [Piece] {
    var pieces: [Piece] = []
    for (target, partial) in partials.enumerated() {
      if let partial {
        pieces.append(
          Piece(kind: .aggregate, number: target, payload: try partial.takePartial().serialised()))
      }
    }
    for (column, seen) in distinct.withLock({ $0 }).enumerated() {
      guard let seen else { continue }
      var payload: [UInt8] = []
      for code in 0..<seen.count {
        let range = seen.range(of: UInt32(code))
        let print = program.fingerprints.fingerprint(
          seen.bytes, from: range.lowerBound, count: range.count)
        payload.append(number: UInt64(truncatingIfNeeded: print), byteCount: 8)
        payload.append(number: UInt64(truncatingIfNeeded: print >> 64), byteCount: 8)
      }
      pieces.append(Piece(kind: .distinct, number: column, payload: payload))
    }
    return pieces
  }

  /// Adds a piece that an item left; throws a `FrameFault` when it is none of this source.
  ///
  /// Fingerprints stand for distinct values here: only their number is asked for.
  func add(_ piece: Piece, _ program: SourceProgram) throws {
    switch piece.kind {
    case .aggregate:
      guard program.targets.indices.contains(piece.number),
        let definition = program.targets[piece.number].definition
      else { throw FrameFault.damaged }
      let partial: Partial
      do {
        partial = try Partial(
          deserialising: piece.payload, definition: definition,
          columns: program.source.columns.map { TableColumn(name: $0.name, type: $0.type) },
          zone: program.plan.zone, fingerprints: program.fingerprints)
      } catch { throw FrameFault.damaged }
      try partials[piece.number]?.merge(partial)
    case .distinct:
      try distinct.withLock { distinct in
        guard distinct.indices.contains(piece.number), distinct[piece.number] != nil,
          piece.payload.count % 16 == 0
        else { throw FrameFault.damaged }
        for start in stride(from: 0, to: piece.payload.count, by: 16) {
          _ = distinct[piece.number]?.code(of: piece.payload, from: start, count: 16)
        }
      }
    default: throw FrameFault.damaged
    }
  }
}
