import Bytes
import Emit
import Foundation
import Ledger
import Records

/// The finished partial of one item: a file of frames that is read once, from front to back.
package struct PartialFile: Sendable {
  let path: String
  let header: PartialHeader

  /// Reads whose partial lies at `path`.
  init(path: String) throws {
    self.path = path
    header = try PartialFile.reading(path) {
      var reader = try FrameReader(path: path)
      return try PartialFile.header(&reader)
    }
  }

  private static func header(_ reader: inout FrameReader) throws -> PartialHeader {
    let first = try reader.next()
    guard first.kind == .header, let header = PartialHeader(first.payload) else {
      throw FrameFault.damaged
    }
    return header
  }

  /// Hands the item's rows to `sink` and returns what else it left.
  ///
  /// What is damaged is noticed at the latest here, before anything is published.
  func outcome(_ program: SourceProgram, into sink: any RowSink) throws -> ItemOutcome {
    try PartialFile.reading(path) {
      var reader = try FrameReader(path: path)
      guard try PartialFile.header(&reader) == header else { throw FrameFault.damaged }
      let gathered = Gathered(program)
      var report: [UInt8]?
      // Without an item's identifiers nothing could be looked up among them.
      var isWhole = program.identifiers == nil
      while true {
        let frame = try reader.next()
        switch frame.kind {
        case .rows, .group:
          guard program.targets.indices.contains(frame.number), report == nil,
            let piece = RowPiece(frame.kind, payload: frame.payload)
          else { throw FrameFault.damaged }
          try sink.append(piece, to: frame.number)
        case .aggregate, .distinct:
          guard report == nil else { throw FrameFault.damaged }
          try gathered.add(
            Gathered.Piece(kind: frame.kind, number: frame.number, payload: frame.payload),
            program)
        case .identifiers:
          guard report == nil, let identifiers = program.identifiers,
            identifiers.take(serialised: frame.payload)
          else { throw FrameFault.damaged }
          isWhole = true
        case .report: report = frame.payload
        case .header: throw FrameFault.damaged
        case .end:
          guard isWhole, let report,
            let outcome = ItemOutcome(
              report, file: header.file, gathered: gathered, program: program)
          else { throw FrameFault.damaged }
          return outcome
        }
      }
    }
  }

  /// What the item's content is known by, or `nil` when it does not count.
  func completeContent() throws -> InputContent? {
    try PartialFile.reading(path) {
      var reader = try FrameReader(path: path)
      while true {
        let frame = try reader.next()
        if frame.kind == .end { throw FrameFault.damaged }
        guard frame.kind == .report else { continue }
        guard let root = PartialFile.object(frame.payload),
          let ending = (root["ending"] as? [String: Any]).flatMap({ InputEnding($0) })
        else { throw FrameFault.damaged }
        guard ending == .complete else { return nil }
        guard let content = InputContent(json: root["content"]) else { throw FrameFault.damaged }
        return content
      }
    }
  }

  package static func object(_ payload: [UInt8]) -> [String: Any]? {
    try? JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any]
  }

  /// Says of damage and of other versions where they lie.
  private static func reading<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let fault as FrameFault {
      switch fault {
      case .damaged: throw RunFailure.damagedPartial(path)
      case .version: throw RunFailure.partialOfOtherVersion(path)
      }
    }
  }
}
