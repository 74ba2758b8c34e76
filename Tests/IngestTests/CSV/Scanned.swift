import Bytes
import Ingest
import Records
import Testing

/// Everything a scanner made of a file, in a form that does not depend on the cutting into blocks.
struct Scanned: Equatable {
  struct Fault: Hashable {
    var rule: Rule
    var byte: Int
    var record: Int
  }

  struct SpoiledCell: Hashable {
    var rule: Rule
    var slot: Int
    var byte: Int
  }

  /// For each record its cells; a null cell is `nil`.
  var rows: [[String?]] = []
  /// For each record the offset of its first byte in the file.
  var bytes: [Int] = []
  /// For each record its number in the file, from 0.
  var records: [Int] = []
  var faults: [Fault] = []
  var spoiled: [SpoiledCell] = []
  /// What was decoded behind the blocks.
  var tail = ""
  var droppedFields = 0

  /// Reads a file through blocks of about `blockSize` bytes; `slots` are the declared fields.
  static func read(
    _ file: [UInt8], _ reading: Reading, slots: [String], blockSize: Int = 2 << 20
  ) throws -> Scanned {
    var borders = RecordBorders.lines
    var header: [String]?
    var needsHeader = false
    var dialect = Reading.CSV()
    if case .csv(let csv) = reading.format {
      borders = csv.borders
      dialect = csv
      needsHeader = csv.names == nil
    }
    let projection = Projection(slots: slots.map { RawPath(name: $0) })
    var reader = BlockReader(bytes: file, borders: borders, blockSize: blockSize)
    var scanner: (any Scanner)?
    var batch = RawBatch()
    var result = Scanned()
    var read = 0
    while let block = try reader.next() {
      guard block.kind == .records else {
        result.faults.append(Fault(rule: .limit, byte: block.offset, record: read))
        read += 1
        continue
      }
      var bytes = block.bytes
      var offset = block.offset
      if needsHeader, header == nil {
        // Blocks may be so small here that the first ones hold blank lines only.
        if bytes.allSatisfy({ $0 == 0x0A || $0 == 0x0D }) { continue }
        let found = try CSVHeader.read(bytes, as: dialect)
        header = found.names
        bytes.removeFirst(found.byteCount)
        offset += found.byteCount
      }
      if scanner == nil {
        scanner = try makeScanner(reading: reading, projection: projection, header: header)
      }
      scanner?.scan(bytes, into: &batch)
      result.add(batch, of: bytes, at: offset, after: &read)
    }
    return result
  }

  /// Scans bytes as one block behind the header, without a reader.
  static func scan(
    _ block: [UInt8], _ reading: Reading, slots: [String], header: [String]? = nil
  ) throws -> Scanned {
    let projection = Projection(slots: slots.map { RawPath(name: $0) })
    var scanner = try makeScanner(reading: reading, projection: projection, header: header)
    var batch = RawBatch()
    scanner.scan(block, into: &batch)
    var result = Scanned()
    var read = 0
    result.add(batch, of: block, at: 0, after: &read)
    return result
  }

  private mutating func add(
    _ batch: RawBatch, of block: [UInt8], at offset: Int, after read: inout Int
  ) {
    #expect(Array(batch.bytes.prefix(block.count)) == block, "the block stays as it is")
    #expect(batch.ordinals.isEmpty || batch.ordinals.count == batch.recordCount)
    for slot in batch.slots { #expect(slot.count == batch.recordCount) }
    for record in 0..<batch.recordCount {
      rows.append(batch.slots.map { Scanned.text(of: $0[record], in: batch.bytes) })
      bytes.append(offset + Int(batch.starts[record]))
      records.append(read + Int(batch.ordinals.isEmpty ? UInt32(record) : batch.ordinals[record]))
    }
    for fault in batch.faults {
      faults.append(
        Fault(
          rule: fault.rule, byte: offset + Int(fault.start), record: read + Int(fault.ordinal)))
    }
    for fault in batch.cellFaults {
      #expect(batch.slots[Int(fault.slot)][Int(fault.record)].isNull, "a spoiled cell is null")
      spoiled.append(
        SpoiledCell(
          rule: fault.rule, slot: Int(fault.slot),
          byte: offset + Int(batch.starts[Int(fault.record)])))
    }
    tail += String(decoding: batch.bytes.dropFirst(block.count), as: UTF8.self)
    droppedFields = max(droppedFields, batch.droppedFields)
    read += batch.readCount
  }

  private static func text(of cell: TextCell, in bytes: [UInt8]) -> String? {
    if cell.isNull { return nil }
    let text = String(validating: bytes[cell.lower..<cell.upper], as: UTF8.self)
    #expect(text != nil, "a cell is well-formed UTF-8")
    return text
  }
}

/// Returns the reading of a CSV file, after `change` to the usual dialect.
func csvReading(_ change: (inout Reading.CSV) -> Void = { _ in }) -> Reading {
  var csv = Reading.CSV()
  change(&csv)
  return Reading(format: .csv(csv))
}
