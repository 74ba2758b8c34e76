import Foundation
import Pseudonymise
import Records

/// What a person is known by, as somebody who looks for the person's rows says it.
///
/// Read from standard input and kept in memory; it stands in no argument, message or file.
package struct AskingPerson: Sendable {
  let identifiers: [FieldType: String]

  /// Reads persons, one a line: `email anna@shop.example`, type and value apart by blanks or a tab,
  /// or a JSON object `{"ip": "203.0.113.7", "user_agent": "..."}` of all that is known of one.
  package static func all(in text: String) throws(RunFailure) -> [AskingPerson] {
    var persons: [AskingPerson] = []
    for (index, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      let line = line.drop { $0 == "\u{FEFF}" }.trimmed
      if line.isEmpty { continue }
      persons.append(try AskingPerson(line, number: index + 1))
    }
    guard !persons.isEmpty else { throw RunFailure.noIdentifier }
    return persons
  }

  private init(_ line: Substring, number: Int) throws(RunFailure) {
    var found: [FieldType: String] = [:]
    if line.first == "{" {
      guard
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String],
        !object.isEmpty, AskingPerson.memberCount(line) == object.count
      else { throw RunFailure.unreadableLine(number) }
      for (name, value) in object {
        guard let type = FieldType(rawValue: name) else { throw RunFailure.unreadableLine(number) }
        found[type] = value
      }
    } else {
      guard let end = line.firstIndex(where: \.isWhitespace),
        let type = FieldType(rawValue: String(line[..<end]))
      else { throw RunFailure.unreadableLine(number) }
      found[type] = String(line[end...].trimmed)
    }
    for type in found.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      let value = found[type] ?? ""
      // An empty text in an object is a part of a tuple that was missing.
      if value.isEmpty, found.count > 1 { continue }
      guard HashedIdentifier(value, of: type) != nil else {
        throw RunFailure.unreadableIdentifier(number, type)
      }
    }
    identifiers = found
  }

  /// How many members an object of texts is written with; one that is repeated counts each time.
  private static func memberCount(_ object: Substring) -> Int {
    var count = 0
    var isText = false
    var isEscaped = false
    for byte in object.utf8 {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isText: isEscaped = true
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: ":") where !isText: count += 1
      default: break
      }
    }
    return count
  }

  /// What columns of single fields hash of this person, whichever of the types they have.
  var identifiersAlone: [HashedIdentifier] {
    identifiers.compactMap { HashedIdentifier($0.value, of: $0.key) }
  }

  /// Returns what a column hashes of this person, or `nil` where it cannot be made of what is
  /// known.
  func hashed(for column: TokenColumn) -> HashedIdentifier? {
    if !column.isTuple {
      return identifiers[column.types[0]].flatMap { HashedIdentifier($0, of: column.types[0]) }
    }
    // Two fields of one type cannot be told apart in what was given.
    guard Set(column.types).count == column.types.count,
      column.types.allSatisfy({ identifiers[$0] != nil })
    else { return nil }
    return HashedIdentifier(all: column.types.map { ($0, identifiers[$0]) })
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

extension RunFailure {
  static let noIdentifier = RunFailure(
    .usage,
    "standard input names nobody; write one identifier a line, such as 'email' and the address, "
      + "or a JSON object")

  /// The line may hold an identifier, so nothing of it is repeated.
  static func unreadableLine(_ number: Int) -> RunFailure {
    RunFailure(
      .usage,
      "line \(number) of standard input is no type and value apart by blanks, and no JSON object "
        + "of texts by type, each once; types are those of the pipeline, such as email or phone")
  }

  static func unreadableIdentifier(_ number: Int, _ type: FieldType) -> RunFailure {
    RunFailure(.usage, "line \(number) of standard input holds no \(type.rawValue)")
  }
}
