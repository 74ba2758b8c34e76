/// What the compiler, the help text and the tests know about one kind of treatment.
///
/// The engine hands the list of kinds to the compiler; a new treatment touches its own module and
/// one line of that list.
package protocol TreatmentKind: Sendable {
  /// The word that selects this treatment in a pipeline file.
  var name: String { get }

  /// One sentence for `explain` and the reference page.
  var summary: String { get }

  /// The shape of the value after the treatment's name.
  var shape: SettingShape { get }

  /// Runnable examples; each one is also a test.
  var examples: [TreatmentExample] { get }

  /// Returns the column type that leaves this treatment, or why the settings cannot apply.
  func output(of input: ColumnType, with settings: SettingValue) throws(PlanFault) -> ColumnType

  /// Returns what the cells look like that leave this treatment, for verification.
  ///
  /// `input` is what those look like that enter it, `type` their type. A kind that does not say it
  /// leaves any value of its type.
  func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar

  /// Builds the treatment for one worker of a run; settings were accepted by `output`.
  ///
  /// The kind `pseudonym` throws here: the engine builds it with keys from Pseudonymise.
  func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment
}

extension TreatmentKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    CellGrammar(of: (try? output(of: type, with: settings))?.form ?? type.form)
  }
}

/// What a treatment may need to know of the run.
package struct TreatmentEnvironment: Sendable {
  /// The pipeline's timezone.
  package var zone: Zone

  package init(zone: Zone) { self.zone = zone }
}

/// One runnable example of a treatment.
package struct TreatmentExample: Sendable {
  /// The declared type of the input.
  package var type: FieldType
  package var settings: SettingValue
  /// The raw value, as text; numbers and times as the default formats read them.
  package var input: String?
  /// The cell that leaves, as CSV prints it; `nil` for null.
  package var output: String?

  package init(
    _ type: FieldType, _ settings: SettingValue, _ input: String?, gives output: String?
  ) {
    self.type = type
    self.settings = settings
    self.input = input
    self.output = output
  }
}

/// A step that rewrites the values of one column of a batch.
///
/// The engine builds one treatment per worker and feeds it columns in any order; what it keeps
/// between batches is a cache, never a result. Unless it needs the clock, it sees the distinct
/// values of a dictionary-coded column, not the rows.
package protocol Treatment: Sendable {
  /// Whether `apply` reads `clock`; such a treatment sees rows and never a dictionary.
  var needsClock: Bool { get }

  /// Rewrites `values`: the same count, nulls stay null, what cannot be treated becomes null and is
  /// added to `faults` by its position.
  ///
  /// `clock` holds for each row the event's local date in days since 1970-01-01 when `needsClock`,
  /// else it is empty.
  mutating func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults)
}

extension Treatment {
  package var needsClock: Bool { false }
}
