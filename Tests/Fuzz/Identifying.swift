import Bytes
import Identifiers
import Minimise
import Pseudonymise
import Records

/// Grammars of what points at a person, and the treatments that rely on them.
enum Identifying {
  static func feed(_ bytes: [UInt8], to target: Target?) {
    switch target {
    case .detectors: detect(bytes)
    case .identifiers: identify(bytes)
    case .url: treat(bytes, [.url])
    default:
      let agent = UserAgent(bytes.span, from: 0, to: bytes.count)
      _ = agent.family
      treat(bytes, [.userAgent])
    }
  }

  /// What is found lies in the text and comes in order.
  private static func detect(_ bytes: [UInt8]) {
    var next = 0
    while next < bytes.count,
      let found = Detector.next(
        after: next, in: bytes.span, from: 0, to: bytes.count, kinds: .all)
    {
      precondition(
        found.start >= next && found.end > found.start && found.end <= bytes.count,
        "a finding outside of the text")
      next = found.end
    }
    treat(bytes, [.freeText, .text])
  }

  /// A normalised value is its own normalised form.
  private static func identify(_ bytes: [UInt8]) {
    let span = bytes.span
    _ = IBAN.holds(span, from: 0, to: span.count)
    _ = PaymentCard.holds(span, from: 0, to: span.count)
    _ = EmailAddress.holds(span, from: 0, to: span.count)
    _ = IPAddress.parse(span, from: 0, to: span.count)
    for way in [Normalisation.email, .phone, .iban, .card, .text] {
      var once: [UInt8] = []
      guard case .present = way.append(span, to: &once) else { continue }
      var twice: [UInt8] = []
      let outcome = way.append(once.span, to: &twice)
      precondition(outcome == .present && once == twice, "normalising twice changes a value")
    }
    for way in [Normalisation.ip, .integer] {
      var normal: [UInt8] = []
      _ = way.append(span, to: &normal)
    }
  }

  /// Runs every treatment that takes one of the types, with the settings of its examples.
  private static func treat(_ bytes: [UInt8], _ types: [FieldType]) {
    // Readers replace what is no UTF-8 before a treatment sees it.
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    for setup in setups where types.contains(setup.type) {
      var treatment = setup.treatment
      var cells = TextCells()
      cells.append(text)
      cells.append(nil)
      var values = Values.text(cells)
      var faults = ValueFaults()
      treatment.apply(to: &values, clock: [], faults: &faults)
    }
  }

  private static let setups: [(type: FieldType, treatment: any Treatment)] =
    minimiseKinds.flatMap { kind in
      kind.examples.compactMap { example in
        let input = ColumnType(source: example.type, form: example.type.form())
        guard input.form == .text,
          let treatment = try? kind.make(
            for: input, with: example.settings, in: TreatmentEnvironment(zone: .utc)),
          !treatment.needsClock
        else { return nil }
        return (example.type, treatment)
      }
    }
}
