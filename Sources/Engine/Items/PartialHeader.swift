import Bytes
import Foundation
import Records

/// Whose partial it is: what the first frame of its file says.
package struct PartialHeader: Hashable, Sendable {
  var version: String
  var planID: String
  var pipelineDigest: String
  var date: String
  var source: String
  /// The item's file and its place among the items of its source.
  var file: String
  var number: Int
  /// Check values of the run's keys by name and epoch; destroyed keys have none.
  var keyChecks: [String: String]
  var fingerprintCheck: String

  init(_ plan: ItemPlan, _ entry: ItemPlan.Entry, number: Int) {
    version = plan.version
    planID = plan.id
    pipelineDigest = plan.pipelineDigest
    date = plan.date.description
    source = entry.source
    file = entry.file
    self.number = number
    keyChecks = plan.keyChecks
    fingerprintCheck = plan.fingerprints.check
  }

  var json: JSONText {
    .members([
      "version": .string(version), "plan": .string(planID), "pipeline": .string(pipelineDigest),
      "date": .string(date), "source": .string(source), "file": .string(file),
      "number": .integer(number), "fingerprints": .string(fingerprintCheck),
      "keys": .object(
        keyChecks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
    ])
  }

  /// Reads the first frame's payload, or returns `nil` when it is damaged.
  package init?(_ payload: [UInt8]) {
    guard let root = try? JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any],
      let version = root["version"] as? String, let planID = root["plan"] as? String,
      let pipelineDigest = root["pipeline"] as? String, let date = root["date"] as? String,
      let source = root["source"] as? String, let file = root["file"] as? String,
      let number = root["number"] as? Int, let keyChecks = root["keys"] as? [String: String],
      let fingerprintCheck = root["fingerprints"] as? String
    else { return nil }
    self.version = version
    self.planID = planID
    self.pipelineDigest = pipelineDigest
    self.date = date
    self.source = source
    self.file = file
    self.number = number
    self.keyChecks = keyChecks
    self.fingerprintCheck = fingerprintCheck
  }

  /// Refuses the partial at `path` if it does not belong to the plan.
  func check(against plan: ItemPlan, path: String) throws(RunFailure) {
    guard version == plan.version else { throw .partialOfOtherVersion(path) }
    guard pipelineDigest == plan.pipelineDigest, date == plan.date.description else {
      throw .partialOfOtherRun(path)
    }
    for (key, check) in plan.keyChecks.sorted(by: { $0.key < $1.key })
    where keyChecks[key] != check {
      throw .partialOfOtherKey(path, key: key, found: keyChecks[key], expected: check)
    }
    guard planID == plan.id, fingerprintCheck == plan.fingerprints.check else {
      throw .partialOfOtherPlan(path)
    }
    let entries = plan.items(of: source)
    guard entries.indices.contains(number), entries[number].file == file else {
      throw .damagedPartial(path)
    }
  }
}

extension ItemPlan {
  /// The check values of the keys that exist, by name and epoch.
  var keyChecks: [String: String] {
    var checks: [String: String] = [:]
    for key in keys { checks["\(key.name)/\(key.epoch)"] = key.check }
    return checks
  }
}
