/// Finds the name that a misspelt one was meant to be.
package enum Nearest {
  /// Returns the candidate nearest to `word`, or `nil` when none is near enough to be meant.
  ///
  /// Near enough: at most a third of the letters differ, one letter in short words, or one word
  /// begins the other.
  package static func name(to word: String, among candidates: [String]) -> String? {
    let folded = Array(word.lowercased().unicodeScalars)
    guard !folded.isEmpty, folded.count <= 64 else { return nil }
    let limit = max(1, folded.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().unicodeScalars)
      guard abs(other.count - folded.count) <= limit else { continue }
      let steps = distance(folded, other)
      if steps <= limit, steps < best?.distance ?? Int.max { best = (candidate, steps) }
    }
    if let best { return best.name }
    // integer for int, desc for description: one word begins the other.
    let relatives = candidates.filter { candidate in
      let other = candidate.lowercased()
      let whole = word.lowercased()
      return min(other.count, whole.count) >= 3
        && (other.hasPrefix(whole) || whole.hasPrefix(other))
    }
    return relatives.count == 1 ? relatives[0] : nil
  }

  /// Returns the number of insertions, deletions, replacements and swaps of neighbours.
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let cost = left[row - 1] == right[column - 1] ? 0 : 1
        var steps = min(
          previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          steps = min(steps, before[column - 2] + 1)
        }
        current.append(steps)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
