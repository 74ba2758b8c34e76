import Engine
import Foundation
import Ledger
import Records
import Testing

/// The guard of releases over several runs that share a state folder.
///
/// Each night has a file of its own; nobody but the guard stands between a run and its publication.
@Suite struct ReleaseRunTests {
  private let shop = NightlyShop(nights: 6, seed: 7)
  private let runs = NightlyRuns()
  private static let one = NightlyShop.date(3)
  private static let two = NightlyShop.date(4)

  init() throws {
    for night in 3...4 {
      try runs.write(shop.csv(of: night), to: "orders-\(NightlyShop.date(night)).csv")
    }
  }

  private static func rows(_ name: String) -> String {
    NightlyShop.pipeline(
      name, files: "orders-{date}.csv", aggregates: "", tables: "[{orders: [day, region]}]"
    ).replacing("aggregates:\n\n", with: "")
  }

  /// Returns why a run was refused, or `nil` if it was published.
  private func refusal(
    _ text: String, _ date: String, output: String = "other", state: String = "state",
    replaces: Bool = false, retraction: String? = nil
  ) async throws -> RunFailure? {
    do {
      try await runs.run(
        text, date, output: output, state: state, replaces: replaces, retraction: retraction)
      return nil
    } catch let failure as RunFailure {
      return failure
    }
  }

  /// The sentence of a table whose inputs the audience has from the first night's run.
  private static func sentence(
    _ difference: String, output: String = "planners/cells", after: String = "planners/cells",
    advice: String = "take the same definition and inputs, or name another audience"
  ) -> String {
    "table '\(output)' would give 'planners' inputs that it has from '\(after)' of pipeline "
      + "'nightly', run '\(one).nightly.1', \(difference): one less the other could show single "
      + "persons; nothing was published; \(advice)"
  }

  private func ledger(_ state: String = "state") throws -> Ledger {
    try Ledger(
      path: runs.folder.appendingPathComponent("\(state)/ledger.sqlite").path, mustExist: true)
  }

  // MARK: Another definition

  @Test func anotherCutOfTheSameInputIsRefused() async throws {
    try await runs.run(NightlyShop.cells("nightly"), Self.one)
    let other = NightlyShop.cells("regions", group: "[day, region]")
    let failure = try await refusal(other, Self.one)
    #expect(failure?.code == .badInput)
    #expect(failure?.message == Self.sentence("with another 'group'"))
    // Nothing lies there, and what was refused was not released.
    #expect(try runs.texts(output: "other").keys.filter { $0.hasSuffix(".csv") }.isEmpty)
    #expect(try ledger().runs().map(\.state) == [.published, .dropped])
    #expect(try ledger().releases(by: "\(Self.one).regions.1").isEmpty)
    // Whom the audience is not, or what it has already, the guard lets pass.
    #expect(try await refusal(NightlyShop.cells("again"), Self.one, output: "a") == nil)
    #expect(try await refusal(other.replacing("\"planners\"", with: "buyers"), Self.one) == nil)
  }

  @Test func anAudienceIsItsTextInWhateverCase() async throws {
    try await runs.run(NightlyShop.cells("nightly", audience: "Planners "), Self.one)
    let failure = try await refusal(
      NightlyShop.cells("regions", group: "[day, region]", audience: " PLANNERS"), Self.one)
    #expect(failure?.message == Self.sentence("with another 'group'"))
  }

  @Test func disjointPartsMayFollow() async throws {
    try await runs.run(NightlyShop.cells("nightly", filter: "where: {category: shoes}"), Self.one)
    let bags = NightlyShop.cells(
      "bags", group: "[day, region]", filter: "where: {category: [bags, coats]}")
    #expect(try await refusal(bags, Self.one) == nil)
  }

  @Test func rowsOfOneSourceLeaveFromOnePipeline() async throws {
    try await runs.run(Self.rows("nightly"), Self.one)
    let failure = try await refusal(Self.rows("other"), Self.one)
    #expect(failure?.code == .badInput)
    #expect(
      failure?.message
        == Self.sentence(
          "also as rows, which line up", output: "planners/orders", after: "planners/orders"))
    let beside = try await refusal(NightlyShop.cells("cells"), Self.one)
    #expect(
      beside?.message
        == Self.sentence(
          "where rows or persons show what 'k' suppresses", after: "planners/orders"))
  }

  // MARK: Other inputs

  @Test func theMonthToDateIsRefused() async throws {
    try await runs.run(NightlyShop.cells("nightly", group: "[region]"), Self.one)
    let failure = try await refusal(
      NightlyShop.cells("month", group: "[region]", files: "orders-*.csv"), Self.two)
    #expect(failure?.code == .badInput)
    #expect(
      failure?.message == Self.sentence("together with other inputs or for another date"))
  }

  @Test func redeliveredRecordsAreRefused() async throws {
    let text = NightlyShop.cells("nightly")
    try await runs.run(text, Self.one)
    let file = "orders-\(Self.two).csv"
    let more = shop.csv(of: 4).split(separator: "\n").dropFirst().joined(separator: "\n")
    try runs.write(shop.csv(of: 3) + more + "\n", to: file)
    let failure = try await refusal(text, Self.two, output: "out")
    let count = shop.orders.filter { $0.night == 3 }.count
    #expect(failure?.code == .badInput)
    #expect(
      failure?.message
        == "file '\(file)' of source 'orders' begins with the same \(count) records as "
        + "'orders-\(Self.one).csv', which run '\(Self.one).nightly.1' has read: records would count "
        + "twice; nothing was published; say 'delivers: snapshots' if each file is a full export, "
        + "else deliver each record once")
    // What it does say tomorrow, it says of this night's records alone.
    try runs.write(shop.csv(of: 4), to: file)
    #expect(try await refusal(text, Self.two, output: "out") == nil)
  }

  /// Two files of one night, of which one begins with all of the other, whichever comes first.
  @Test(arguments: ["orders-2.csv", "orders-0.csv"])
  func recordsOfOneNightAreDeliveredOnce(_ name: String) async throws {
    try runs.write(shop.csv(of: 3), to: "orders-1.csv")
    let more = shop.csv(of: 4).split(separator: "\n").dropFirst().joined(separator: "\n")
    try runs.write(shop.csv(of: 3) + more + "\n", to: name)
    let text = NightlyShop.cells("nightly", files: "orders-?.csv")
    let count = shop.orders.filter { $0.night == 3 }.count
    let names = ["orders-1.csv", name].sorted()
    #expect(
      try await refusal(text, Self.two)?.message
        == "file '\(names[1])' of source 'orders' begins with the same \(count) records as '\(names[0])' "
        + "of the same night: records would count twice; nothing was published; say 'delivers: "
        + "snapshots' if each file is a full export, else deliver each record once")
  }

  /// Of one export, or of one that grows, each date takes its own records.
  @Test func fullExportsGoOnNightByNight() async throws {
    let text = NightlyShop.cells("nightly", files: "export*.csv", source: "delivers: snapshots")
    let first = shop.csv(of: 3)
    let more = shop.csv(of: 4).split(separator: "\n").dropFirst().joined(separator: "\n")
    try runs.write(first, to: "export-1.csv")
    let one = try await runs.run(text, Self.one)
    let again = try await runs.run(text, Self.two)
    let kept = [one, again].map { $0.manifest?.sources.first?.counts.kept ?? 0 }
    #expect(kept[0] > 50 && kept[1] == 0)
    try runs.write(first + more + "\n", to: "export-2.csv")
    let three = try await refusal(text, NightlyShop.date(5), output: "out")
    #expect(three == nil)
    // Read as increments, the same file is another table of the same records.
    let failure = try await refusal(NightlyShop.cells("all", files: "export-1.csv"), Self.one)
    #expect(failure?.message == Self.sentence("from other records"))
  }

  // MARK: Honest nights

  @Test func aStateMayFollowAState() async throws {
    let text = NightlyShop.cells(
      "nightly", group: "[region]", files: "customers-*.csv", holds: "master", clock: "run"
    ).replacing(
      "day:      {from: at, type: timestamp, treat: {floor: day}, for: revenue}", with: "")
    try runs.write(shop.csv(of: 1), to: "customers-a.csv")
    try runs.write(shop.csv(of: 2), to: "customers-b.csv")
    for night in 3...5 {
      // The first file stays as it is, the second grows at its end; on the second night nothing
      // does.
      if night == 5 {
        let more = shop.csv(of: 3).split(separator: "\n").dropFirst().joined(separator: "\n")
        try runs.write(shop.csv(of: 2) + more + "\n", to: "customers-b.csv")
      }
      let report = try await runs.run(text, NightlyShop.date(night))
      #expect((report.manifest?.sources.first?.counts.kept ?? 0) > 100)
    }
  }

  /// A register of more than a thousand records that is delivered whole each night says so.
  @Test func aWholeRegisterIsToldByAThousandRecords() async throws {
    let lines = shop.csv(of: 1).split(separator: "\n")
    let records = (0...1_000).map { lines[1 + $0 % (lines.count - 1)] }
    func register(_ count: Int) -> String {
      ([lines[0]] + records.prefix(count)).joined(separator: "\n") + "\n"
    }
    let text = NightlyShop.cells(
      "nightly", group: "[region]", files: "customers-{date}.csv", holds: "master", clock: "run"
    ).replacing(
      "day:      {from: at, type: timestamp, treat: {floor: day}, for: revenue}", with: "")
    try runs.write(register(1_000), to: "customers-\(Self.one).csv")
    try runs.write(register(1_001), to: "customers-\(Self.two).csv")
    try await runs.run(text, Self.one)
    #expect(
      try await refusal(text, Self.two)?.message.hasPrefix(
        "file 'customers-\(Self.two).csv' of source 'orders' begins with the same 1000 records as "
          + "'customers-\(Self.one).csv', which run '\(Self.one).nightly.1' has read") == true)
    let snapshots = text.replacing("window: 99d", with: "window: 99d\n    delivers: snapshots")
    #expect(try await refusal(snapshots, Self.two) == nil)
  }

  @Test func aNightWhosePartitionsAreGoneIsMadeAgain() async throws {
    let text = NightlyShop.cells("nightly")
    try await runs.run(text, Self.one)
    let before = try runs.texts().filter { $0.key.contains("/dt=") }
    try FileManager.default.removeItem(
      at: runs.folder.appendingPathComponent("out/planners/cells/data/dt=\(Self.one)"))
    #expect(try await refusal(text, Self.one, output: "out") == nil)
    #expect(try runs.texts().filter { $0.key.contains("/dt=") } == before)
  }

  /// A pipeline whose night comes after somebody was forgotten would show what he bought.
  @Test func whoWasForgottenIsTheDifference() async throws {
    let text = NightlyShop.cells("nightly")
    try await runs.run(text, Self.one)
    try ledger().bury([
      Tombstone(
        key: "elsewhere", epoch: "never", token: Array(repeating: 1, count: 16), date: Self.one)
    ])
    #expect(try await refusal(NightlyShop.cells("again"), Self.one, output: "a") == nil)
    try ledger().bury([
      Tombstone(
        key: "shopper", epoch: "never", token: Array(repeating: 1, count: 16), date: Self.one)
    ])
    #expect(
      try await refusal(NightlyShop.cells("later"), Self.one, output: "b")?.message
        == Self.sentence("without persons who were forgotten since"))
    #expect(
      try await refusal(text, Self.one, output: "out", replaces: true, retraction: "forgotten")
        == nil)
    #expect(try await refusal(NightlyShop.cells("later"), Self.one, output: "b") == nil)
    #expect(try await refusal(text, Self.two) == nil)
  }

  /// What the compiler refuses of one source is refused of two that read the same file, too.
  @Test(arguments: [
    (again: "orders-{date}.csv", isRefused: true), (again: "orders-other.csv", isRefused: false),
  ])
  func twoSourcesOfOneFileAreOne(
    _ setting: (again: String, isRefused: Bool)
  ) async throws {
    try runs.write(shop.csv(of: 5), to: "orders-other.csv")
    let text = NightlyShop.cells("nightly")
    let start = try #require(text.range(of: "  orders:\n"))
    let end = try #require(text.range(of: "aggregates:"))
    let second = text[start.lowerBound..<end.lowerBound]
      .replacing("  orders:\n", with: "  again:\n")
      .replacing("orders-{date}.csv", with: setting.again)
    let two =
      text.replacing(
        "aggregates:\n",
        with: "\(second)aggregates:\n  finer: {from: again, "
          + "group: [day, region], measure: {lines: count}, k: {least: 10, of: buyer}}\n"
      )
      .replacing("tables: [cells]", with: "tables: [cells, finer]")
    let failure = try await refusal(two, Self.one)
    #expect((failure != nil) == setting.isRefused)
    guard let failure else { return }
    #expect(
      failure.message
        == Self.sentence("with another 'group'", output: "planners/finer", after: "planners/cells"))
    #expect(try runs.texts(output: "other").keys.filter { $0.hasSuffix(".csv") }.isEmpty)
  }

  /// A night whose file has changed since is another one, wherever it is published.
  @Test(arguments: ["out", "other"])
  func aChangedNightNeedsAReasonThoughNothingLiesThere(_ output: String) async throws {
    let text = NightlyShop.cells("nightly")
    try await runs.run(text, Self.one)
    if output == "out" {
      try FileManager.default.removeItem(
        at: runs.folder.appendingPathComponent("out/planners/cells/data/dt=\(Self.one)"))
    }
    let lines = shop.csv(of: 3).split(separator: "\n")
    try runs.write(lines.dropLast().joined(separator: "\n") + "\n", to: "orders-\(Self.one).csv")
    #expect(
      try await refusal(text, Self.one, output: output)?.message
        == Self.sentence(
          "together with other inputs or for another date",
          advice: "publish the night again with '--replace' and '--retract \"<reason>\"'"))
    #expect(
      try await refusal(text, Self.one, output: output, replaces: true, retraction: "a line less")
        == nil)
  }

  // MARK: Replaced nights

  @Test func aReplacedNightNeedsAReasonAndBothVersionsCount() async throws {
    let text = NightlyShop.cells("nightly")
    try await runs.run(text, Self.one)
    let first = try runs.texts().filter { $0.key.contains("/dt=") }
    let file = "orders-\(Self.one).csv"
    try runs.write(shop.csv(of: 3) + shop.csv(of: 5).split(separator: "\n")[1] + "\n", to: file)
    let refused = try await refusal(text, Self.one, output: "out", replaces: true)
    #expect(refused?.code == .usage)
    #expect(
      refused?.message
        == "'--replace' on the group table 'planners/cells' of \(Self.one) needs '--retract "
        + "\"<reason>\"': its cells were released, and the difference to new ones can show single "
        + "persons")
    #expect(try runs.texts().filter { $0.key.contains("/dt=") } == first)
    #expect(
      try await refusal(
        text, Self.one, output: "out", replaces: true, retraction: "a line was missing") == nil)
    let entries = try ["1", "2"].map { number in
      try #require(ledger().releases(by: "\(Self.one).nightly.\(number)").first)
    }
    #expect(entries.map { PastRelease($0)?.retraction } == [nil, "a line was missing"])
    let list = try RunList(state: runs.folder.appendingPathComponent("state").path)
    let shown = try list.one("\(Self.one).nightly.2").text.split(separator: "\n").suffix(2)
    #expect(
      shown.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") } == [
        "released audience inputs definition retracts an earlier version",
        "planners/cells planners 1 \(entries[1].definitionDigest.prefix(12)) a line was missing",
      ])
    // The new version may be given again; another cut of the old one or the new one may not.
    #expect(try await refusal(NightlyShop.cells("again"), Self.one) == nil)
    let other = NightlyShop.cells("regions", group: "[day, region]")
    #expect(
      try await refusal(other, Self.one, output: "x")?.message
        == Self.sentence("with another 'group'").replacing("nightly.1", with: "nightly.2"))
    try runs.write(shop.csv(of: 3), to: file)
    #expect(
      try await refusal(other, Self.one, output: "x")?.message
        == Self.sentence("with another 'group'"))
  }

  /// A date of whose cells nothing lies there any more is published from other inputs.
  @Test func otherInputsOfALostNightAreToldHow() async throws {
    let text = NightlyShop.cells("nightly", files: "orders-*.csv")
    try await runs.run(text, Self.one)
    try FileManager.default.removeItem(
      at: runs.folder.appendingPathComponent("out/planners/cells/data/dt=\(Self.one)"))
    try runs.write(shop.csv(of: 5), to: "orders-more.csv")
    #expect(
      try await refusal(text, Self.one, output: "out")?.message
        == Self.sentence(
          "together with other inputs or for another date",
          advice: "publish the night again with '--replace' and '--retract \"<reason>\"'"))
    let replacing = try await refusal(
      text, Self.one, output: "out", replaces: true, retraction: "the file came late")
    #expect(replacing?.message == nil)
    // What the planners have now may be given to them again, although it can be subtracted.
    #expect(
      try await refusal(NightlyShop.cells("again", files: "orders-*.csv"), Self.one, output: "x")
        == nil)
  }

  // MARK: Other ways to a publication

  @Test func mergedItemsAreAskedToo() async throws {
    try await runs.run(NightlyShop.cells("nightly"), Self.one)
    let apart = try runs.prepared(
      NightlyShop.cells("regions", group: "[day, region]"), Self.one, output: "other")
    let partials = runs.folder.appendingPathComponent("partials").path
    let planned = try apart.planItems()
    for item in planned.plan.items {
      _ = try await apart.executeItem(item.name, planFile: nil, partials: partials) { _ in }
    }
    var failure: RunFailure?
    do {
      _ = try await apart.mergeItems(partials: [partials])
    } catch {
      failure = error
    }
    #expect(failure?.message == Self.sentence("with another 'group'"))
  }

  @Test func adoptedRunsHaveReleasedWhatTheirPipelineSays() async throws {
    let text = NightlyShop.cells("nightly")
    try await runs.run(text, Self.one)
    for name in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(
        at: runs.folder.appendingPathComponent("state/ledger.sqlite\(name)"))
    }
    let adopting = try await runs.prepared(text, Self.two, adopts: true).execute()
    #expect(
      adopting.warnings == [
        "run '\(Self.one).nightly.1' was unknown to the ledger; it is adopted from its manifest",
        "whom a lost ledger had forgotten stands nowhere else: run 'sparsam forget' again for these "
          + "persons, or later runs bring their records back",
      ])
    let other = NightlyShop.cells("regions", group: "[day, region]")
    #expect(
      try await refusal(other, Self.one)?.message == Self.sentence("with another 'group'"))
    for name in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(
        at: runs.folder.appendingPathComponent("state/ledger.sqlite\(name)"))
    }
    let next = NightlyShop.date(5)
    try runs.write(shop.csv(of: 5), to: "orders-\(next).csv")
    let foreign = try await runs.prepared(
      NightlyShop.cells("other", audience: "buyers"), next, adopts: true
    ).execute()
    #expect(
      foreign.warnings.first
        == "run '\(Self.one).nightly.1' was unknown to the ledger; it is adopted from its manifest, and "
        + "what it released to whom is not known")
  }
}
