import Bytes
import Engine
import Foundation
import Testing

/// The partial of a night of one item, which publishes an open text; what lies there may be
/// replaced.
struct OnePartial {
  /// The parts of a frame of a partial, as they lie behind nine bytes of magic and version: kind
  /// (1), number (4), length (8), checksum (4) and payload.
  struct Frame {
    var kind: UInt8
    var number: [UInt8]
    var payload: [UInt8]

    /// The frame with the length and checksum that are true of it.
    var bytes: [UInt8] {
      let head = [kind] + number + OnePartial.bytes(of: payload.count, 8)
      let crc = checksum(of: payload.span, continuing: checksum(of: head.span, continuing: 0))
      return head + OnePartial.bytes(of: Int(crc), 4) + payload
    }
  }

  let shop = NightlyShop(nights: 4, seed: 1)
  let runs = NightlyRuns()
  let night: Run
  let folder: String
  let path: String
  let whole: [UInt8]

  /// `format` is what the night publishes, as a pipeline says it.
  init(format: String = "csv, compression: none") async throws {
    let date = NightlyShop.date(3)
    try runs.write(shop.csv(of: 3), to: "orders-\(date).csv")
    let text = NightlyShop.pipeline(
      "nightly", files: "orders-{date}.csv", aggregates: "", tables: "[{orders: [day, category]}]"
    ).replacing("aggregates:\n\n", with: "")
      .replacing("treat: {one_of: [shoes, bags, coats]}, ", with: "")
      .replacing("format: csv, compression: none", with: "format: \(format)")
    night = try runs.prepared(text, date)
    let planned = try night.planItems()
    let item = try #require(planned.plan.items.first)
    folder = runs.folder.appendingPathComponent("partials").path
    path = try await night.executeItem(
      item.name, planFile: nil, partials: folder, onProgress: { _ in }
    ).path
    whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Replaces the partial by one of these frames.
  func replace(_ frames: [Frame]) throws { try write(whole.prefix(9) + frames.flatMap(\.bytes)) }

  /// Puts the partial back as it was made.
  func restore() throws { try write(whole[...]) }

  private func write(_ bytes: ArraySlice<UInt8>) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  var frames: [Frame] {
    var frames: [Frame] = []
    var start = 9
    while start < whole.count {
      let length = (0..<8).reduce(0) { $0 | Int(whole[start + 5 + $1]) << (8 * $1) }
      let body = start + 17
      frames.append(
        Frame(
          kind: whole[start], number: Array(whole[start + 1..<start + 5]),
          payload: Array(whole[body..<body + length])))
      start = body + length
    }
    return frames
  }

  static func bytes(of number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
