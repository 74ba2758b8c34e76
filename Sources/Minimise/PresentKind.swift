package import Records

/// `present`: whether there is a value at all.
package struct PresentKind: TreatmentKind {
  package init() {}

  package var name: String { "present" }

  package var summary: String { "Tells whether the field has a value; empty and '-' are none." }

  package var shape: SettingShape { .flag }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(.email, .flag(true), "anna@shop.example", gives: "true"),
      TreatmentExample(.email, .flag(true), "", gives: "false"),
      TreatmentExample(.account, .flag(true), "-", gives: "false"),
      TreatmentExample(.int, .flag(true), nil, gives: "false"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    try requireTrue(settings)
    if case .pseudonym = input.state { throw refusal(of: input, takes: "any field") }
    return input.becoming(.boolean, .closed)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    PresentTreatment()
  }
}

/// The one treatment that answers for nulls: no value is `false`.
private struct PresentTreatment: Treatment {
  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    switch values {
    case .text(let texts):
      let bytes = texts.bytes.span
      var answers = [Int64](repeating: 0, count: texts.cells.count)
      for position in texts.cells.indices {
        let cell = texts.cells[position]
        if !cell.isNull, !isNothing(bytes, from: cell.lower, to: cell.upper) {
          answers[position] = 1
        }
      }
      values = .number(answers)
    case .number(let numbers):
      values = .number(numbers.map { $0 == Values.nullNumber ? 0 : 1 })
    case .identity(let identities):
      values = .number(identities.fingerprints.map { $0 == 0 ? 0 : 1 })
    }
  }
}

extension TreatmentKind {
  /// Throws unless the setting is `true`: a treatment that is switched off is better deleted.
  func requireTrue(_ settings: SettingValue) throws(PlanFault) {
    guard settings == .flag(true) else {
      throw PlanFault("'\(name)' takes true", fix: "delete '\(name)' to switch it off")
    }
  }
}
