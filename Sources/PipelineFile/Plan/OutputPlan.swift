import Foundation
package import Records

/// One aggregate table with what the compiler knows of its columns.
package struct AggregatePlan: Sendable {
  /// Position of the source.
  package var source: Int
  package var definition: AggregateDefinition
  /// The finished table's columns: keys, then measures.
  package var columns: [TableColumn]
  /// For each finished column the purposes (positions) that all its origins share.
  package var purposes: [[Int]]

  package init(
    source: Int, definition: AggregateDefinition, columns: [TableColumn], purposes: [[Int]]
  ) {
    self.source = source
    self.definition = definition
    self.columns = columns
    self.purposes = purposes
  }
}

/// One audience's output.
package struct OutputPlan: Sendable {
  package enum Recipient: String, CaseIterable, Sendable {
    case `internal`, processor, third
  }

  package enum Content: Hashable, Sendable {
    /// The rows of a source (by position), narrowed to columns (by position).
    case rows(source: Int, columns: [Int])
    /// An aggregate (by position), narrowed to finished columns (by position).
    case aggregate(Int, columns: [Int])
  }

  package struct Table: Sendable {
    package var name: String
    package var content: Content
    /// The shortest retention of its columns under the purposes that the output may use, capped by
    /// the output's `keep`. Several, where it cannot be told which ends first for every event.
    package var retention: [RetentionPlan]

    package init(name: String, content: Content, retention: [RetentionPlan]) {
      self.name = name
      self.content = content
      self.retention = retention
    }

    /// Returns the last date on which the table may hold an event of `date`.
    package func end(for date: CivilDate) -> CivilDate {
      retention.map { $0.end(for: date) }.min() ?? date
    }
  }

  package var name: String
  package var audience: String
  /// Positions among the plan's purposes.
  package var mayUse: [Int]
  package var tables: [Table]
  package var format: OutputFormat
  package var compression: OutputCompression
  /// The Unix group that may read.
  package var group: String?
  package var recipient: Recipient
  package var country: String?

  package init(
    name: String, audience: String, mayUse: [Int], tables: [Table], format: OutputFormat,
    compression: OutputCompression, group: String?, recipient: Recipient, country: String?
  ) {
    self.name = name
    self.audience = audience
    self.mayUse = mayUse
    self.tables = tables
    self.format = format
    self.compression = compression
    self.group = group
    self.recipient = recipient
    self.country = country
  }
}

extension OutputPlan {
  /// Returns the text by which an audience is known: in all spellings of case and blanks the same.
  package static func folded(audience: String) -> String {
    // Upper case first: it writes 'ß' as the 'SS' that another spelling has.
    audience.split(whereSeparator: \.isWhitespace).joined(separator: " ").uppercased().lowercased()
      .precomposedStringWithCanonicalMapping
  }
}

/// One test of the `tests` section.
package struct TestPlan: Sendable {
  /// Raw text of one source.
  package struct Given: Sendable {
    package enum Content: Sendable {
      /// Text in the source's own format.
      case text(String)
      /// Rows keyed by raw field; each row's cells in the order stated; `nil` is null.
      case rows([[Cell]])
    }

    package struct Cell: Hashable, Sendable {
      package var field: String
      package var value: String?

      package init(field: String, value: String?) {
        self.field = field
        self.value = value
      }
    }

    package var source: Int
    package var content: Content

    package init(source: Int, content: Content) {
      self.source = source
      self.content = content
    }
  }

  package struct ExpectedTable: Sendable {
    package var table: String
    /// Rows in order; columns not named are not compared; `nil` is null.
    package var rows: [[Given.Cell]]
    /// Line of the expectation in the pipeline file, for messages and `--record`.
    package var line: Int

    package init(table: String, rows: [[Given.Cell]], line: Int) {
      self.table = table
      self.rows = rows
      self.line = line
    }
  }

  package struct ExpectedRejects: Sendable {
    package var source: Int
    package var rules: [(rule: Rule, count: Int)]

    package init(source: Int, rules: [(rule: Rule, count: Int)]) {
      self.source = source
      self.rules = rules
    }
  }

  package var name: String
  /// Line of the test in the pipeline file, from 1.
  package var line: Int
  package var date: CivilDate?
  package var given: [Given]
  package var expected: [ExpectedTable]
  package var suppressed: [(table: String, count: Int)]
  package var rejected: [ExpectedRejects]
  package var never: [String]

  package init(
    name: String, line: Int, date: CivilDate?, given: [Given], expected: [ExpectedTable],
    suppressed: [(table: String, count: Int)], rejected: [ExpectedRejects], never: [String]
  ) {
    self.name = name
    self.line = line
    self.date = date
    self.given = given
    self.expected = expected
    self.suppressed = suppressed
    self.rejected = rejected
    self.never = never
  }
}
