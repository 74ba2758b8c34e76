/// A place in a source text: line and column, both counted from 1.
package struct SourcePosition: Hashable, Sendable, Comparable {
  package var line: Int
  /// In Unicode scalars.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A stretch of a source text; the end is exclusive.
///
/// A range never traps, wherever it points: rendering shows what there is.
package struct SourceRange: Hashable, Sendable {
  package var start: SourcePosition
  package var end: SourcePosition

  package init(from start: SourcePosition, to end: SourcePosition) {
    self.start = start
    self.end = end < start ? start : end
  }

  /// The range of `length` scalars on one line.
  package init(line: Int, column: Int, length: Int) {
    let start = SourcePosition(line: line, column: column)
    self.init(from: start, to: SourcePosition(line: line, column: column + max(0, length)))
  }
}
