import Records
import Testing

@Suite struct ColumnTests {
  private let type = ColumnType(source: .int, form: .integer)

  @Test func rowsAreChosenInTheirOrder() {
    let column = Column(type: type, values: .number([10, 11, 12, 13]))
    guard case .number(let numbers) = column.selecting([3, 0, 0]).values else {
      Issue.record("no numbers")
      return
    }
    #expect(numbers == [13, 10, 10])
    #expect(column.rowCount == 4)
    #expect(column.position(of: 2) == 2)
  }

  @Test func codedRowsKeepTheirDictionary() {
    let column = Column(type: type, dictionary: .number([7, 8]), codes: [1, 0, 1])
    let chosen = column.selecting([2, 1])
    #expect(chosen.codes == [1, 0])
    #expect(chosen.values.count == 2)
    #expect(chosen.rowCount == 2)
    #expect(chosen.position(of: 0) == 1)
  }

  @Test func textRowsShareTheirBytes() {
    var cells = TextCells()
    for text in ["ab", nil, "", "c"] as [String?] { cells.append(text) }
    let column = Column(type: ColumnType(source: .text, form: .text), values: .text(cells))
    guard case .text(let texts) = column.selecting([1, 3, 2]).values else {
      Issue.record("no texts")
      return
    }
    #expect(texts.bytes == cells.bytes)
    #expect(texts.cells.map(\.isNull) == [true, false, false])
    #expect(texts.cells[1].lower == 2 && texts.cells[1].upper == 3)
    #expect(texts.cells[2].count == 0)
  }

  @Test func identitiesKeepTokensOnlyWhereTheyAreMade() {
    var parts = TextCells()
    for text in ["a", "b", nil] { parts.append(text) }
    var identities = IdentityCells(
      fingerprints: [1, 2, 3], normalised: [parts, TextCells(cells: [.null, .null, .null])],
      epochs: [0, 1, 0])
    let column = ColumnType(source: .email, form: .token, state: .pseudonym(key: "k"))
    guard
      case .identity(let without) = Column(type: column, values: .identity(identities))
        .selecting([2, 1]).values
    else {
      Issue.record("no identities")
      return
    }
    #expect(without.fingerprints == [3, 2])
    #expect(without.epochs == [0, 1])
    #expect(without.normalised.map { $0.cells.map(\.count) } == [[0, 1], [0, 0]])
    #expect(without.normalised[0].cells.map(\.isNull) == [true, false])
    #expect(without.tokens.isEmpty)
    identities.tokens = [4, 5, 6]
    guard
      case .identity(let with) = Column(type: column, values: .identity(identities))
        .selecting([2, 1]).values
    else {
      Issue.record("no identities")
      return
    }
    #expect(with.tokens == [6, 5])
  }

  @Test(arguments: [
    (ColumnType.State.raw, true), (.treated, true), (.kept(reason: "r"), true), (.closed, false),
    (.subnet, false), (.pseudonym(key: "k"), false),
  ])
  func openTextIsGuarded(_ state: ColumnType.State, _ isGuarded: Bool) {
    #expect(ColumnType(source: .text, form: .text, state: state).isGuarded == isGuarded)
    #expect(!ColumnType(source: .int, form: .integer, state: state).isGuarded)
  }

  @Test(
    arguments: [
      (FieldType.money, nil, ValueForm.decimal(scale: 2, keepsPlaces: true)),
      (.decimal, nil, .decimal(scale: 6, keepsPlaces: false)),
      (.decimal, 9, .decimal(scale: 9, keepsPlaces: false)),
      (.money, 4, .decimal(scale: 4, keepsPlaces: true)),
      (.int, nil, .integer), (.birthDate, nil, .date), (.timestamp, nil, .timestamp),
      (.bool, nil, .boolean), (.email, nil, .text),
    ] as [(FieldType, Int?, ValueForm)])
  func formsOfTypes(_ type: FieldType, _ scale: Int?, _ form: ValueForm) {
    #expect(type.form(scale: scale) == form)
  }

  @Test func scalesOfExpressions() {
    let price = Expression.element(group: 0, element: 0, scale: 6)
    let discount = Expression.subtract(.literal(mantissa: 1, scale: 0), .column(0, scale: 2))
    #expect(discount.scale == 2)
    #expect(Expression.multiply(price, discount).scale == 8)
    #expect(Expression.sum(.negate(.multiply(price, price)), group: 0).scale == 12)
    #expect(Expression.add(.slot(0, scale: 3), price).scale == 6)
  }
}
