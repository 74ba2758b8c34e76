import Aggregate
import Bytes
import Draft
import Engine
import Foundation
import PipelineFile
import Pseudonymise
import Records

/// Files of our own that may have been damaged, and lists that others hand in.
///
/// Readers that open a path get one in memory, `/dev/shm`, with the rights that they insist on.
enum OwnFiles {
  static func feed(_ bytes: [UInt8], to target: Target?) {
    switch target {
    case .keyFile:
      guard let epoch = Epoch("2026-04") else { return }
      let path = "\(folder)/keys/customers/\(epoch).key"
      store(bytes, at: path, mode: 0o400)
      _ = try? KeyStore(folder: "\(folder)/keys").existingKey(
        shop: "shop", name: "customers", epoch: epoch, standing: .unknown)
    case .frames: frames(bytes)
    case .planFile:
      store(bytes, at: "\(folder)/plan.json", mode: 0o600)
      _ = try? ItemPlan.read("\(folder)/plan.json")
      _ = try? PastRun(reading: "\(folder)/plan.json")
    case .partial: partial(bytes)
    case .objections: objections(bytes)
    case .persons: _ = try? AskingPerson.all(in: String(decoding: bytes, as: UTF8.self))
    default:
      store(bytes, at: "\(folder)/draft.csv", mode: 0o600)
      guard let draft = try? PipelineDraft(files: ["\(folder)/draft.csv"]) else { return }
      // A draft is to be completed by a person; it must be YAML all the same.
      _ = Pipeline(text: draft.yaml, name: "draft.yaml")
    }
  }

  private static let folder: String = {
    let folder = "/dev/shm/sparsam-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(
      atPath: "\(folder)/keys/customers", withIntermediateDirectories: true)
    for path in [folder, "\(folder)/keys", "\(folder)/keys/customers"] {
      // SAFETY: here and below a path is a string that ends with a zero while the call lasts.
      unsafe chmod(path, 0o700)
    }
    atexit { try? FileManager.default.removeItem(atPath: OwnFiles.folder) }
    return folder
  }()

  private static func store(_ bytes: [UInt8], at path: String, mode: mode_t) {
    unsafe unlink(path)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard descriptor >= 0 else { fatalError("/dev/shm cannot be written to") }
    defer { close(descriptor) }
    var written = 0
    // SAFETY: the buffer is as long as it says, and is only read.
    unsafe bytes.withUnsafeBytes { unsafe written = write(descriptor, $0.baseAddress, $0.count) }
    precondition(written == bytes.count)
  }

  /// What the writer puts before the first frame: its magic and its version.
  private static let opening: [UInt8] = {
    let path = "\(folder)/opening.partial"
    guard let writer = try? FrameWriter(path: path), (try? writer.finish()) != nil,
      let bytes = FileManager.default.contents(atPath: path)
    else { fatalError("/dev/shm cannot be written to") }
    return Array(bytes.prefix(9))
  }()

  private static func frames(_ bytes: [UInt8]) {
    let path = "\(folder)/item.partial"
    store(opening + bytes, at: path, mode: 0o600)
    if var reader = try? FrameReader(path: path) {
      while let frame = try? reader.next(), frame.kind != .end {}
    }
    // What stands in a frame is read only when its checksum agrees: here it always does.
    _ = PartialHeader(bytes)
    _ = PartialFile.object(bytes)
    for kind in [FrameKind.rows, .group] { _ = RowPiece(kind, payload: bytes) }
  }

  /// A partial of the right table under the right key, whose content is the input.
  private static func partial(_ bytes: [UInt8]) {
    for (definition, opening) in tables {
      var whole = opening + bytes
      let checksum = checksum(of: whole.span, continuing: 0)
      for shift in [0, 8, 16, 24] { whole.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
      guard
        let partial = try? Partial(
          deserialising: whole, definition: definition, columns: columns, zone: .utc,
          fingerprints: key)
      else { continue }
      _ = partial.serialised()
      _ = try? partial.finish()
    }
  }

  private static let key = FingerprintKey(k0: 1, k1: 2)
  private static let columns = [
    TableColumn(name: "category", type: ColumnType(source: .text, form: .text)),
    TableColumn(name: "quantity", type: ColumnType(source: .int, form: .integer)),
    TableColumn(name: "buyer", type: ColumnType(source: .email, form: .token)),
  ]
  private static let tables: [(AggregateDefinition, [UInt8])] = [
    AggregateDefinition(
      name: "cells", shape: .group([0, 1]),
      measures: [
        .init(name: "n", operation: .count), .init(name: "sum", operation: .sum, column: 1),
      ], protection: .none(reason: "fuzzed"))
  ].map { definition in
    let empty = Partial(
      definition: definition, columns: columns, zone: .utc, fingerprints: key)
    return (definition, Array(empty.serialised().prefix(41)))
  }

  private static func objections(_ bytes: [UInt8]) {
    let path = "\(folder)/objections.csv"
    store(bytes, at: path, mode: 0o600)
    for column in [nil, "email"] {
      let reader = ObjectionReader(
        source: "s",
        objection: SourcePlan.Objection(
          files: "*", missingIsFine: false, type: .email, slots: [0], purposes: [0],
          column: column, delimiter: [UInt8(ascii: ";")]), fingerprints: key)
      _ = try? reader.read([(name: "objections.csv", path: path)])
    }
  }
}
