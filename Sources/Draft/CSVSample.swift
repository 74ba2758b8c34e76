import Bytes
import Ingest
import Records

/// A CSV file as far as its first lines tell: delimiter, quote, header, encoding, numbers, columns.
struct CSVSample: Sendable {
  private(set) var format: SampledFile.Format
  private(set) var fields: [SampledField] = []
  private(set) var remarks: [String] = []
  private(set) var recordCount = 0

  private static let delimiters: [UInt8] = [9, 59, 44, 124]

  init(_ sample: RawSample) {
    var csv = Reading.CSV()
    var notes: [String] = []
    csv.encoding = CSVSample.encoding(of: sample, &notes)
    csv.quote = CSVSample.quote(of: sample)
    let count: Int
    (csv.delimiter, count) = CSVSample.delimiter(of: sample, csv)
    if csv.delimiter == [9] {
      // Loaders of events take tabs out of texts and quote nothing; a text may begin with a quote.
      var bare = csv
      bare.quote = nil
      let tally = CSVSample.fieldCounts(of: sample, bare)
      let isEven = tally.count == 1 && CSVSample.fieldCounts(of: sample, csv).count > 1
      if count == SnowplowColumns.names.count || isEven { csv = bare }
    }
    format = SampledFile.Format(reading: Reading(format: .csv(csv)), notes: notes)
    let whole = CSVSample.scan(sample.bytes, csv, count: count)
    let body = CSVSample.columns(of: whole)
    if let header = try? CSVHeader.read(sample.bytes, as: csv), header.names.count == count,
      CSVSample.hasHeader(header.names, body)
    {
      let bytes = Array(sample.bytes[header.byteCount...])
      let rest = CSVSample.scan(bytes, csv, count: count)
      take(CSVSample.columns(of: rest), of: rest, names: header.names, isHeader: true)
      return
    }
    if count == 1 {
      format.notes.append("no known format; each line is taken for one column")
    }
    take(body, of: whole, names: CSVSample.invented(count, body), isHeader: false)
  }

  private mutating func take(
    _ columns: [SampledField], of batch: RawBatch, names: [String], isHeader: Bool
  ) {
    recordCount = batch.recordCount
    guard case .csv(var csv) = format.reading.format else { return }
    if !isHeader {
      csv.names = names
      format.notes.append(
        names == SnowplowColumns.names
          ? "the file has no header; these are the columns of Snowplow's enriched events"
          : "the file seems to have no header; give its columns names")
    }
    format.reading.numbers = NumberGuess(columns).style
    format.reading.format = .csv(csv)
    var hidden = 0
    for (name, column) in zip(names, columns) {
      guard !isHeader || !FieldName.looksLikeValue(name) else {
        hidden += 1
        continue
      }
      if names.count(where: { $0 == name }) > 1 {
        remarks.append("a name that stands in the header more than once cannot be read: \(name)")
        continue
      }
      var field = column
      field.path = name
      field.names = [name]
      fields.append(field)
    }
    if hidden > 0 {
      remarks.append(
        hidden == 1
          ? "1 column without a name, or with one that looks like a value, dropped"
          : "\(hidden) columns without a name, or with one that looks like a value, dropped")
    }
    if !batch.faults.isEmpty {
      format.notes.append(
        "\(batch.faults.count) of \(batch.readCount) records have another number of fields or a "
          + "broken quote; they are rejected")
    }
  }

  // MARK: - Dialect

  private static func encoding(of sample: RawSample, _ notes: inout [String]) -> Reading.Encoding {
    let bytes = sample.bytes
    if isValidUTF8(bytes, from: 0, to: bytes.count) { return .utf8 }
    var valid = 0
    var invalid = 0
    for line in sample.lines(SampledField.valueLimit) where line.contains(where: { $0 >= 0x80 }) {
      if isValidUTF8(line, from: 0, to: line.count) { valid += 1 } else { invalid += 1 }
    }
    if valid > invalid * 9 {
      notes.append("\(invalid) lines are not UTF-8; their values become null")
      return .utf8
    }
    // Who says ISO 8859-1 mostly writes Windows-1252 and comes to its further signs some day.
    return .windows1252
  }

  private static func quote(of sample: RawSample) -> UInt8? {
    let single = UInt8(ascii: "'")
    let double = UInt8(ascii: "\"")
    let lines = sample.lines(200)
    let singles = lines.count { $0.first == single && $0.last == single }
    return singles * 2 > lines.count && !lines.contains { $0.contains(double) } ? single : double
  }

  /// How many of the first records have so many fields; those of broken quotes have 0, and each of
  /// their lines counts.
  private static func fieldCounts(of sample: RawSample, _ csv: Reading.CSV) -> [Int: Int] {
    var tally: [Int: Int] = [:]
    var position = 0
    // What begins a record ends it within this many bytes, or is no record of a sample.
    let window = 64 << 10
    for _ in 0..<200 where position < sample.bytes.count {
      let end = min(position + window, sample.bytes.count)
      let bytes = Array(sample.bytes[position..<end])
      do throws(HeaderFault) {
        let record = try CSVHeader.read(bytes, as: csv)
        tally[record.names.count, default: 0] += 1
        position += record.byteCount
      } catch  where error.kind == .absent {
        // Nothing but blank lines is left.
        return tally
      } catch {
        tally[0, default: 0] += 1
        position += firstOffset(of: UInt8(ascii: "\n"), in: bytes.span, from: 0) + 1
      }
    }
    return tally
  }

  /// Returns the delimiter under which most records have the same number of fields, and the number.
  private static func delimiter(
    of sample: RawSample, _ csv: Reading.CSV
  ) -> (delimiter: [UInt8], count: Int) {
    var best: (delimiter: UInt8, share: Double, count: Int) = (UInt8(ascii: ","), 0, 1)
    for delimiter in delimiters {
      var csv = csv
      csv.delimiter = [delimiter]
      let tally = fieldCounts(of: sample, csv)
      let recordCount = tally.values.reduce(0, +)
      let most = tally.max { ($0.value, $0.key) < ($1.value, $1.key) }
      guard let most, most.key > 1 else { continue }
      let share = Double(most.value) / Double(recordCount)
      let isBetter =
        share >= 0.8 && best.share >= 0.8 ? most.key > best.count : share > best.share
      if isBetter { best = (delimiter, share, most.key) }
    }
    // Less than half of the lines alike: the sign only happens to stand there.
    return best.share >= 0.5 ? ([best.delimiter], best.count) : ([UInt8(ascii: ",")], 1)
  }

  private static func scan(_ bytes: [UInt8], _ csv: Reading.CSV, count: Int) -> RawBatch {
    let names = (0..<count).map { "c\($0)" }
    let slots = names.map { RawPath(name: $0) }
    var batch = RawBatch()
    guard
      var scanner = try? makeScanner(
        reading: Reading(format: .csv(csv)), projection: Projection(slots: slots), header: names)
    else { return batch }
    scanner.scan(bytes, into: &batch)
    return batch
  }

  private static func columns(of batch: RawBatch) -> [SampledField] {
    batch.slots.indices.map { SampledFile.field(path: "", names: [], slot: $0, of: batch) }
  }

  // MARK: - Header

  /// Whether the first record names the columns.
  ///
  /// It is printed only then, so it takes evidence: no cell of it looks like data, and it differs
  /// from what follows, or consists of names known from other exports.
  private static func hasHeader(_ names: [String], _ columns: [SampledField]) -> Bool {
    let named = names.filter { !$0.isEmpty }
    guard !named.isEmpty, named.count * 10 >= names.count * 8,
      Set(named).count * 10 >= named.count * 8,
      named.count(where: FieldName.looksLikeValue) * 20 <= named.count
    else { return false }
    // A column of numbers or times stands under a word, in each such column.
    var typedCount = 0
    for (name, column) in zip(names, columns) where column.values.count > 2 {
      let rest = column.values.dropFirst(name.isEmpty ? 0 : 1)
      guard rest.count(where: looksTyped) * 10 >= rest.count * 9 else { continue }
      if !Array(name.utf8).contains(where: { $0 > 57 }) { return false }
      typedCount += 1
    }
    // A name that turns up again below is a value.
    let isRepeated = zip(names, columns).contains { name, column in
      column.values.dropFirst().prefix(1000).contains(Array(name.utf8))
    }
    let known = named.count { FieldMeaning.of(FieldName.words($0)) != nil }
    return !isRepeated && (typedCount > 0 || known * 2 >= named.count)
  }

  /// Digits with signs, as numbers and times are written; `T` and `Z` of ISO 8601 included.
  private static func looksTyped(_ value: [UInt8]) -> Bool {
    value.contains { (48...57).contains($0) }
      && !value.contains { $0 > 58 && $0 != UInt8(ascii: "T") && $0 != UInt8(ascii: "Z") }
  }

  private static func invented(_ count: Int, _ columns: [SampledField]) -> [String] {
    if count == SnowplowColumns.names.count,
      columns[3].values.prefix(20).allSatisfy({ $0.count >= 19 && $0.contains(58) })
    {
      return SnowplowColumns.names
    }
    return (0..<count).map { "column\($0 + 1)" }
  }
}
