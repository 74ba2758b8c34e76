import Records

/// One raw field with the values that a sample shows; they never leave the draft's making.
struct SampledField: Sendable {
  /// More values than these tell nothing new.
  static let valueLimit = 20_000

  /// The raw path as a pipeline names it.
  var path: String
  /// The names along the path, the field's own last.
  var names: [String]
  /// Values that are there and not empty.
  var values: [[UInt8]] = []
  /// In how many records there is one.
  var filledCount = 0
  var recordCount = 0
  /// Whether all values are `true` or `false` of JSON.
  var isTruth = false

  /// How many different values the sample shows.
  var distinctCount: Int { Set(values).count }

  /// The lower-case words of all names.
  var words: [String] { names.flatMap(FieldName.words) }

  /// The cells of the values, for the readers of a column.
  func cells(_ limit: Int = SampledField.valueLimit) -> TextCells {
    var cells = TextCells()
    for value in values.prefix(limit) {
      cells.cells.append(TextCell(start: cells.bytes.count, count: value.count))
      cells.bytes.append(contentsOf: value)
    }
    return cells
  }
}
