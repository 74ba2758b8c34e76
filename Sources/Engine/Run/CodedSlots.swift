import Records

/// The raw slots of a block that were interned already: columns that read the same slot share it.
struct CodedSlots {
  /// The type that stands for undeclared raw text.
  static let type = ColumnType(source: .text, form: .text)

  private struct Place: Hashable {
    var slot: Int
    var mask: Int
  }

  private var columns: [Place: Column] = [:]

  /// The slot's column without the values that the mask of that number takes out.
  subscript(slot: Int, mask: Int) -> Column? {
    get { columns[Place(slot: slot, mask: mask)] }
    set { columns[Place(slot: slot, mask: mask)] = newValue }
  }
}
