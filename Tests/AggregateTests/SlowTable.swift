import Records

/// The obvious way to an aggregate table: dictionaries of lists of lines, every rule word by word.
struct SlowTable {
  var rows: [[String?]] = []
  var suppressed = 0
  var smallest: Int?

  private struct Cell {
    var key: [Key]
    var lines: [Line]

    var persons: Set<Int> { Set(lines.compactMap(\.buyer)) }
  }

  private enum Key: Hashable, Comparable {
    case null
    case number(Int64)
    case text([UInt8])

    static func < (left: Key, right: Key) -> Bool {
      switch (left, right) {
      case (.null, _): right != .null
      case (_, .null): false
      case (.number(let one), .number(let other)): one < other
      case (.text(let one), .text(let other)): one.lexicographicallyPrecedes(other)
      default: false
      }
    }

    var text: String? {
      switch self {
      case .null: nil
      case .number(let number): String(number)
      case .text(let bytes): String(decoding: bytes, as: UTF8.self)
      }
    }
  }

  init(_ definition: AggregateDefinition, _ lines: [Line]) {
    switch definition.shape {
    case .group(let columns): fill(definition, columns, lines)
    case .per: fillPersons(definition, lines)
    }
  }

  private mutating func fill(
    _ definition: AggregateDefinition, _ columns: [Int], _ lines: [Line]
  ) {
    var lists: [[Key]: [Line]] = [:]
    for line in lines { lists[columns.map { key(line, $0) }, default: []].append(line) }
    var published = lists.map { Cell(key: $0.key, lines: $0.value) }
    var suppressed: [Cell] = []
    if case .least(let rule) = definition.protection {
      let lastText = columns.lastIndex { [Shop.category, Shop.country].contains($0) }
      if rule.below == .other, let lastText {
        merge(&published, &suppressed, definition, rule, key: lastText)
      } else {
        suppressed = published.filter { isTooSmall($0, definition, rule) }
        published.removeAll { isTooSmall($0, definition, rule) }
      }
      while true {
        let hidden = suppressed.reduce(into: Set<Int>()) { $0.formUnion($1.persons) }
        guard !hidden.isEmpty, hidden.count < rule.least, let next = smallest(of: published)
        else { break }
        suppressed.append(published.remove(at: next))
      }
      smallest = published.map(\.persons.count).min()
    }
    self.suppressed = suppressed.count
    rows = published.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { cell in
      cell.key.map(\.text) + definition.measures.map { measured($0, cell.lines) }
    }
  }

  private func merge(
    _ published: inout [Cell], _ suppressed: inout [Cell], _ definition: AggregateDefinition,
    _ rule: AggregateDefinition.KRule, key: Int
  ) {
    let other = Key.text(Array("other".utf8))
    var combinations: [[Key]: [Cell]] = [:]
    for cell in published {
      var rest = cell.key
      rest[key] = other
      combinations[rest, default: []].append(cell)
    }
    published = []
    for (rest, cells) in combinations {
      let small = cells.filter { isTooSmall($0, definition, rule) }
      var large = cells.filter { !isTooSmall($0, definition, rule) }
      if !small.isEmpty {
        var merged = Cell(key: rest, lines: small.flatMap(\.lines))
        if let genuine = large.firstIndex(where: { $0.key == rest }) {
          merged.lines += large.remove(at: genuine).lines
        }
        while isTooSmall(merged, definition, rule), let next = smallest(of: large) {
          merged.lines += large.remove(at: next).lines
        }
        if isTooSmall(merged, definition, rule) {
          suppressed.append(merged)
        } else {
          published.append(merged)
        }
      }
      published += large
    }
  }

  private func smallest(of cells: [Cell]) -> Int? {
    cells.indices.min { left, right in
      let one = cells[left].persons.count
      let other = cells[right].persons.count
      return one != other
        ? one < other : cells[left].key.lexicographicallyPrecedes(cells[right].key)
    }
  }

  private func isTooSmall(
    _ cell: Cell, _ definition: AggregateDefinition, _ rule: AggregateDefinition.KRule
  ) -> Bool {
    if cell.persons.count < rule.least { return true }
    guard let dominance = rule.dominance else { return false }
    return definition.measures.contains { measure in
      guard measure.operation == .sum, let column = measure.column else { return false }
      let shares = cell.persons.map { person in
        abs(
          cell.lines.filter { $0.buyer == person }.compactMap { number($0, column) }.reduce(0, +))
      }
      return shares.contains { $0 * 1_000_000 > shares.reduce(0, +) * Int64(dominance) }
    }
  }

  private mutating func fillPersons(_ definition: AggregateDefinition, _ lines: [Line]) {
    var lists: [Int: [Line]] = [:]
    for line in lines { if let buyer = line.buyer { lists[buyer, default: []].append(line) } }
    var classes: [[String?]: [Int]] = [:]
    for (buyer, list) in lists {
      classes[definition.measures.map { measured($0, list) }, default: []].append(buyer)
    }
    if case .least(let rule) = definition.protection {
      var published = classes.filter { $0.value.count >= rule.least }
      var hidden = classes.values.filter { $0.count < rule.least }.reduce(0) { $0 + $1.count }
      while hidden > 0, hidden < rule.least {
        let next = published.min { left, right in
          left.value.count != right.value.count
            ? left.value.count < right.value.count : isBefore(left.key, right.key, definition)
        }
        guard let next else { break }
        hidden += next.value.count
        published[next.key] = nil
      }
      smallest = published.values.map(\.count).min()
      suppressed = hidden
      classes = published
    }
    for (look, buyers) in classes {
      for buyer in buyers {
        let token = Shop.token(Shop.fingerprint("buyer", buyer))
        rows.append([String(token, radix: 16)] + look)
      }
    }
  }

  /// Whether one look stands before another: measure by measure, null first, bands by their order.
  private func isBefore(
    _ left: [String?], _ right: [String?], _ definition: AggregateDefinition
  ) -> Bool {
    for (index, measure) in definition.measures.enumerated() where left[index] != right[index] {
      guard let one = left[index] else { return true }
      guard let other = right[index] else { return false }
      if let bands = measure.bands {
        func rank(_ name: String) -> Int {
          if name.hasPrefix("<") { return -1 }
          return bands.firstIndex {
            name == "\($0)" || name.hasPrefix("\($0)–") || name == "\($0)+"
          }
            ?? bands.count
        }
        return rank(one) < rank(other)
      }
      return (Int64(one) ?? 0) < (Int64(other) ?? 0)
    }
    return false
  }

  private func key(_ line: Line, _ column: Int) -> Key {
    switch column {
    case Shop.category: return line.category.map { .text(Array($0.utf8)) } ?? .null
    case Shop.country: return line.country.map { .text(Array($0.utf8)) } ?? .null
    default: return number(line, column).map { .number($0) } ?? .null
    }
  }

  private func number(_ line: Line, _ column: Int) -> Int64? {
    switch column {
    case Shop.day: line.day
    case Shop.quantity: line.quantity
    case Shop.total: line.total
    case Shop.isGift: line.isGift.map { $0 ? 1 : 0 }
    case Shop.hour: line.hour
    case Shop.weight: line.weight
    default: nil
    }
  }

  private func measured(_ measure: AggregateDefinition.Measure, _ lines: [Line]) -> String? {
    let numbers = lines.compactMap { line in measure.column.flatMap { number(line, $0) } }
    var places = measure.column.map { Shop.columns[$0].type.form.scale } ?? 0
    var value: Int64
    switch measure.operation {
    case .count: value = Int64(lines.count)
    case .distinct:
      places = 0
      switch measure.column {
      case Shop.buyer: value = Int64(Set(lines.compactMap(\.buyer)).count)
      case Shop.order: value = Int64(Set(lines.compactMap(\.order)).count)
      case Shop.category: value = Int64(Set(lines.compactMap(\.category)).count)
      case Shop.country: value = Int64(Set(lines.compactMap(\.country)).count)
      default: value = Int64(Set(numbers).count)
      }
    case .sum:
      if numbers.isEmpty { return nil }
      value = numbers.reduce(0, +)
    case .mean:
      if numbers.isEmpty { return nil }
      let isInteger = places == 0
      if isInteger { places = 2 }
      value = nearest(numbers.reduce(0, +) * (isInteger ? 100 : 1), Int64(numbers.count))
    case .min:
      guard let least = numbers.min() else { return nil }
      value = least
    case .max:
      guard let greatest = numbers.max() else { return nil }
      value = greatest
    }
    let unit = (0..<places).reduce(Int64(1)) { product, _ in product * 10 }
    if let clamp = measure.clamp {
      value = max(clamp.lowerBound * unit, min(clamp.upperBound * unit, value))
    }
    if let round = measure.round { value = nearest(value, round * unit) * round * unit }
    guard let bands = measure.bands else { return String(value) }
    guard let low = bands.last(where: { $0 * unit <= value }) else { return "<\(bands[0])" }
    guard let high = bands.first(where: { $0 > low }) else { return "\(low)+" }
    return high == low + 1 ? "\(low)" : "\(low)–\(high - 1)"
  }

  /// Tries the neighbours of the quotient and takes the nearest, of two the even one.
  private func nearest(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return ((quotient - 1)...(quotient + 1)).min { left, right in
      let one = abs(left * divisor - dividend)
      let other = abs(right * divisor - dividend)
      return one != other ? one < other : left % 2 == 0
    } ?? quotient
  }
}
