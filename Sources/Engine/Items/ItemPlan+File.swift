import Bytes
import Foundation
import Records

// A plan's file is a JSON object with `sparsam_plan` (the version of this form), `sparsam` (that of
// the program), `id`, `plan` (all that may be shown) and `secret`. It is 0600 and is trusted only
// so.

extension ItemPlan {
  private static let form = 2

  /// Writes the plan to `path`, in the place of an older plan and of nothing else.
  func write(to path: String) throws {
    if try FileFacts.exists(path), (try? ItemPlan.object(at: path)) == nil {
      throw RunFailure.noPlanToReplace(path)
    }
    let text = JSONText.members([
      "sparsam_plan": .integer(ItemPlan.form), "sparsam": .string(version), "id": .string(id),
      "plan": content,
      "secret": .string(fingerprints.secretText),
    ]).pretty
    do {
      try DurableFile.write(Array(text.utf8), to: path, mode: 0o600)
    } catch let fault {
      throw RunFailure(fault.isNoSpace ? .inputOutput : .cannotCreate, fault.description)
    }
  }

  /// Reads the plan at `path`; refuses one that others may read, or that is not as it was written.
  package static func read(_ path: String) throws -> ItemPlan {
    let facts: FileFacts
    do {
      facts = try FileFacts(of: path)
    } catch {
      throw error.isMissing ? RunFailure.noPlan(path) : RunFailure(error)
    }
    guard facts.kind == .file, facts.mode & 0o077 == 0, facts.isOwnedByThisProcess else {
      throw RunFailure.openPlan(path)
    }
    guard let root = try object(at: path) else { throw RunFailure.damagedPlan(path) }
    // Said first: another version may have written it in another form.
    if let version = root["sparsam"] as? String, version != sparsamVersion {
      throw RunFailure.planOfOtherVersion(path, version)
    }
    guard root["sparsam_plan"] as? Int == form, let plan = ItemPlan(root),
      root["id"] as? String == plan.id, root["sparsam"] as? String == plan.version
    else { throw RunFailure.damagedPlan(path) }
    return plan
  }

  /// Returns the JSON object at `path`, or `nil` when that is no plan of any version.
  private static func object(at path: String) throws -> [String: Any]? {
    let bytes = try WholeFile(path: path).bytes
    let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    return root?["sparsam_plan"] == nil ? nil : root
  }

  private init?(_ root: [String: Any]) {
    guard let content = root["plan"] as? [String: Any],
      let version = content["version"] as? String,
      let pipeline = content["pipeline"] as? [String: String],
      let pipelineName = pipeline["name"], let pipelineDigest = pipeline["sha256"],
      let date = (content["date"] as? String).flatMap({ CivilDate($0) }),
      let isReplay = content["replay"] as? Bool,
      let items = content["items"] as? [[String: Any]],
      let keys = content["keys"] as? [[String: Any]],
      let rights = content["rights"] as? [String],
      let forgotten = content["forgotten"] as? String,
      let fingerprints = (root["secret"] as? String).flatMap({ FingerprintKey(secretText: $0) })
    else { return nil }
    self.init(
      version: version, pipelineName: pipelineName, pipelineDigest: pipelineDigest, date: date,
      isReplay: isReplay, items: [], keys: [], rights: rights, forgotten: forgotten,
      fingerprints: fingerprints)
    for item in items {
      guard let source = item["source"] as? String, let file = item["file"] as? String,
        let byteCount = item["bytes"] as? Int
      else { return nil }
      self.items.append(Entry(source: source, file: file, byteCount: byteCount))
    }
    for key in keys {
      guard let name = key["name"] as? String, let epoch = key["epoch"] as? String else {
        return nil
      }
      self.keys.append(Key(name: name, epoch: epoch, check: key["check"] as? String))
    }
  }
}
