/// The form in which the values of a column are held and printed.
package enum ValueForm: Hashable, Sendable {
  /// UTF-8 text.
  case text
  /// A 64-bit integer.
  case integer
  /// An exact decimal, held as minor units of `scale` places (0 to 18), of 18 digits at most.
  ///
  /// Printed in the shortest exact form, or with all its places when `keepsPlaces` (money).
  case decimal(scale: Int, keepsPlaces: Bool)
  /// Held as 0 or 1.
  case boolean
  /// Held as days since 1970-01-01 (proleptic Gregorian).
  case date
  /// Held as microseconds since 1970-01-01T00:00:00Z; printed in the pipeline's timezone.
  case timestamp
  /// A pseudonym: 16 bytes, printed as a tag and 26 base32 letters.
  case token

  /// Whether arithmetic and number treatments apply.
  package var isNumber: Bool {
    switch self {
    case .integer, .decimal: true
    default: false
    }
  }

  /// Places after the decimal point: 0 for integers.
  package var scale: Int {
    if case .decimal(let scale, _) = self { return scale }
    return 0
  }

  /// The greatest magnitude of a number as it is held.
  ///
  /// Of a decimal the greatest with as many digits as 64 bits hold of any, which is what Parquet's
  /// decimals take: it is the same whatever format a column leaves in.
  package var greatest: Int64 {
    if case .decimal = self { return 999_999_999_999_999_999 }
    return Int64.max
  }
}

/// What is known of a column at one point of its treatments.
package struct ColumnType: Hashable, Sendable {
  /// How far the values are from what the shop collected.
  package enum State: Hashable, Sendable {
    /// As collected.
    case raw
    /// Generalised, masked or shortened; text may still hold anything short.
    case treated
    /// Only texts from a finite list fixed by the pipeline or the treatment.
    case closed
    /// `<v4>/24` or `<v6>/48`.
    case subnet
    /// A keyed pseudonym under the named key.
    case pseudonym(key: String)
    /// Kept as it is for a stated reason.
    case kept(reason: String)
  }

  /// The declared type the column started from; `nil` for derived and measured columns.
  package var source: FieldType?
  package var form: ValueForm
  package var state: State
  /// The floor applied to a timestamp or date, if any.
  package var floor: TimeUnit?

  package init(
    source: FieldType?, form: ValueForm, state: State = .raw, floor: TimeUnit? = nil
  ) {
    self.source = source
    self.form = form
    self.state = state
    self.floor = floor
  }

  /// Returns this type in another form and state, from the same source.
  package func becoming(_ form: ValueForm, _ state: State, floor: TimeUnit? = nil) -> ColumnType {
    ColumnType(source: source, form: form, state: state, floor: floor)
  }

  /// Whether the guards on plain text (look-alikes, length, distinct values) watch the column.
  ///
  /// Text from a closed list, subnets and pseudonyms obey a grammar instead.
  package var isGuarded: Bool {
    guard form == .text else { return false }
    switch state {
    case .raw, .treated, .kept: return true
    case .closed, .subnet, .pseudonym: return false
    }
  }
}

/// A calendar unit to which times are floored and by which keys rotate.
package enum TimeUnit: String, CaseIterable, Hashable, Sendable, Comparable {
  case hour, day, week, month, quarter, year

  private var order: Int {
    switch self {
    case .hour: 0
    case .day: 1
    case .week: 2
    case .month: 3
    case .quarter: 4
    case .year: 5
    }
  }

  package static func < (left: TimeUnit, right: TimeUnit) -> Bool { left.order < right.order }
}
