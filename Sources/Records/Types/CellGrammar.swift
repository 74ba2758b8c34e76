/// What the cells of a published column may look like, as far as its treatments fix it.
///
/// A treatment says it of its results; the data package carries it; verification holds every cell
/// to it. Null is always allowed.
package indirect enum CellGrammar: Hashable, Sendable {
  /// What the path of a URL may be.
  package enum Path: Hashable, Sendable {
    /// Any path without query, fragment and parameters.
    case any
    /// As `any`, without a segment that is an identifier.
    case masked
    /// A path of a list.
    case listed([String])
  }

  /// Any text, of at most so many Unicode scalars.
  case text(most: Int?)
  /// A text of a list.
  case words([String])
  /// A text of a list, alone or with a blank and up to three digits behind it.
  case versions(of: [String])
  /// A network of that many bits, in its one spelling.
  case subnet(v4: Int, v6: Int)
  /// A host name or `:ip`, a path, or both.
  case url(host: Bool, path: Path?)
  /// 27 characters, the first of which tells a live token from a replayed one.
  case token(isReplay: Bool)
  /// A number in minor units between bounds, a multiple of another.
  case number(least: Int64?, greatest: Int64?, multiple: Int64?)
  /// True or false.
  case boolean
  /// A date or a time, the first of its unit.
  case time(floor: TimeUnit?)
  /// As the grammar says, or the word with which small cells are merged.
  case orOther(CellGrammar)
  /// As the grammar says, kept for a stated reason.
  case kept(CellGrammar)

  /// The grammar of values that nothing has been done to.
  package init(of form: ValueForm) {
    switch form {
    case .text: self = .text(most: nil)
    case .integer, .decimal: self = .number(least: nil, greatest: nil, multiple: nil)
    case .boolean: self = .boolean
    case .date, .timestamp: self = .time(floor: nil)
    case .token: self = .token(isReplay: false)
    }
  }

  /// Whether any text at all may stand in a cell, so that it is searched for identifiers.
  package var isOpen: Bool {
    switch self {
    case .text: true
    case .url(let host, let path):
      if case .listed = path { host } else { true }
    case .orOther(let inner), .kept(let inner): inner.isOpen
    default: false
    }
  }

  /// Whether the column is kept as it is for a stated reason.
  package var isKept: Bool {
    switch self {
    case .kept: true
    case .orOther(let inner): inner.isKept
    default: false
    }
  }

  /// Whether cells are looked up among the identifiers that the run has read.
  package var isLookedUp: Bool { isOpen && !isKept }

  /// Returns the grammar of texts cut to `count` Unicode scalars.
  package func limited(to count: Int) -> CellGrammar {
    switch self {
    case .text(let most): .text(most: min(most ?? count, count))
    case .kept(let inner): .kept(inner.limited(to: count))
    // The beginning of a word, a host or a path is none any more.
    default: .text(most: count)
    }
  }

  /// Returns the grammar of numbers moved between two bounds.
  package func clamped(to bounds: ClosedRange<Int64>) -> CellGrammar {
    guard case .number(let least, let greatest, var multiple) = self else { return self }
    if let factor = multiple, bounds.lowerBound % factor != 0 || bounds.upperBound % factor != 0 {
      multiple = nil
    }
    return .number(
      least: min(max(least ?? bounds.lowerBound, bounds.lowerBound), bounds.upperBound),
      greatest: max(min(greatest ?? bounds.upperBound, bounds.upperBound), bounds.lowerBound),
      multiple: multiple)
  }

  /// Returns the grammar of numbers rounded to multiples of `unit`.
  package func rounded(to unit: Int64) -> CellGrammar {
    guard case .number(let least, let greatest, _) = self else { return self }
    func below(_ bound: Int64) -> Int64? {
      let (result, overflow) = floorDivide(bound, unit).multipliedReportingOverflow(by: unit)
      return overflow ? nil : result
    }
    let above = greatest.flatMap { bound -> Int64? in
      guard let result = below(bound) else { return nil }
      if result == bound { return bound }
      let (next, overflow) = result.addingReportingOverflow(unit)
      return overflow ? nil : next
    }
    return .number(least: least.flatMap(below), greatest: above, multiple: unit)
  }
}

/// The most characters, counted as Unicode scalars, of a plain text that is from no closed list.
package let plainTextLimit = 64

/// Returns the names of the bands between ascending integers: `<0`, `0–49`, `50–199`, `200+`.
///
/// A band of one integer is named by it.
package func bandNames(_ bounds: [Int64]) -> [String] {
  guard let first = bounds.first else { return [""] }
  return ["<\(first)"]
    + bounds.indices.map { index in
      guard index + 1 < bounds.count else { return "\(bounds[index])+" }
      let last = bounds[index + 1] - 1
      return last == bounds[index] ? "\(last)" : "\(bounds[index])–\(last)"
    }
}
