package import Records

/// `age`: the band of a person's age in the year of the event.
package struct AgeKind: TreatmentKind {
  package init() {}

  package var name: String { "age" }

  package var summary: String {
    "Names the band of a person's age: the event's year less the year of birth."
  }

  package var shape: SettingShape {
    .mapping([
      Setting(
        "bands", .list(of: .integer(1...120), count: 1...12), required: true,
        about: "ages at which a band begins")
    ])
  }

  /// The event of an example lies in 2026.
  package var examples: [TreatmentExample] {
    let settings = SettingValue.mapping([
      .init("bands", .list([.integer(18), .integer(25), .integer(65)]))
    ])
    return [
      TreatmentExample(.birthDate, settings, "1990-12-31", gives: "25–64"),
      TreatmentExample(.birthDate, settings, "2010-01-01", gives: "<18"),
      TreatmentExample(.birthDate, settings, "1950-06-01", gives: "65+"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .date, input.isRaw(.birthDate) else {
      throw refusal(of: input, takes: "'birth_date'")
    }
    _ = try Bands(settings["bands"], scale: 0)
    return input.becoming(.text, .closed)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    AgeTreatment(bands: try Bands(settings["bands"], scale: 0))
  }
}

private struct AgeTreatment: Treatment {
  var bands: Bands

  var needsClock: Bool { true }

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let births = values.numbers
    let vocabulary = bands.vocabulary
    var cells = [TextCell](repeating: .null, count: births.count)
    var eventDay = Int32.min
    var eventYear = 0
    for position in births.indices where births[position] != Values.nullNumber {
      if clock[position] != eventDay {
        eventDay = clock[position]
        eventYear = CivilDate(days: Int(eventDay)).year
      }
      let age = eventYear - CivilDate(days: Int(births[position])).year
      // Nobody is born after the event or older than anyone ever was: the date is no date of birth.
      if age < 0 || age > 130 {
        faults.add(.type, at: position)
      } else {
        cells[position] = vocabulary.cells[bands.position(of: Int64(age))]
      }
    }
    values = .text(TextCells(bytes: vocabulary.bytes, cells: cells))
  }
}
