import Ingest
import Records
import Testing

@Suite struct CSVHeaderTests {
  private func columns(_ file: String, _ change: (inout Reading.CSV) -> Void = { _ in }) throws
    -> CSVHeader
  {
    var csv = Reading.CSV()
    change(&csv)
    return try CSVHeader.read(Array(file.utf8), as: csv)
  }

  @Test func readsNamesAndLength() throws {
    let header = try columns("\r\n\"order \"\"id\"\"\",\"e,mail\",Größe\r\n1,2,3\r\n")
    #expect(header.names == ["order \"id\"", "e,mail", "Größe"])
    #expect(header.byteCount == 35)
  }

  @Test func readsHeaderWithoutLineEnd() throws {
    #expect(try columns("a;b") { $0.delimiter = [0x3B] }.byteCount == 3)
  }

  @Test func readsWindows1252() throws {
    var csv = Reading.CSV()
    csv.encoding = .windows1252
    let header = try CSVHeader.read(Array("Preis ".utf8) + [0x80, 0x2C, 0x81, 0x0A], as: csv)
    #expect(header.names == ["Preis €", ""])
  }

  @Test func refusesBlankFile() {
    #expect(throws: HeaderFault(.absent)) { try columns("\n\r\n") }
    #expect(throws: HeaderFault(.absent)) { try columns("") }
  }

  @Test func refusesBrokenHeader() throws {
    #expect(throws: HeaderFault(.malformed)) { try columns("a,\"b\n1,2\n") }
    #expect(throws: HeaderFault(.carriageReturns)) { try columns("a,b\r1,2\r") }
    #expect(throws: HeaderFault(.carriageReturns)) { try columns("a,b\r1,2\r\n3,4\r\n") }
    #expect(try columns("a,\"b\rc\"\r\n1,2\r\n").names == ["a", "b\rc"])
    #expect(
      HeaderFault(.carriageReturns).message(file: "a.csv", source: "orders")
        == "the lines of file 'a.csv' of source 'orders' end with CR alone, which ends no record; write "
        + "LF in its place: tr '\\r' '\\n'")
    #expect(throws: HeaderFault(.malformed)) { try columns("\"a\"x,b\n") }
  }

  @Test func refusesTooManyColumns() throws {
    let commas = String(repeating: ",", count: CSVScanner.fieldsPerRecord)
    #expect(try columns(String(commas.dropLast()) + "\n").names.count == CSVScanner.fieldsPerRecord)
    #expect(throws: HeaderFault(.malformed)) { try columns(commas + "\n") }
  }

  @Test func missingColumnsAreNamedTogether() {
    #expect(throws: HeaderFault(.missing, columns: ["email", "zip"])) {
      try Scanned.read(
        Array("id,total,total\n".utf8), csvReading(), slots: ["email", "id", "zip", "total"])
    }
  }

  @Test func declaredColumnTwiceIsRefused() {
    #expect(throws: HeaderFault(.repeated, columns: ["total"])) {
      try Scanned.read(Array("id,total,total\n".utf8), csvReading(), slots: ["id", "total"])
    }
  }

  @Test func undeclaredColumnTwiceIsAccepted() throws {
    let found = try Scanned.read(Array("id,x,x\n1,2,3\n".utf8), csvReading(), slots: ["id"])
    #expect(found.rows == [["1"]])
  }

  @Test func fileWithoutAnyNamesIsRefused() {
    #expect(throws: HeaderFault(.absent)) {
      try Scanned.scan(Array("1\n".utf8), csvReading(), slots: ["a"])
    }
  }

  @Test func messagesNameDeclaredColumnsOnly() {
    #expect(
      HeaderFault(.missing, columns: ["email"]).message(file: "x.csv", source: "orders")
        == "file 'x.csv' has no column 'email', which source 'orders' declares")
    #expect(
      HeaderFault(.missing, columns: ["a", "b"]).message(file: "x.csv", source: "orders")
        == "file 'x.csv' has no columns 'a', 'b', which source 'orders' declares")
    #expect(
      HeaderFault(.repeated, columns: ["a"]).message(file: "x.csv", source: "orders")
        == "file 'x.csv' has more than one column 'a', which source 'orders' declares")
    #expect(
      HeaderFault(.absent).message(file: "x.csv", source: "orders")
        == "file 'x.csv' has no header, which source 'orders' expects; give the names under "
        + "'header' if its files have none")
    #expect(
      HeaderFault(.malformed).message(file: "x.csv", source: "orders")
        == "the header of file 'x.csv' is not well-formed; check 'delimiter' and 'quote' of "
        + "source 'orders'")
  }
}
