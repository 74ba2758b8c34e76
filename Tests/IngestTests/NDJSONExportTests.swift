import Foundation
import Ingest
import Records
import Support
import Testing

/// Real tracking events, read by Foundation and by the scanner with every path they have.
@Suite struct NDJSONExportTests {
  /// Returns the value at the end of the keys.
  private func value(_ keys: [String], in object: [String: Any]) -> Any? {
    var current: Any? = object
    for key in keys { current = (current as? [String: Any])?[key] }
    return current is NSNull ? nil : current
  }

  private func collect(
    _ object: [String: Any], below keys: [String], into paths: inout Set<[String]>
  ) {
    for (key, value) in object {
      paths.insert(keys + [key])
      if let inner = value as? [String: Any] { collect(inner, below: keys + [key], into: &paths) }
    }
  }

  /// Whether two readings of a number agree; Foundation's may be off by some last bits.
  private func isNear(_ left: Double?, _ right: Double) -> Bool {
    guard let left else { return false }
    return left == right || abs(left - right) <= abs(right) * 0x1p-49
  }

  /// Whether a cell's text means the value that Foundation has read.
  private func means(_ text: String?, _ value: Any?) -> Bool {
    switch (text, value) {
    case (nil, nil), (nil, is [String: Any]), (nil, is [Any]): true
    case (let text?, let other as String): text == other
    case ("true"?, let other as NSNumber): other.boolValue
    case ("false"?, let other as NSNumber): !other.boolValue
    case (let text?, let other as NSNumber): isNear(Double(text), other.doubleValue)
    default: false
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the folder of real exports is absent"))
  func everyPathAgreesWithFoundation() throws {
    let file = try SharedData.bytes("tracking/rudder/rudder_events_first1000.ndjson")
    let lines = file.split(separator: 0x0A).prefix(250)
    let bytes = Array(lines.joined(separator: [0x0A]))
    var objects: [[String: Any]] = []
    var known = Set<[String]>()
    for line in lines {
      guard
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      else { continue }
      objects.append(object)
      collect(object, below: [], into: &known)
    }
    let keys = known.sorted { $0.joined(separator: "\u{0}") < $1.joined(separator: "\u{0}") }
    let slots = keys.map { RawPath(steps: $0.map { .key($0) }, text: $0.joined(separator: ".")) }
    let batch = try scan(bytes, Projection(slots: slots))
    #expect(objects.count == 250)
    try #require(batch.recordCount == objects.count)
    #expect(batch.droppedFields == 0)
    #expect(!batch.cellFaults.contains { $0.rule != .type })
    var containers = 0
    var wrong = 0
    for record in objects.indices {
      for slot in keys.indices {
        let expected = value(keys[slot], in: objects[record])
        if expected is [String: Any] || expected is [Any] { containers += 1 }
        if !means(batch.text(slot, record), expected) { wrong += 1 }
      }
    }
    // No names of paths here: they are another's.
    #expect(wrong == 0)
    #expect(batch.cellFaults.count == containers)
    #expect(keys.count > 100)
  }
}
