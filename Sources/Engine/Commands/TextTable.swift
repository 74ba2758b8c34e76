/// Rows of words in columns, for people.
package enum TextTable {
  /// Columns two blanks apart; numbers to the right, everything else to the left.
  package static func aligned(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let isNumber = (0..<count).map { column in
      rows.count > 1 && rows.dropFirst().allSatisfy { Int($0[column]) != nil }
    }
    return aligned(rows, isRight: isNumber)
  }

  /// Columns two blanks apart, to the right or to the left.
  static func aligned(_ rows: [[String]], isRight: [Bool]) -> String {
    let widths = isRight.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let room = String(repeating: " ", count: widths[column] - cell.count)
        if isRight[column] { return room + cell }
        return column == isRight.count - 1 ? cell : cell + room
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
