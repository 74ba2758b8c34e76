/// Rows of words in columns, for people.
package enum TextTable {
  /// Columns two blanks apart; numbers to the right, everything else to the left.
  package static func aligned(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let isNumber = (0..<count).map { column in
      rows.count > 1 && rows.dropFirst().allSatisfy { Int($0[column]) != nil }
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let room = String(repeating: " ", count: widths[column] - cell.count)
        if isNumber[column] { return room + cell }
        return column == count - 1 ? cell : cell + room
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
