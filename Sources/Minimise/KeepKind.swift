package import Records

/// `keep`: the value as it is, for a stated reason.
package struct KeepKind: TreatmentKind {
  package init() {}

  package var name: String { "keep" }

  package var summary: String {
    "Keeps the value as it is, for a reason that every report repeats."
  }

  package var shape: SettingShape { .reason }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(
        .city, .text("deliveries are planned by town"), "Dresden", gives: "Dresden"),
      TreatmentExample(.postcode, .text("carriers bill by postcode"), "01067", gives: "01067"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard let reason = settings.text, reason.contains(where: { !$0.isWhitespace }) else {
      throw PlanFault("'keep' needs a reason", fix: "write  keep: \"why it must leave as it is\"")
    }
    let isKeepable: Bool
    switch input.source {
    case .postcode?, .city?, .timestamp?: isKeepable = true
    case let type?: isKeepable = type.identifierClass == .plain
    case nil: isKeepable = true
    }
    guard isKeepable, input.state == .raw else {
      throw refusal(
        of: input, takes: "'postcode', 'city', 'timestamp' and plain types",
        fix: "treat it, or delete the line; undeclared fields are dropped")
    }
    return input.becoming(input.form, .kept(reason: reason), floor: input.floor)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    _ = try output(of: input, with: settings)
    return KeepTreatment()
  }
}

private struct KeepTreatment: Treatment {
  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {}
}
