package import Records

/// The treatment `pseudonym`: a keyed token in the value's place.
///
/// The engine builds the work with `Pseudonymiser`, which needs the run's keys; this kind tells
/// checker, help and tests about it.
package struct PseudonymKind: TreatmentKind {
  package init() {}

  package var name: String { "pseudonym" }

  package var summary: String {
    "Replaces an identifier by a token that only this shop's key of the event's epoch can make."
  }

  package var shape: SettingShape { .text }

  /// Tokens of the replay key for shop `shop-1`, key name `orders` and epoch `q2026-4`.
  package var examples: [TreatmentExample] {
    [
      TreatmentExample(
        .email, .text("orders"), "Anna@Shop.example", gives: "rcm4osiebl3l6dlpobrlbjrowhq"),
      TreatmentExample(.email, .text("orders"), "-", gives: nil),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard let key = settings.text, !key.isEmpty else {
      throw PlanFault("'pseudonym' needs the name of a key", fix: "name one of 'keys'")
    }
    switch input.state {
    case .pseudonym:
      throw PlanFault(
        "the values are pseudonyms already and cannot become others",
        fix: "delete one of the two 'pseudonym'")
    case .subnet:
      throw PlanFault(
        "a subnet is no identifier that 'pseudonym' could read",
        fix: "delete 'subnet' or delete 'pseudonym'")
    case .raw, .treated, .closed, .kept: break
    }
    if input.form == .boolean, input.state != .raw {
      throw PlanFault(
        "whether there is a value is no identifier that 'pseudonym' could read",
        fix: "delete 'present' or delete 'pseudonym'")
    }
    // A column without a declared type is a tuple, which may have parts of any type.
    if let type = input.source, type.identifierClass != .direct, type != .text, type != .int {
      throw PlanFault(
        "type '\(type.rawValue)' is no identifier, and 'pseudonym' takes direct identifiers, "
          + "text and int",
        fix: "declare the type of identifier it is, or join it to one with {all: [...]}")
    }
    return input.becoming(.token, .pseudonym(key: key))
  }

  /// Always throws: without keys there is no pseudonym, and keys belong to the engine.
  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    throw PlanFault("'pseudonym' is made with the run's keys, not from its settings alone")
  }
}
