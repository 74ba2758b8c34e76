import Bytes
import Ingest
import Minimise
import PipelineFile
import Pseudonymise
import Records

/// One worker's way from a column's raw cells to what leaves: reading, treatments, guard,
/// pseudonym.
struct ColumnWorker: Sendable {
  let plan: ColumnPlan
  /// Whether the values are interned: those that repeat themselves in a block are treated once.
  let isCoded: Bool
  private var reader: ValueReader
  private var treatments: [any Treatment]
  private(set) var pseudonymiser: Pseudonymiser?
  private let emptyIsNull: Bool
  /// Whether a mere `-` is no value, as everywhere else where there will be a pseudonym.
  private let dashIsNull: Bool

  init(_ plan: ColumnPlan, in program: SourceProgram, number: Int) throws(PlanFault) {
    self.plan = plan
    let zone = program.plan.zone
    reader = ValueReader(
      type: plan.fieldType, format: plan.format, numbers: program.source.reading.numbers,
      scale: plan.scale, zone: zone)
    var treatments: [any Treatment] = []
    for step in plan.steps {
      treatments.append(
        try step.kind.make(
          for: step.input, with: step.settings, in: TreatmentEnvironment(zone: zone)))
    }
    if plan.type.isGuarded {
      treatments.append(TextGuard(limitsLength: plan.fieldType.identifierClass == .plain))
    }
    self.treatments = treatments
    if let ring = program.rings[number] {
      if case .all(_, let types) = plan.origin {
        pseudonymiser = Pseudonymiser(ring: ring, all: types, fingerprints: program.fingerprints)
      } else {
        pseudonymiser = Pseudonymiser(
          ring: ring, type: plan.fieldType, fingerprints: program.fingerprints)
      }
    }
    let isJSON = program.source.reading.format == .ndjson
    emptyIsNull = !(isJSON && plan.fieldType == .text)
    // Normalisation sees to it where the type is a text; a number is read before.
    dashIsNull = pseudonymiser != nil && plan.fieldType == .int
    let isText = plan.fieldType.form() == .text
    let needsRows = treatments.contains { $0.needsClock }
    if case .derived = plan.origin { isCoded = false } else { isCoded = isText && !needsRows }
  }

  /// Returns the treated column of `raw`: of the declared type's texts, by row or as a dictionary.
  ///
  /// `faults` counts positions in the values: rows, or entries of the dictionary.
  mutating func treat(
    _ raw: Column, days: [Int32], faults: inout ValueFaults
  ) -> Column {
    guard case .text(var text) = raw.values else { return raw }
    if emptyIsNull {
      for index in text.cells.indices where text.cells[index].count == 0 {
        text.cells[index] = .null
      }
    }
    if dashIsNull {
      for index in text.cells.indices {
        let cell = text.cells[index]
        if cell.count == 1, text.bytes[cell.lower] == UInt8(ascii: "-") {
          text.cells[index] = .null
        }
      }
    }
    var values = reader.read(text, faults: &faults)
    return finish(&values, codes: raw.codes, isCoded: raw.isCoded, days: days, faults: &faults)
  }

  /// Returns the treated column of values that are read already.
  mutating func treat(
    read values: Values, days: [Int32], faults: inout ValueFaults
  ) -> Column {
    var values = values
    return finish(&values, codes: [], isCoded: false, days: days, faults: &faults)
  }

  private mutating func finish(
    _ values: inout Values, codes: [UInt32], isCoded: Bool, days: [Int32],
    faults: inout ValueFaults
  ) -> Column {
    for index in treatments.indices {
      treatments[index].apply(
        to: &values, clock: treatments[index].needsClock ? days : [], faults: &faults)
    }
    return isCoded
      ? Column(type: plan.type, dictionary: values, codes: codes)
      : Column(type: plan.type, values: values)
  }

  /// Returns the identity column of the raw `parts`; faults count rows.
  mutating func pseudonymise(
    _ parts: [Column], days: [Int32], faults: inout ValueFaults
  ) throws -> Column {
    guard var worker = pseudonymiser.take() else { throw hasNoKey }
    defer { pseudonymiser = worker }
    let epochs = worker.ring.numbers(ofDays: days)
    return try worker.column(of: parts, epochs: epochs, faults: &faults)
  }

  /// Returns the tokens of the values of an identity column, or of those at `positions`; see
  /// `Pseudonymiser.tokens`.
  mutating func tokens(
    at positions: [UInt32]? = nil, of cells: IdentityCells, once: Bool = false
  ) throws -> [UInt128] {
    guard let tokens = try pseudonymiser?.tokens(at: positions, of: cells, once: once) else {
      throw hasNoKey
    }
    return tokens
  }

  private var hasNoKey: RunFailure {
    RunFailure(.internalError, "column '\(plan.name)' has no key")
  }

  /// Fills in the tokens of an identity column that leaves in rows.
  mutating func makeTokens(for column: inout Column) throws {
    guard case .identity(var identities) = column.values else { return }
    identities.tokens = try tokens(of: identities)
    column.values = .identity(identities)
  }
}
