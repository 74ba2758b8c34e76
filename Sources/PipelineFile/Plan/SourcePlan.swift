package import Records

/// One source: which files, how they are read, what becomes of their fields.
package struct SourcePlan: Sendable {
  package enum Holding: String, CaseIterable, Sendable {
    /// Stammdaten.
    case master
    /// Kaufverhalten.
    case purchase
    /// Trackingdaten.
    case tracking
  }

  package enum Delivery: String, CaseIterable, Sendable {
    /// Each record is delivered once.
    case increments
    /// Each file holds what earlier ones held, as it stands now.
    case snapshots
  }

  package enum Damage: String, CaseIterable, Sendable {
    case stop, skip
  }

  package enum BadRecordLimit: Hashable, Sendable {
    /// In millionths of the records read.
    case share(Int)
    case number(Int)
  }

  package enum Clock: Hashable, Sendable {
    /// The run's date: the file has no time.
    case run
    case slot(Int, TimeFormat)
  }

  package struct Consent: Hashable, Sendable {
    package var slot: Int
    /// The text that means yes.
    package var equals: String

    package init(slot: Int, equals: String) {
      self.slot = slot
      self.equals = equals
    }
  }

  /// `where:` a record enters when the raw text of the slot is one of the values.
  package struct Condition: Hashable, Sendable {
    package var slot: Int
    package var values: [String]

    package init(slot: Int, values: [String]) {
      self.slot = slot
      self.values = values
    }
  }

  /// A list of identifiers whose records lose purposes.
  package struct Objection: Hashable, Sendable {
    /// The glob of the lists below the input folder, as written.
    package var files: String
    /// Whether it is no error where there is no list.
    package var missingIsFine: Bool
    /// How an identifier is brought into its one spelling.
    package var type: FieldType
    /// The raw fields that are compared with the list.
    package var slots: [Int]
    /// Positions of the purposes that the persons on the list have objected to.
    package var purposes: [Int]
    /// The column of a CSV list and its delimiter; `nil` where every line is an identifier.
    package var column: String?
    package var delimiter: [UInt8]

    package init(
      files: String, missingIsFine: Bool, type: FieldType, slots: [Int], purposes: [Int],
      column: String?, delimiter: [UInt8]
    ) {
      self.files = files
      self.missingIsFine = missingIsFine
      self.type = type
      self.slots = slots
      self.purposes = purposes
      self.column = column
      self.delimiter = delimiter
    }
  }

  package var name: String
  package var holding: Holding
  /// Whose data it is, in words.
  package var persons: String
  package var reading: Reading
  /// The `files` glob as written, or `-` for standard input.
  package var files: String
  package var missingIsFine: Bool
  package var damage: Damage
  package var delivery: Delivery
  package var badRecordLimit: BadRecordLimit
  package var clock: Clock
  package var consent: Consent?
  package var objections: [Objection]
  package var conditions: [Condition]
  /// How far before the run's date an event may lie.
  package var window: CivilDate.Duration
  /// How long raw files may lie in the input folder, where stated.
  package var rawKeep: CivilDate.Duration?
  package var projection: Projection
  /// In declared order, fields before derived columns.
  package var columns: [ColumnPlan]

  package init(
    name: String, holding: Holding, persons: String, reading: Reading, files: String,
    missingIsFine: Bool, damage: Damage, delivery: Delivery, badRecordLimit: BadRecordLimit,
    clock: Clock, consent: Consent?, objections: [Objection] = [], conditions: [Condition],
    window: CivilDate.Duration,
    rawKeep: CivilDate.Duration?, projection: Projection, columns: [ColumnPlan]
  ) {
    self.name = name
    self.holding = holding
    self.persons = persons
    self.reading = reading
    self.files = files
    self.missingIsFine = missingIsFine
    self.damage = damage
    self.delivery = delivery
    self.badRecordLimit = badRecordLimit
    self.clock = clock
    self.consent = consent
    self.objections = objections
    self.conditions = conditions
    self.window = window
    self.rawKeep = rawKeep
    self.projection = projection
    self.columns = columns
  }
}

/// One column that may leave a source.
package struct ColumnPlan: Sendable {
  package enum Origin: Hashable, Sendable {
    /// One raw field.
    case slot(Int)
    /// The first of several that is neither missing nor empty.
    case first([Int])
    /// All of several, unambiguously joined, with the type of each part.
    case all([Int], [FieldType])
    case derived(Expression)
  }

  /// A treatment as stated, accepted by its kind.
  package struct Step: Sendable {
    package var kind: any TreatmentKind
    package var settings: SettingValue
    /// The type of the column before this step.
    package var input: ColumnType

    package init(kind: any TreatmentKind, settings: SettingValue, input: ColumnType) {
      self.kind = kind
      self.settings = settings
      self.input = input
    }
  }

  package var name: String
  package var origin: Origin
  /// The declared type; `text` stands in for `{all: …}`, `decimal` for derived columns.
  package var fieldType: FieldType
  package var format: TimeFormat?
  package var scale: Int?
  /// Treatments before the pseudonym, or all of them.
  package var steps: [Step]
  /// The key (position among the plan's keys) under which the column becomes a pseudonym.
  package var key: Int?
  /// The type of what leaves.
  package var type: ColumnType
  /// Positions among the plan's purposes.
  package var purposes: [Int]
  /// Those of them that an output which reads the column may use; all, where none reads it.
  package var uses: [Int]
  /// Whether consent is the only basis of all its purposes: without consent the value is null.
  package var restsOnConsentAlone: Bool
  /// Distinct values an open text column may hold in a run; `nil` where nothing is limited.
  package var distinctLimit: Int?
  package var unit: String?
  package var about: String?
  /// What is done to the values, in words, for reports: `subnet {v4: 24, v6: 48}`.
  package var treatment: String
  /// The raw paths it is made from, as the file writes them.
  package var rawPaths: [String]

  package init(
    name: String, origin: Origin, fieldType: FieldType, format: TimeFormat?, scale: Int?,
    steps: [Step], key: Int?, type: ColumnType, purposes: [Int], restsOnConsentAlone: Bool,
    distinctLimit: Int?, unit: String?, about: String?, treatment: String, rawPaths: [String]
  ) {
    self.name = name
    self.origin = origin
    self.fieldType = fieldType
    self.format = format
    self.scale = scale
    self.steps = steps
    self.key = key
    self.type = type
    self.purposes = purposes
    uses = purposes
    self.restsOnConsentAlone = restsOnConsentAlone
    self.distinctLimit = distinctLimit
    self.unit = unit
    self.about = about
    self.treatment = treatment
    self.rawPaths = rawPaths
  }
}
