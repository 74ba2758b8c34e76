import Engine
import Testing
import Verify

/// What a run says when its own tables must not leave.
@Suite struct VerificationFailureTests {
  @Test func leakSaysWhereAndHowOut() {
    let failure = RunFailure.leak(
      output: "planners", table: "interest", file: "part-00000.csv.gz",
      Finding(.identifier, column: "page", row: 17, rowCount: 3))
    #expect(failure.code == .badInput)
    #expect(
      failure.message == "verification stopped the run: output 'planners', table 'interest', "
        + "file 'part-00000.csv.gz', row 17, column 'page': a text is an identifier of a person that "
        + "was read in the same run (3 rows); nothing was published; treat the column, close its list "
        + "with 'one_of', 'map' or 'paths', or say 'keep' with a reason")
  }

  @Test func faultOfTheProgramIsToBeReported() {
    let failure = RunFailure.leak(
      output: "planners", table: "interest", file: "part-00000.csv.gz", Finding(.columns))
    #expect(failure.code == .badInput)
    #expect(
      failure.message == "verification stopped the run: output 'planners', table 'interest', "
        + "file 'part-00000.csv.gz': the columns of the file are not the declared ones; nothing was "
        + "published; this is a fault of the program or of the machine; keep the inputs and report it"
    )
  }

  @Test func cellsOfTooFewPersonsStopTheRun() throws {
    func failure(_ smallest: Int?) -> RunFailure? {
      RunFailure.tooFewPersons(smallest, least: 10, output: "finance", table: "sales")
    }
    #expect(failure(nil) == nil)
    #expect(failure(10) == nil)
    let found = try #require(failure(9))
    #expect(found.code == .badInput)
    #expect(
      found.message
        == "verification stopped the run: output 'finance', table 'sales': a cell stands "
        + "for fewer persons than it must; nothing was published; this is a fault of the program or of "
        + "the machine; keep the inputs and report it")
  }

  @Test func tooManySuspectsAreNotSettled() {
    #expect(RunFailure.tooManySuspects.code == .badInput)
    #expect(
      RunFailure.tooManySuspects.message
        == "verification stopped the run: more than 65536 published "
        + "texts look like identifiers that were read; nothing was published; treat the text columns, "
        + "or close their lists with 'one_of', 'map' or 'paths'")
  }
}
