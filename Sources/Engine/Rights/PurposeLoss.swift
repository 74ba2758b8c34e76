import PipelineFile

/// What a record loses whose person has said no to some purposes.
///
/// A record's *standing* is a set of bits, one for each way of saying no: the record holds no
/// consent, or its person stands on a list of objections. Lists of the same purposes share a bit.
/// Standing 0 loses nothing. The few standings that there can be are worked out once a run.
struct PurposeLoss: Sendable {
  /// For each standing the purposes (positions in the plan) that its records lose.
  private let purposes: [Set<Int>]

  /// The bit of a record without consent, 0 where the source does not ask for it.
  let consentBit: UInt16

  /// For each list of objections of the source its bit.
  let objectionBits: [UInt16]

  init(_ plan: Plan, source: SourcePlan) {
    var ways: [Set<Int>] = []
    if source.consent != nil {
      ways.append(Set(plan.purposes.indices.filter { plan.purposes[$0].basis == .consent }))
    }
    consentBit = UInt16(ways.count)
    objectionBits = source.objections.map { objection in
      let lost = Set(objection.purposes)
      let known = ways.dropFirst(source.consent == nil ? 0 : 1).firstIndex(of: lost)
      if known == nil { ways.append(lost) }
      return 1 << UInt16(known ?? ways.count - 1)
    }
    purposes = (0..<(1 << ways.count)).map { standing in
      ways.indices.filter { standing >> $0 & 1 == 1 }.reduce(into: []) { $0.formUnion(ways[$1]) }
    }
  }

  /// The number of standings.
  var count: Int { purposes.count }

  /// For each standing whether a column is lost: nothing is left that it is kept for.
  func loses(_ column: ColumnPlan) -> [Bool] {
    purposes.map { lost in !lost.isEmpty && column.purposes.allSatisfy(lost.contains) }
  }

  /// For each standing whether a table is lost to its records: no column of it is left that its
  /// output may use.
  ///
  /// A column kept for two purposes, one of them lost, is in the hands of those who may use only
  /// that one for nothing else. `mayUse` is `nil` where no output names the table.
  func loses(_ columns: [ColumnPlan], for mayUse: [Int]?) -> [Bool] {
    purposes.map { lost in
      !lost.isEmpty
        && columns.allSatisfy { column in
          let used = column.purposes.filter { mayUse?.contains($0) ?? true }
          return used.allSatisfy(lost.contains) || column.purposes.allSatisfy(lost.contains)
        }
    }
  }
}

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
