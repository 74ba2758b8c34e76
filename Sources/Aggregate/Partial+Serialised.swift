package import Bytes
package import Records

// A serialised partial, numbers lowest byte first:
//
//   magic (8), version (1), table signature (16), check of the fingerprint key (16),
//   group table: each dictionary: count (8), values as length (4) and bytes;
//                groups: count (8), codes (4 for each key)
//   table of persons: count (8), fingerprints (16), tokens (16)
//   words of the accumulators (8), as many as cells and fields ask for
//   each distinct column: for each cell: count (4), members (12)
//   sums by person: count (8), cell (4) and person (12), sums (16)
//   CRC-32 of all that (4)

extension Partial {
  private static let magic = Array("SPARTIAL".utf8)
  private static let version: UInt8 = 2

  /// Returns the partial as bytes, to be merged elsewhere under the same fingerprint key.
  ///
  /// They hold small groups: whoever stores them keeps them from analysts.
  package consuming func serialised() -> [UInt8] {
    groupMembers()
    var writer = PartialWriter(Partial.magic + [Partial.version])
    writer.write(plan.signature)
    writer.write(Partial.check(of: key))
    if plan.person == nil {
      for dictionary in dictionaries {
        writer.write(dictionary.values.count)
        for value in 0..<dictionary.values.count {
          let range = dictionary.values.range(of: UInt32(value))
          writer.write(UInt32(range.count))
          writer.write(dictionary.values.bytes, range)
        }
      }
      writer.write(groups.count)
      writer.write(groups.tuples.bytes, groups.tuples.bytes.indices)
    } else {
      writer.write(people.count)
      for fingerprint in people.fingerprints { writer.write(fingerprint) }
      for token in tokens { writer.write(token) }
    }
    for word in accumulators.words { writer.write(UInt64(bitPattern: word)) }
    for index in sets.indices {
      for cell in 0..<cellCount {
        let members = sets[index].members(of: cell)
        writer.write(UInt32(members.count))
        for member in members { writer.write(member: member) }
      }
    }
    writer.write(personSums.pairs.count)
    writer.write(personSums.pairs.bytes, personSums.pairs.bytes.indices)
    for sum in personSums.sums { writer.write(UInt128(truncatingIfNeeded: sum)) }
    writer.write(checksum(of: writer.bytes.span, continuing: 0))
    return writer.bytes
  }

  /// Reads a serialised partial of the table `definition`; refuses what is not exactly that.
  package init(
    deserialising bytes: [UInt8], definition: AggregateDefinition, columns: [TableColumn],
    zone: Zone, fingerprints: FingerprintKey
  ) throws(PartialFault) {
    try self.init(
      deserialising: bytes,
      plan: TablePlan(definition: definition, columns: columns, zone: zone), key: fingerprints)
  }

  init(
    deserialising bytes: [UInt8], plan: TablePlan, key: FingerprintKey
  ) throws(PartialFault) {
    self.init(plan: plan, key: key)
    let name = plan.definition.name
    var reader = PartialReader(bytes, table: name)
    try reader.verify()
    guard try reader.bytes(Partial.magic.count) == Partial.magic else { throw reader.damaged }
    guard try reader.byte() == Partial.version else {
      throw PartialFault(table: name, reason: .version)
    }
    guard try reader.wide() == plan.signature else {
      throw PartialFault(table: name, reason: .table)
    }
    guard try reader.wide() == Partial.check(of: key) else {
      throw PartialFault(table: name, reason: .key)
    }
    if plan.person == nil {
      try readGroups(&reader)
    } else {
      try reader.fill(&people)
      for _ in 0..<people.count { tokens.append(try reader.wide()) }
    }
    try readState(&reader)
    guard reader.isAtEnd else { throw reader.damaged }
  }

  private mutating func readGroups(_ reader: inout PartialReader) throws(PartialFault) {
    for index in dictionaries.indices {
      let count = try reader.count(of: 4)
      for value in 0..<count {
        let length = Int(try reader.half())
        guard dictionaries[index].isText || length == 8 else { throw reader.damaged }
        let code = dictionaries[index].code(ofBytes: try reader.bytes(length))
        guard Int(code) == value + 1 else { throw reader.damaged }
      }
    }
    let keyCount = plan.keys.count
    let count = try reader.count(of: 4 * keyCount)
    // Without keys there is one group at most, and nothing else bounds the number.
    guard keyCount > 0 || count <= 1 else { throw reader.damaged }
    for group in 0..<count {
      var codes: [UInt32] = []
      for key in 0..<keyCount {
        let code = try reader.half()
        guard Int(code) < dictionaries[key].codeCount else { throw reader.damaged }
        codes.append(code)
      }
      guard Int(groups.group(of: codes)) == group else { throw reader.damaged }
    }
  }

  private mutating func readState(_ reader: inout PartialReader) throws(PartialFault) {
    let cells = cellCount
    growToCells()
    var words: [Int64] = []
    for _ in 0..<(cells * accumulators.wordCount) {
      words.append(Int64(bitPattern: try reader.word()))
    }
    guard accumulators.restore(words) else { throw reader.damaged }
    for index in sets.indices {
      var total = 0
      for cell in 0..<cells {
        let count = Int(try reader.half())
        var members: [UInt128] = []
        for _ in 0..<count { members.append(try reader.member()) }
        sets[index].insert(members, into: [UInt32](repeating: UInt32(cell), count: count))
        total += count
      }
      sets[index].settle()
      guard sets[index].memberCount == total else { throw reader.damaged }
    }
    let pairCount = try reader.count(of: 16 + 16 * personSums.columnCount)
    guard pairCount == 0 || !plan.judgedColumns.isEmpty else { throw reader.damaged }
    var pairs: [(cell: UInt32, person: UInt128)] = []
    for _ in 0..<pairCount {
      let pair = (cell: try reader.half(), person: try reader.member())
      guard Int(pair.cell) < cells else { throw reader.damaged }
      pairs.append(pair)
    }
    for pair in pairs {
      var sums: [Int128] = []
      for _ in 0..<personSums.columnCount {
        sums.append(Int128(truncatingIfNeeded: try reader.wide()))
      }
      let before = personSums.pairs.count
      guard personSums.add(sums[...], cell: pair.cell, person: pair.person),
        personSums.pairs.count == before + 1
      else { throw reader.damaged }
    }
  }

  /// Returns what tells one fingerprint key from another without telling the key.
  private static func check(of key: FingerprintKey) -> UInt128 {
    let text = Array("sparsam partial".utf8)
    return key.fingerprint(text, from: 0, count: text.count)
  }
}
