import Records

/// The raw slots of a block that were interned already: columns that read the same slot share it.
struct CodedSlots {
  /// The type that stands for undeclared raw text.
  static let type = ColumnType(source: .text, form: .text)

  private var open: [Int: Column] = [:]
  private var masked: [Int: Column] = [:]

  /// The slot's column, with values of records without consent taken out when `masks`.
  subscript(slot: Int, masks: Bool) -> Column? {
    get { masks ? masked[slot] : open[slot] }
    set { if masks { masked[slot] = newValue } else { open[slot] = newValue } }
  }
}
