/// What a record loses whose person has said no to some purposes.
///
/// A record's *standing* is a set of bits, one for each way of saying no: the record holds no
/// consent, or its person stands on a list of objections. Lists of the same purposes share a bit.
/// Standing 0 loses nothing. The few standings that there can be are worked out once a run.
package struct PurposeLoss: Sendable {
  /// For each standing the purposes (positions in the plan) that its records lose.
  private let purposes: [Set<Int>]

  /// The bit of a record without consent, 0 where the source does not ask for it.
  package let consentBit: UInt16

  /// For each list of objections of the source its bit.
  package let objectionBits: [UInt16]

  package init(_ all: [PurposePlan], source: SourcePlan) {
    var ways: [Set<Int>] = []
    if source.consent != nil {
      ways.append(Set(all.indices.filter { all[$0].basis == .consent }))
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
  package var count: Int { purposes.count }

  /// For each standing whether a column is lost: nothing is left of what it is kept for and those
  /// who get it may use.
  package func loses(_ column: ColumnPlan) -> [Bool] {
    purposes.map { lost in !lost.isEmpty && column.uses.allSatisfy(lost.contains) }
  }

  /// For each standing whether a column is lost to an output: nothing is left of what it is kept for
  /// and the output may use. One that is merely read for it, as where another table's sum is judged,
  /// is lost as everywhere.
  package func loses(_ column: ColumnPlan, for mayUse: [Int]) -> [Bool] {
    let used = column.purposes.filter(mayUse.contains)
    if used.isEmpty { return loses(column) }
    return purposes.map { lost in !lost.isEmpty && used.allSatisfy(lost.contains) }
  }

  /// For each standing whether a table is lost to its records: no column of it is left that its
  /// output may use.
  ///
  /// A column kept for two purposes, one of them lost, is in the hands of those who may use only
  /// that one for nothing else. `mayUse` is `nil` where no output names the table.
  package func loses(_ columns: [ColumnPlan], for mayUse: [Int]?) -> [Bool] {
    purposes.map { lost in
      !lost.isEmpty
        && columns.allSatisfy { column in
          let used = column.purposes.filter { mayUse?.contains($0) ?? true }
          return used.allSatisfy(lost.contains) || column.purposes.allSatisfy(lost.contains)
        }
    }
  }
}
