package import Records

/// Computes a derived column for whole batches, exactly.
///
/// Operands are number columns, and raw fields read as decimals. A missing operand gives null,
/// whatever the others are; one that is no number of its scale gives null and is reported as `type`;
/// else a result or a step on the way to it that does not fit is reported as `overflow`, on which
/// the engine rejects the record.
/// The sum over an array that is not there is 0. The result is rounded half to even.
package struct ExpressionEvaluator: Sendable {
  private let root: ExpressionNode
  private let operands: [ExpressionOperand]
  private let readings: [NumberReading]
  /// Places to round away at the end, or, negative, to add.
  private let surplus: Int
  /// The greatest magnitude of a result.
  private let greatest: Int64

  /// - Parameter form: The form of the results, a number's.
  package init(_ expression: Expression, form: ValueForm, numbers: NumberStyle) {
    var operands: [ExpressionOperand] = []
    root = ExpressionNode(expression, operands: &operands)
    self.operands = operands
    readings = operands.map { NumberReading(style: numbers, scale: $0.scale) }
    surplus = expression.scale - form.scale
    greatest = form.greatest
  }

  /// Returns the result for each record of `batch`.
  ///
  /// - Parameter columns: The source's columns, of which those the expression names are read.
  package func evaluate(
    batch: RawBatch, columns: [Values], faults: inout ValueFaults
  ) -> Values {
    var inputs: [ExpressionInput] = []
    inputs.reserveCapacity(operands.count)
    var isExtreme = false
    for index in operands.indices {
      let input = input(operands[index], readings[index], batch: batch, columns: columns)
      isExtreme = isExtreme || input.hasExtremes
      inputs.append(input)
    }
    // Almost always 64 bits hold everything; where they do not, the batch is computed again.
    if !isExtreme {
      var narrow = ExpressionRun<Int64>(batch: batch, inputs: inputs)
      let values = narrow.results(of: root, surplus: surplus)
      if !narrow.didOverflow { return .number(collect(values, faults: &faults)) }
    }
    var wide = ExpressionRun<Int128>(batch: batch, inputs: inputs)
    return .number(collect(wide.results(of: root, surplus: surplus), faults: &faults))
  }

  /// Returns the results as column values, and reports the marked ones.
  private func collect<Number: ExpressionNumber>(
    _ results: [Number], faults: inout ValueFaults
  ) -> [Int64] {
    var numbers: [Int64] = []
    numbers.reserveCapacity(results.count)
    for index in results.indices {
      let result = results[index]
      if result == .null {
        numbers.append(Values.nullNumber)
      } else if result == .unreadable {
        numbers.append(Values.nullNumber)
        faults.add(.type, at: index)
      } else if result == .overflow || result > Number(greatest) || result < Number(-greatest) {
        numbers.append(Values.nullNumber)
        faults.add(.overflow, at: index)
      } else {
        numbers.append(Int64(truncatingIfNeeded: result))
      }
    }
    return numbers
  }

  private func input(
    _ operand: ExpressionOperand, _ reading: NumberReading, batch: RawBatch, columns: [Values]
  ) -> ExpressionInput {
    switch operand {
    case .column(let position):
      guard case .number(let numbers) = columns[position] else {
        return ExpressionInput(
          numbers: Array(repeating: Values.nullNumber, count: batch.recordCount))
      }
      return ExpressionInput(numbers: numbers)
    case .slot(let slot, _):
      return ExpressionInput(batch.bytes, batch.slots[slot], reading, group: nil)
    case .element(let group, let element, _):
      return ExpressionInput(batch.bytes, batch.nested[group].cells[element], reading, group: group)
    }
  }
}
