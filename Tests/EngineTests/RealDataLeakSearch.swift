import Engine
import Foundation
import Records

/// The distinct identifying values of an input, by the raw field that holds them.
struct RealDataIdentities {
  private(set) var values: [String: Set<[UInt8]>] = [:]

  var count: Int { values.values.reduce(0) { $0 + $1.count } }

  mutating func insert(_ value: String, of field: String) {
    let value = value.trimmingCharacters(in: .whitespaces)
    // The addresses of nothing and of the machine itself are nobody's.
    guard !["", "-", "0.0.0.0", "127.0.0.1", "::1"].contains(value) else { return }
    values[field, default: []].insert(Array(value.utf8))
  }

  mutating func insert(_ table: RealDataTable, _ fields: [String]) {
    for field in fields {
      for value in table.values(field) { insert(value, of: field) }
    }
  }
}

/// Looks for the identifying values of an input in everything that a run left.
///
/// Letters compare without case. A value of six bytes or more is looked for in all bytes of all
/// files, wherever it stands between two non-word characters, and percent-encoded; a shorter one,
/// which stands in any text by chance, as a whole text cell or segment of one.
struct RealDataLeakSearch {
  /// Where something was found; the value itself is never told.
  struct Finding: Hashable, CustomStringConvertible {
    var file: String
    var column: String?
    var field: String
    var count: Int

    var description: String {
      "\(file)\(column.map { ", column '\($0)'" } ?? ""): values of '\(field)', \(count) times"
    }
  }

  private struct Needle {
    var bytes: [UInt8]
    /// Bytes in front of the first word.
    var prefix: Int
    var field: Int
  }

  private let fields: [String]
  private var needles: [UInt64: [Needle]] = [:]
  private var cells: [[UInt8]: Int] = [:]

  /// How many values are looked for.
  private(set) var valueCount = 0

  /// How many were left out because they are public.
  private(set) var publicCount = 0

  /// Values that `publicText` holds say nothing about a person and are left out: what the pipeline
  /// file says, and names of hosts and events that stand in for names in test messages.
  init(_ identities: RealDataIdentities, publicText: String) {
    fields = identities.values.keys.sorted()
    let known = Self.folded(Array(publicText.utf8))
    var own = RealDataLeakSearch()
    for (number, field) in fields.enumerated() {
      for value in identities.values[field] ?? [] {
        let folded = Self.folded(value)
        own.add(folded, field: number)
        let encoded = Self.folded(Self.percentEncoded(value))
        if encoded != folded { own.add(encoded, field: number) }
        // `17850.0` is the number that a spreadsheet made of the account `17850`.
        if folded.suffix(2) == Array(".0".utf8) { own.cells[Array(folded.dropLast(2))] = number }
      }
    }
    var chance = own.needlesFound(in: known)
    for word in known.split(whereSeparator: { !Self.isWord($0) })
    where !word.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      chance.insert(Array(word))
    }
    chance = chance.filter { own.cells[$0] != nil }
    needles = own.needles.mapValues { $0.filter { !chance.contains($0.bytes) } }
    cells = own.cells.filter { !chance.contains($0.key) }
    valueCount = cells.count
    publicCount = chance.count
  }

  private init() { fields = [] }

  private mutating func add(_ bytes: [UInt8], field: Int) {
    cells[bytes] = field
    guard bytes.count >= 6, let first = bytes.firstIndex(where: Self.isWord) else { return }
    var hash = Self.seed
    for byte in bytes[first...].prefix(while: Self.isWord) { hash = Self.mixed(hash, byte) }
    needles[hash, default: []].append(Needle(bytes: bytes, prefix: first, field: field))
  }

  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

  /// FNV-1a.
  private static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
      true
    default: false
    }
  }

  private static func folded(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte in
      isWord(byte) && byte < 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_")
        ? [byte] : Array(("%" + String(byte, radix: 16)).utf8)
    }
  }

  private func scan(_ bytes: [UInt8], _ found: (Needle) -> Void) {
    var index = 0
    while index < bytes.count {
      guard Self.isWord(bytes[index]) else {
        index += 1
        continue
      }
      let start = index
      var hash = Self.seed
      while index < bytes.count, Self.isWord(bytes[index]) {
        hash = Self.mixed(hash, bytes[index])
        index += 1
      }
      guard let candidates = needles[hash] else { continue }
      for needle in candidates {
        let lower = start - needle.prefix
        let upper = lower + needle.bytes.count
        guard lower >= 0, upper <= bytes.count, bytes[lower..<upper].elementsEqual(needle.bytes)
        else { continue }
        if upper < bytes.count, let last = needle.bytes.last, Self.isWord(last),
          Self.isWord(bytes[upper])
        {
          continue
        }
        if Self.isNetwork(bytes, lower, upper) { continue }
        found(needle)
      }
    }
  }

  /// Whether `a.b.c.0` stands there as the network `a.b.c.0/24`; some visitor has that address too.
  private static func isNetwork(_ bytes: [UInt8], _ lower: Int, _ upper: Int) -> Bool {
    bytes[lower..<upper].suffix(2).elementsEqual(".0".utf8)
      && bytes[upper...].prefix(3).elementsEqual("/24".utf8)
  }

  private func needlesFound(in bytes: [UInt8]) -> Set<[UInt8]> {
    var all: Set<[UInt8]> = []
    scan(bytes) { all.insert($0.bytes) }
    return all
  }

  /// Searches all bytes of a file or message; its name stands for it in findings.
  func findings(in bytes: [UInt8], file: String) -> [Finding] {
    var counts: [Int: Int] = [:]
    scan(Self.folded(Self.withoutSizes(bytes, file: file))) { counts[$0.field, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map {
      Finding(file: file, column: nil, field: fields[$0.key], count: $0.value)
    }
  }

  /// Takes the sizes of files out of evidence: how long a compressed file is depends on random
  /// tokens, and any number of six digits may be an order's.
  private static func withoutSizes(_ bytes: [UInt8], file: String) -> [UInt8] {
    guard file.hasSuffix(".json") else { return bytes }
    let text = String(decoding: bytes, as: UTF8.self)
    return Array(text.replacing(#/"bytes": ?\d+/#, with: #""bytes": 0"#).utf8)
  }

  /// Searches the text cells of a table, whole and by their segments.
  func findings(in table: RealDataTable, columns: Set<String>, file: String) -> [Finding] {
    var counts: [Finding: Int] = [:]
    for (position, column) in table.columns.enumerated() where columns.contains(column) {
      // Real columns repeat themselves.
      var occurrences: [String: Int] = [:]
      for row in table.rows { occurrences[row[position], default: 0] += 1 }
      for (cell, count) in occurrences where !cell.isEmpty {
        let bytes = Self.folded(Array(cell.utf8))
        var hits: Set<Int> = []
        if let field = cells[bytes] { hits.insert(field) }
        for segment in bytes.split(whereSeparator: { "/?&=#".utf8.contains($0) })
        where segment.count >= 6
          && !Self.isNetwork(bytes, segment.startIndex, segment.endIndex)
        {
          if let field = cells[Array(segment)] { hits.insert(field) }
        }
        for field in hits {
          counts[
            Finding(file: file, column: column, field: fields[field], count: 0), default: 0] +=
            count
        }
      }
    }
    return counts.map { finding, count in
      Finding(file: finding.file, column: finding.column, field: finding.field, count: count)
    }.sorted { $0.description < $1.description }
  }

  /// Searches everything that a night left below its output and state folders, names included.
  func findings(
    in night: RealDataNight, _ manifest: Manifest?, messages: [String] = []
  ) throws -> [Finding] {
    var all: [Finding] = []
    let contents = try night.contents()
    for (path, bytes) in contents.sorted(by: { $0.key < $1.key }) {
      all += findings(in: bytes, file: path)
      all += findings(in: Array(path.utf8), file: "the name of a file")
    }
    for message in messages { all += findings(in: Array(message.utf8), file: "a message") }
    for output in manifest?.outputs ?? [] {
      for table in output.tables {
        let texts = Set(
          table.columns.filter { ["text", "subnet", "pseudonym"].contains($0.type) }.map(\.name))
        let folder = "out/\(output.name)/\(table.name)/data/"
        for (path, bytes) in contents where path.hasPrefix(folder) && path.contains("/part-") {
          all += findings(
            in: try RealDataTable(published: bytes, path: path), columns: texts, file: path)
        }
      }
    }
    return all
  }
}
