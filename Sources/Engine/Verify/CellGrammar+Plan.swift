import PipelineFile
import Records

extension ColumnPlan {
  /// Returns what the column's cells may look like: the grammar of its type, through its
  /// treatments.
  func cells(isReplay: Bool) -> CellGrammar {
    if key != nil { return .token(isReplay: isReplay) }
    var cells = CellGrammar(of: fieldType.form(scale: scale))
    if case .derived = origin { cells = CellGrammar(of: type.form) }
    for step in steps {
      cells = step.kind.grammar(after: cells, of: step.input, with: step.settings)
    }
    if type.isGuarded, fieldType.identifierClass == .plain {
      cells = cells.limited(to: plainTextLimit)
    }
    return cells
  }
}

extension AggregateDefinition {
  /// Returns what the cells of each finished column may look like: keys, then measures.
  func cells(of source: SourcePlan, isReplay: Bool) -> [CellGrammar] {
    var cells = keys.map { source.columns[$0].cells(isReplay: isReplay) }
    if case .least(let rule) = protection, rule.below == .other,
      let lastText = keys.lastIndex(where: { source.columns[$0].type.form == .text })
    {
      cells[lastText] = .orOther(cells[lastText])
    }
    return cells
      + measures.map { measure in
        measure.cells(of: measure.column.map { source.columns[$0].type })
      }
  }

  /// The persons that every cell or row must stand for, and the finished columns that show it.
  func persons(among chosen: [TableColumn]) -> TableDescription.Persons? {
    guard case .least(let rule) = protection else { return nil }
    guard let counted = rule.of else {
      return TableDescription.Persons(least: rule.least, columns: [], areRows: true)
    }
    // Each person of a cell has a record in it.
    let showing = measures.filter { measure in
      (measure.operation == .count || measure.operation == .distinct && measure.column == counted)
        && measure.clamp == nil && measure.round == nil && measure.bands == nil
    }
    let names = showing.map(\.name).filter { name in chosen.contains { $0.name == name } }
    return TableDescription.Persons(least: rule.least, columns: names, areRows: false)
  }
}

extension AggregateDefinition.Measure {
  fileprivate func cells(of input: ColumnType?) -> CellGrammar {
    if let bands { return .words(bandNames(bands)) }
    let type = type(of: input)
    guard type.form.isNumber else { return .time(floor: type.floor) }
    var cells = CellGrammar.number(least: nil, greatest: nil, multiple: nil)
    if operation == .count || operation == .distinct {
      cells = .number(least: 0, greatest: nil, multiple: nil)
    }
    var unit: Int64 = 1
    for _ in 0..<type.form.scale {
      let (product, overflow) = unit.multipliedReportingOverflow(by: 10)
      guard !overflow else { return cells }
      unit = product
    }
    // Bounds that no number of 64 bits reaches hold for every number.
    if let clamp {
      let (low, lowOverflows) = clamp.lowerBound.multipliedReportingOverflow(by: unit)
      let (high, highOverflows) = clamp.upperBound.multipliedReportingOverflow(by: unit)
      if !lowOverflows, !highOverflows { cells = cells.clamped(to: low...high) }
    }
    if let round {
      let (multiple, overflow) = round.multipliedReportingOverflow(by: unit)
      if !overflow { cells = cells.rounded(to: multiple) }
    }
    return cells
  }
}
