import Aggregate
import Bytes
import Records
import Support

/// The order lines of a small shop: the source that the tests aggregate.
enum Shop {
  static let day = 0
  static let category = 1
  static let country = 2
  static let quantity = 3
  static let total = 4
  static let buyer = 5
  static let order = 6
  static let isGift = 7
  static let hour = 8
  static let weight = 9

  static let columns: [TableColumn] = [
    TableColumn(name: "day", type: ColumnType(source: .timestamp, form: .date, floor: .day)),
    TableColumn(name: "category", type: ColumnType(source: .text, form: .text)),
    TableColumn(name: "country", type: ColumnType(source: .text, form: .text)),
    TableColumn(name: "quantity", type: ColumnType(source: .int, form: .integer)),
    TableColumn(
      name: "total", type: ColumnType(source: nil, form: .decimal(scale: 2, keepsPlaces: true))),
    TableColumn(name: "buyer", type: ColumnType(source: .email, form: .token)),
    TableColumn(name: "order", type: ColumnType(source: .order, form: .token)),
    TableColumn(name: "is_gift", type: ColumnType(source: .bool, form: .boolean)),
    TableColumn(
      name: "hour", type: ColumnType(source: .timestamp, form: .timestamp, floor: .hour)),
    TableColumn(
      name: "weight",
      type: ColumnType(source: .decimal, form: .decimal(scale: 6, keepsPlaces: false))
    ),
  ]

  static let key = FingerprintKey(k0: 0x0706_0504_0302_0100, k1: 0x0F0E_0D0C_0B0A_0908)

  static func fingerprint(_ kind: String, _ number: Int) -> UInt128 {
    let bytes = Array("\(kind) \(number)".utf8)
    return key.fingerprint(bytes, from: 0, count: bytes.count)
  }

  /// The token of a fingerprint: any function that keeps values apart.
  static func token(_ fingerprint: UInt128) -> UInt128 {
    fingerprint &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835
  }

  static func partial(_ definition: AggregateDefinition) -> Partial {
    Partial(
      definition: definition, columns: columns, zone: zone, fingerprints: key)
  }

  static let zone = Zone(named: "Europe/Berlin") ?? .utc

  /// Returns the finished table of `lines`, added as one batch.
  static func table(_ definition: AggregateDefinition, _ lines: [Line]) throws -> FinishedTable {
    var partial = partial(definition)
    add(batch(lines), to: &partial)
    return try partial.finish()
  }

  static func add(_ batch: RecordBatch, rows: [UInt32]? = nil, to partial: inout Partial) {
    partial.add(batch, rows: rows) { positions, cells in
      positions.map { token(cells.fingerprints[Int($0)]) }
    }
  }
}

/// One order line; `nil` is null.
struct Line: Hashable {
  var day: Int64? = 20_000
  var category: String? = "shoes"
  var country: String? = "DE"
  var quantity: Int64? = 1
  /// In cents.
  var total: Int64? = 1000
  var buyer: Int? = 1
  var order: Int? = 1
  var isGift: Bool? = false
  /// In microseconds.
  var hour: Int64? = 0
  /// In millionths.
  var weight: Int64? = 0

  /// One line for each of `buyers`.
  static func of(_ category: String?, _ country: String? = "DE", buyers: some Sequence<Int>)
    -> [Line]
  {
    buyers.map { Line(category: category, country: country, buyer: $0, order: $0) }
  }
}

extension Shop {
  /// Returns the lines as a batch; with `dice`, columns are dictionaries or rows at random.
  static func batch(_ lines: [Line]) -> RecordBatch {
    var dice: SplitMix?
    return batch(lines, dice: &dice)
  }

  static func batch(_ lines: [Line], dice: inout SplitMix?) -> RecordBatch {
    var made: [Column] = []
    for (number, column) in columns.enumerated() {
      let values: Values
      switch number {
      case day: values = .number(lines.map { $0.day ?? Values.nullNumber })
      case quantity: values = .number(lines.map { $0.quantity ?? Values.nullNumber })
      case total: values = .number(lines.map { $0.total ?? Values.nullNumber })
      case hour: values = .number(lines.map { $0.hour ?? Values.nullNumber })
      case weight: values = .number(lines.map { $0.weight ?? Values.nullNumber })
      case isGift:
        values = .number(lines.map { $0.isGift.map { $0 ? 1 : 0 } ?? Values.nullNumber })
      case buyer:
        values = .identity(
          IdentityCells(fingerprints: lines.map { $0.buyer.map { fingerprint("buyer", $0) } ?? 0 }))
      case order:
        values = .identity(
          IdentityCells(fingerprints: lines.map { $0.order.map { fingerprint("order", $0) } ?? 0 }))
      default:
        var text = TextCells(bytes: Array("unused".utf8))
        for line in lines { text.append(number == category ? line.category : line.country) }
        values = .text(text)
      }
      if var roll = dice, roll.next() % 2 == 0 {
        // A dictionary with repeated and unused entries, in any order.
        let entries = values.count + 3
        let shift = entries > 0 ? Int(roll.next() % UInt64(entries)) : 0
        var positions: [UInt32] = []
        for row in lines.indices { positions.append(UInt32((row + shift) % entries)) }
        var order = [Int](repeating: 0, count: entries)
        for row in lines.indices { order[Int(positions[row])] = row }
        dice = roll
        made.append(
          Column(
            type: column.type, dictionary: picked(values, order), codes: positions))
      } else {
        if var roll = dice {
          _ = roll.next()
          dice = roll
        }
        made.append(Column(type: column.type, values: values))
      }
    }
    return RecordBatch(rowCount: lines.count, columns: made)
  }

  private static func picked(_ values: Values, _ order: [Int]) -> Values {
    if values.count == 0 { return values }
    switch values {
    case .number(let numbers): return .number(order.map { numbers[$0] })
    case .text(let text):
      return .text(TextCells(bytes: text.bytes, cells: order.map { text.cells[$0] }))
    case .identity(let identities):
      return .identity(IdentityCells(fingerprints: order.map { identities.fingerprints[$0] }))
    }
  }
}

extension FinishedTable {
  /// The cells as text: numbers in minor units, tokens in hex.
  var texts: [[String?]] { RecordBatch(rowCount: rowCount, columns: columns).texts }
}

extension RecordBatch {
  /// The cells as text: numbers in minor units, tokens in hex.
  var texts: [[String?]] {
    (0..<rowCount).map { row in
      columns.map { column in
        let position = column.position(of: row)
        switch column.values {
        case .number(let numbers):
          return numbers[position] == Values.nullNumber ? nil : String(numbers[position])
        case .text(let text):
          let cell = text.cells[position]
          return cell.isNull
            ? nil : String(decoding: text.bytes[cell.lower..<cell.upper], as: UTF8.self)
        case .identity(let identities):
          return String(identities.tokens[position], radix: 16)
        }
      }
    }
  }
}

extension AggregateDefinition.Measure {
  static let lines = Self(name: "lines", operation: .count)
  static let orders = Self(name: "orders", operation: .distinct, column: Shop.order)
  static let buyers = Self(name: "buyers", operation: .distinct, column: Shop.buyer)
  static let units = Self(name: "units", operation: .sum, column: Shop.quantity)
  static let revenue = Self(name: "revenue", operation: .sum, column: Shop.total)
}

extension AggregateDefinition {
  /// Lines and buyers by `group`, with a rule for small cells or without.
  static func cells(
    _ group: [Int] = [Shop.category], _ measures: [Measure] = [.lines, .buyers],
    least: Int? = nil, below: KRule.Below = .suppress, dominance: Int? = nil,
    where conditions: [Condition] = []
  ) -> AggregateDefinition {
    AggregateDefinition(
      name: "cells", conditions: conditions, shape: .group(group), measures: measures,
      protection: least.map {
        .least(KRule(least: $0, of: Shop.buyer, below: below, dominance: dominance))
      } ?? .none(reason: "a test"))
  }

  static func persons(
    _ measures: [Measure], least: Int? = nil, where conditions: [Condition] = []
  ) -> AggregateDefinition {
    AggregateDefinition(
      name: "persons", conditions: conditions, shape: .per(Shop.buyer), measures: measures,
      protection: least.map { .least(KRule(least: $0, of: nil, below: .suppress)) }
        ?? .none(reason: "a test"))
  }
}
