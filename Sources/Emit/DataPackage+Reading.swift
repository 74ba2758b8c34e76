import Foundation
import Records

/// A data package that cannot be read back; the caller knows which file it is.
package struct DataPackageFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is missing or wrong in the file.
  package var flaw: String

  init(_ flaw: String) { self.flaw = flaw }

  package var description: String {
    "the data package is damaged: \(flaw); restore it, or delete it to have it written anew"
  }
}

extension DataPackage {
  /// Returns the partitions that a `datapackage.json` of ours names.
  package static func partitions(
    readingFrom bytes: [UInt8]
  ) throws(DataPackageFault) -> [Partition] {
    guard let value = try? JSONSerialization.jsonObject(with: Data(bytes)) else {
      throw DataPackageFault("it is no JSON")
    }
    let root = try PackageObject(value, "the file")
    var partitions: [Partition] = []
    for entry in try root.object("sparsam").objects("partitions") {
      let date = try entry.text("date")
      guard !partitions.contains(where: { $0.date == date }) else {
        throw DataPackageFault("it names a partition twice")
      }
      partitions.append(
        Partition(
          date: date, files: [], deleteAfter: try entry.optionalText("delete_after"),
          sharePublished: try entry.optionalNumber("share_published_percent")))
    }
    for resource in try root.objects("resources") {
      let own = try resource.object("sparsam")
      let date = try own.text("partition")
      guard let owner = partitions.firstIndex(where: { $0.date == date }) else {
        throw DataPackageFault("a resource belongs to no partition")
      }
      let hash = try resource.text("hash")
      guard hash.hasPrefix("sha256:") else { throw DataPackageFault("a 'hash' is no sha256") }
      partitions[owner].files.append(
        Partition.File(
          path: try resource.text("path"), sha256: String(hash.dropFirst(7)),
          bytes: try resource.number("bytes"), rows: try own.number("rows")))
      partitions[owner].fields = try fields(of: resource)
      partitions[owner].smallCells = try own.optionalObject("small_cells").map(persons)
    }
    return partitions
  }

  /// Returns whether a replay has published what a `datapackage.json` of ours describes.
  package static func isReplay(readingFrom bytes: [UInt8]) throws(DataPackageFault) -> Bool {
    try own(of: bytes).flag("replay")
  }

  /// Returns the timezone in which a `datapackage.json` of ours writes times.
  package static func timezone(readingFrom bytes: [UInt8]) throws(DataPackageFault) -> String {
    try own(of: bytes).text("timezone")
  }

  private static func own(of bytes: [UInt8]) throws(DataPackageFault) -> PackageObject {
    guard let value = try? JSONSerialization.jsonObject(with: Data(bytes)) else {
      throw DataPackageFault("it is no JSON")
    }
    return try PackageObject(value, "the file").object("sparsam")
  }

  private static func persons(
    _ own: PackageObject
  ) throws(DataPackageFault) -> TableDescription.Persons {
    TableDescription.Persons(
      least: try own.number("least"), columns: try own.texts("shown_by"),
      areRows: try own.flag("rows_are_persons"))
  }

  private static func fields(
    of resource: PackageObject
  ) throws(DataPackageFault) -> [PublishedField] {
    var fields: [PublishedField] = []
    for field in try resource.object("schema").objects("fields") {
      let own = try field.object("sparsam")
      let type = try field.text("type")
      let cells = try own.optionalObject("cells").map { (said) throws(DataPackageFault) in
        guard let form = try ValueForm(tableSchemaType: type, said),
          let grammar = try CellGrammar(said)
        else { throw DataPackageFault("a field's 'cells' are none of this program") }
        return PublishedField.Cells(form: form, grammar: grammar)
      }
      fields.append(
        PublishedField(
          name: try field.text("name"), type: type,
          about: try field.optionalText("description"), unit: try field.optionalText("unit"),
          treatment: try own.text("treatment"), purposes: try own.texts("purposes"),
          cells: cells))
    }
    return fields
  }
}

/// An object of a data package, of which members are asked for by name and kind.
struct PackageObject {
  private let members: [String: Any]
  private let name: String

  init(_ value: Any, _ name: String) throws(DataPackageFault) {
    guard let members = value as? [String: Any] else {
      throw DataPackageFault("\(name) is no object")
    }
    self.members = members
    self.name = name
  }

  private func member<Kind>(_ key: String, _ kind: Kind.Type) throws(DataPackageFault) -> Kind {
    guard let value = members[key] as? Kind else {
      throw DataPackageFault("\(name) has no '\(key)' of the right kind")
    }
    return value
  }

  func has(_ key: String) -> Bool { !isAbsent(key) }

  private func isAbsent(_ key: String) -> Bool { members[key] == nil || members[key] is NSNull }

  func text(_ key: String) throws(DataPackageFault) -> String { try member(key, String.self) }

  func texts(_ key: String) throws(DataPackageFault) -> [String] { try member(key, [String].self) }

  func number(_ key: String) throws(DataPackageFault) -> Int { try member(key, Int.self) }

  func flag(_ key: String) throws(DataPackageFault) -> Bool { try member(key, Bool.self) }

  func optionalObject(_ key: String) throws(DataPackageFault) -> PackageObject? {
    isAbsent(key) ? nil : try object(key)
  }

  func optionalText(_ key: String) throws(DataPackageFault) -> String? {
    isAbsent(key) ? nil : try text(key)
  }

  func optionalNumber(_ key: String) throws(DataPackageFault) -> Int? {
    isAbsent(key) ? nil : try number(key)
  }

  func object(_ key: String) throws(DataPackageFault) -> PackageObject {
    try PackageObject(try member(key, Any.self), "'\(key)'")
  }

  func objects(_ key: String) throws(DataPackageFault) -> [PackageObject] {
    var objects: [PackageObject] = []
    for value in try member(key, [Any].self) {
      objects.append(try PackageObject(value, "a member of '\(key)'"))
    }
    return objects
  }
}
