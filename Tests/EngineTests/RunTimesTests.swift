import Engine
import Records
import Testing

@Suite struct RunTimesTests {
  @Test func aLineTellsThePartsAndTheShareOfVerification() {
    var times = RunTimes()
    times.staging = .milliseconds(2_413)
    times.verification = .milliseconds(391)
    times.publication = .microseconds(34_999)
    times.whole = .milliseconds(2_900)
    #expect(
      times.text
        == "2.900 s: staging 2.413 s, verification 0.391 s (13 %), publication 0.034 s\n")
    #expect(
      times.milliseconds.compact
        == #"{"staging":2413,"verification":391,"publication":34,"whole":2900}"#)
  }

  @Test func noTimeHasNoShare() {
    #expect(RunTimes().verificationShare == 0)
  }

  @Test func partsOfANightLieInsideTheWhole() async throws {
    let day = "2026-05-01"
    let shop = try await CustomerNights.shop(days: [])
    try shop.put("orders-\(day).csv", CustomerNights.raw(day))
    let times = try #require(try await shop.run(day).times)
    for part in [times.staging, times.verification, times.publication] { #expect(part > .zero) }
    #expect(times.staging + times.verification + times.publication <= times.whole)
    let again = try await shop.run(day).times
    #expect(again == nil)
  }
}
