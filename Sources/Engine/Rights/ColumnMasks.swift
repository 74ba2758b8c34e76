import PipelineFile

/// The rows of a block that lose the columns of one mask.
struct RowMask: Sendable {
  /// Columns of equal number lose the same rows; 0 loses none.
  let number: Int
  /// For each row whether its value is lost; empty where none is.
  let isLost: [Bool]

  static let none = RowMask(number: 0, isLost: [])

  var isEmpty: Bool { isLost.isEmpty }
}

/// For each column of a source the standings in which it is lost, equal ones under one number.
struct ColumnMasks: Sendable {
  private let numbers: [Int]
  /// By number, then by standing.
  private let losses: [[Bool]]

  init(_ loss: PurposeLoss, _ columns: [ColumnPlan]) {
    var losses = [[Bool](repeating: false, count: loss.count)]
    numbers = columns.map { column in
      let lost = loss.loses(column)
      if let known = losses.firstIndex(of: lost) { return known }
      losses.append(lost)
      return losses.count - 1
    }
    self.losses = losses
  }

  /// For each standing whether all of the columns with a true mark are lost.
  func losesAll(_ isNeeded: [Bool]) -> [Bool] {
    losses[0].indices.map { standing in
      standing > 0
        && zip(isNeeded, numbers).allSatisfy { !$0 || losses[$1][standing] }
    }
  }

  /// Returns the masks of a block by number; `standings` is empty where nothing is lost.
  func masks(of standings: [UInt16]) -> [RowMask] {
    losses.enumerated().map { number, lost in
      if number == 0 || standings.isEmpty { return .none }
      return RowMask(number: number, isLost: standings.map { lost[Int($0)] })
    }
  }

  /// The number of a column's mask.
  func number(of column: Int) -> Int { numbers[column] }
}
