import Bytes
import Ingest
import Records

/// A raw file as far as a look at its first lines tells: its format and its fields.
struct SampledFile: Sendable {
  /// How the file is read, with what the draft says about it.
  struct Format: Sendable {
    var reading: Reading
    /// Sentences for the comment beside the reading.
    var notes: [String] = []
  }

  var path: String
  var format: Format
  var fields: [SampledField] = []
  /// Comment lines about what is in the file and cannot be a field.
  var remarks: [String] = []
  var recordCount = 0
  var isCut = false

  /// Looks into the file at `path`.
  init(path: String) throws(DraftFault) {
    let sample = try RawSample(path: path)
    self.path = path
    isCut = sample.isCut
    let lines = sample.lines(200)
    try SampledFile.refuseOtherFormats(lines, path: path)
    if JSONSample.isObject(lines) {
      format = Format(reading: Reading(format: .ndjson))
      readNDJSON(sample)
    } else if let layout = SampledFile.layout(of: lines) {
      format = Format(reading: Reading(format: .accessLog(layout)))
      readAccessLog(sample, layout)
    } else {
      let csv = CSVSample(sample)
      format = csv.format
      fields = csv.fields
      remarks = csv.remarks
      recordCount = csv.recordCount
    }
    if recordCount == 0 {
      throw DraftFault(.noSample, "file '\(path)' holds no record to look at")
    }
  }

  private static func refuseOtherFormats(_ lines: [[UInt8]], path: String) throws(DraftFault) {
    let first = lines.first { !$0.isEmpty } ?? []
    let head = String(decoding: first.prefix(16), as: UTF8.self)
    if ["#Version:", "#Fields:", "#Software:", "#Date:"].contains(where: head.hasPrefix) {
      throw DraftFault(
        .noSample,
        "file '\(path)' is a W3C extended log, which is not read; have the server write the "
          + "combined log format")
    }
    if head.hasPrefix("<") {
      throw DraftFault(.noSample, "file '\(path)' looks like XML; export it as CSV or NDJSON")
    }
    let opening = head.drop { $0 == " " }.first
    if opening == "{" || opening == "[", !JSONSample.isObject(lines) {
      throw DraftFault(
        .noSample,
        "file '\(path)' looks like JSON but has no object on a line of its own; export one object "
          + "a line (NDJSON)")
    }
  }

  // MARK: - Access logs

  /// Returns the richest layout that four lines of five have.
  private static func layout(of lines: [[UInt8]]) -> Reading.Layout? {
    let layouts: [Reading.Layout] = [.vhostCombined, .combined, .common]
    let text = lines.flatMap { line -> [UInt8] in line + [10] }
    return layouts.first { layout in
      let count = scan(text, layout, fields: [])?.recordCount ?? 0
      return count * 5 >= lines.count * 4 && count > 0
    }
  }

  private static func scan(
    _ bytes: [UInt8], _ layout: Reading.Layout, fields: [AccessLogField]
  ) -> RawBatch? {
    let projection = Projection(slots: fields.map { RawPath(name: $0.rawValue) })
    let reading = Reading(format: .accessLog(layout))
    guard var scanner = try? makeScanner(reading: reading, projection: projection) else {
      return nil
    }
    var batch = RawBatch()
    scanner.scan(bytes, into: &batch)
    return batch
  }

  private mutating func readAccessLog(_ sample: RawSample, _ layout: Reading.Layout) {
    let wanted = AccessLogField.allCases.filter { field in
      switch field {
      case .vhost: layout == .vhostCombined
      case .referrer, .userAgent: layout != .common
      default: true
      }
    }
    guard let batch = SampledFile.scan(sample.bytes, layout, fields: wanted) else { return }
    recordCount = batch.recordCount
    for (slot, field) in wanted.enumerated() {
      fields.append(
        SampledFile.field(path: field.rawValue, names: [field.rawValue], slot: slot, of: batch))
    }
    if !batch.faults.isEmpty {
      format.notes.append(
        "\(batch.faults.count) of \(batch.readCount) lines have another form; they are rejected")
    }
  }

  /// Returns the field whose cells stand in a slot of the batch.
  static func field(
    path: String, names: [String], slot: Int, of batch: RawBatch
  ) -> SampledField {
    var field = SampledField(path: path, names: names)
    field.recordCount = batch.recordCount
    for cell in batch.slots[slot] where !cell.isNull && cell.count > 0 {
      field.filledCount += 1
      if field.values.count < SampledField.valueLimit {
        field.values.append(Array(batch.bytes[cell.lower..<cell.upper]))
      }
    }
    return field
  }

  // MARK: - NDJSON

  private mutating func readNDJSON(_ sample: RawSample) {
    let tree = JSONTree()
    var faultCount = 0
    for line in sample.lines(SampledField.valueLimit) {
      if let value = JSONSample(line), case .object = value {
        tree.add(value)
      } else {
        faultCount += 1
      }
    }
    recordCount = tree.recordCount
    fields = tree.fields
    remarks = tree.remarks
    if faultCount > 0 {
      format.notes.append("\(faultCount) of \(recordCount + faultCount) lines are no JSON object")
    }
  }
}
