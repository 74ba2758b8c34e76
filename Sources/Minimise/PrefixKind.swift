import Bytes
package import Records

/// `prefix`: the first characters of a postcode or text.
package struct PrefixKind: TreatmentKind {
  package init() {}

  package var name: String { "prefix" }

  package var summary: String {
    "Keeps the first characters: at most 3 of a postcode, 8 of a text."
  }

  package var shape: SettingShape { .integer(1...8) }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(.postcode, .integer(2), "01067", gives: "01"),
      TreatmentExample(.text, .integer(3), "Äpfel", gives: "Äpf"),
      TreatmentExample(.text, .integer(8), "kurz", gives: "kurz"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.isOpenText, !input.isRaw(.city) else {
      throw refusal(of: input, takes: "'postcode' or 'text'")
    }
    let most = input.source == .postcode ? 3 : 8
    guard let count = settings.integer, (1...most).contains(count) else {
      throw PlanFault(
        "a prefix of \(input.noun) has at most \(most) characters", fix: "write  prefix: \(most)")
    }
    return input.becoming(.text, .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    _ = try output(of: input, with: settings)
    return PrefixTreatment(
      count: settings.integer ?? 1, scansWhole: input.isGuarded && input.source != .postcode)
  }
}

/// Shortens cells in place: a prefix lies in the same bytes.
private struct PrefixTreatment: Treatment {
  var count: Int
  /// The beginning of an address or account number no longer looks like one, so the guard by value
  /// has to see the whole text. Three characters of a postcode are too few to matter.
  var scansWhole: Bool

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let texts = values.texts
    let bytes = texts.bytes.span
    var cells = texts.cells
    for position in cells.indices where !cells[position].isNull {
      let cell = cells[position]
      if scansWhole,
        let rule = TextGuard.fault(bytes, from: cell.lower, to: cell.upper, limitsLength: false)
      {
        cells[position] = .null
        faults.add(rule, at: position)
        continue
      }
      var scalars = 0
      var index = cell.lower
      while index < cell.upper {
        // Every byte but a continuation byte begins a scalar (RFC 3629).
        if bytes[index] & 0xC0 != 0x80 {
          if scalars == count { break }
          scalars &+= 1
        }
        index &+= 1
      }
      cells[position] = TextCell(start: cell.lower, count: index &- cell.lower)
    }
    values = .text(TextCells(bytes: texts.bytes, cells: cells))
  }
}
