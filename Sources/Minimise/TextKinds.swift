import Bytes
import Identifiers
package import Records

/// `lower`: the text in lower case.
package struct LowerKind: TreatmentKind {
  package init() {}

  package var name: String { "lower" }

  package var summary: String { "Writes the text in lower case." }

  package var shape: SettingShape { .flag }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(.text, .flag(true), "SHOES", gives: "shoes"),
      TreatmentExample(.text, .flag(true), "MÜTZE", gives: "mütze"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    try requireTrue(settings)
    guard input.isOpenText else { throw refusal(of: input, takes: "text") }
    // Neither case nor blanks protect anybody: what must be treated must still be.
    return input
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    TextTreatment(rewriter: LowerRewriter())
  }
}

/// `trim`: the text without white space around it.
package struct TrimKind: TreatmentKind {
  package init() {}

  package var name: String { "trim" }

  package var summary: String { "Takes away white space at both ends of the text." }

  package var shape: SettingShape { .flag }

  package var examples: [TreatmentExample] {
    [TreatmentExample(.text, .flag(true), " red shoes\t", gives: "red shoes")]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    try requireTrue(settings)
    guard input.isOpenText else { throw refusal(of: input, takes: "text") }
    // Neither case nor blanks protect anybody: what must be treated must still be.
    return input
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    TrimTreatment()
  }
}

private struct LowerRewriter: TextRewriter {
  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    let mark = output.count
    for index in from..<end {
      let byte = bytes[index]
      if byte >= 0x80 {
        // Beyond ASCII, case is a matter of Unicode's tables; few distinct values get here.
        output.removeLast(output.count &- mark)
        let text = [UInt8](copying: bytes, from: from, count: end &- from)
        output += Array(String(decoding: text, as: UTF8.self).lowercased().utf8)
        return .written
      }
      output.append(ASCII.lowercased(byte))
    }
    return .written
  }
}

/// Narrows cells in place.
private struct TrimTreatment: Treatment {
  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let texts = values.texts
    let bytes = texts.bytes.span
    var cells = texts.cells
    for position in cells.indices where !cells[position].isNull {
      let cell = cells[position]
      var range = ASCII.trimmed(bytes, from: cell.lower, to: cell.upper)
      // No-break spaces (C2 A0) come with copied texts.
      while range.count >= 2, bytes[range.lowerBound] == 0xC2, bytes[range.lowerBound + 1] == 0xA0 {
        range = ASCII.trimmed(bytes, from: range.lowerBound + 2, to: range.upperBound)
      }
      while range.count >= 2, bytes[range.upperBound - 2] == 0xC2,
        bytes[range.upperBound - 1] == 0xA0
      {
        range = ASCII.trimmed(bytes, from: range.lowerBound, to: range.upperBound - 2)
      }
      cells[position] = TextCell(start: range.lowerBound, count: range.count)
    }
    values = .text(TextCells(bytes: texts.bytes, cells: cells))
  }
}
