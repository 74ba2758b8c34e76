import Engine
import Foundation
import Ledger
import Records
import Testing

/// What is published of a person is found, removed, and does not come back.
@Suite struct PersonRightsTests {
  private static let days = CustomerNights.days
  private static let anna = CustomerNights.anna

  @Test(arguments: [
    ["csv", "none"], ["csv", "gzip"], ["csv", "small"], ["ndjson", "zstd"], ["ndjson", "none"],
    ["parquet", "zstd"], ["parquet", "gzip"], ["parquet", "none"],
  ])
  func forgottenRowsAreGoneFromEveryFormat(_ format: [String]) async throws {
    let pipeline = CustomerNights.pipeline(format[0], format[1])
    let shop = try await CustomerNights.shop(pipeline)
    let other = try await CustomerNights.shop(pipeline, without: ["anna"], like: shop)
    let persons = try AskingPerson.all(in: Self.anna)
    let answer = try await shop.rights().forget(persons)
    #expect(answer.places.map(\.rows.count) == [3, 3, 3, 1, 1, 1])
    // Four others had three lines, and one of them alone would be too few. Those four held back
    // alone would be too few as well, so the twenty with one line go too: as in a night without
    // her.
    #expect(answer.places.map(\.companions) == [0, 0, 0, 24, 24, 24])
    for day in Self.days {
      for table in ["desk/orders", "crm/customers"] {
        #expect(try shop.data(table, day) == other.data(table, day), "\(table) \(day)")
      }
    }
    #expect(try shop.rights().locate(persons).places.isEmpty)
    // What ledger, package and files say agrees: nothing is unknown, nothing is new.
    #expect(try await shop.run("2026-05-01").manifest == nil)
  }

  @Test func locateTellsRowsAndWhatCannotBeAnswered() async throws {
    let shop = try await CustomerNights.shop()
    _ = try KeyKeeping(state: shop.path("state"), plans: []).destroy(
      "shopper", "m2026-06", confirms: true)
    let answer = try shop.rights().locate(try AskingPerson.all(in: Self.anna))
    #expect(
      answer.places.map { "\($0.output)/\($0.table) \($0.date) \($0.rows)" } == [
        "desk/orders 2026-05-01 [11, 12, 13]", "desk/orders 2026-05-02 [11, 12, 13]",
        "crm/customers 2026-05-01 [\(answer.places[2].rows[0])]",
        "crm/customers 2026-05-02 [\(answer.places[3].rows[0])]",
        "crm/customers 2026-06-01 [\(answer.places[4].rows[0])]",
      ])
    #expect(
      answer.limits == [
        "'desk/days' holds cells of many persons: what is published of them cannot be undone",
        "the secret of key 'shopper', epoch 'm2026-06', is destroyed: in its rows nobody can be "
          + "identified (Art. 11(2) GDPR)",
      ])
  }

  /// A ledger that does not know all that lies there cannot answer for it.
  @Test func anOlderLedgerAndAnotherFolderAreSaid() async throws {
    let shop = try await CustomerNights.shop(days: ["2026-05-01"])
    let persons = try AskingPerson.all(in: Self.anna)
    let files = FileManager.default
    let kept = shop.path("kept.sqlite")
    try files.copyItem(atPath: shop.path("state/ledger.sqlite"), toPath: kept)
    try shop.put("orders-2026-05-02.csv", CustomerNights.raw("2026-05-02"))
    _ = try await Run(
      plan: shop.plan, pipelineText: shop.pipeline,
      options: RunOptions(
        input: shop.path("in"), output: shop.path("elsewhere"), state: shop.path("state"),
        date: CivilDate("2026-05-02"), threads: 1)
    ).execute()
    let other = URL(fileURLWithPath: shop.path("elsewhere")).resolvingSymlinksInPath().path
    #expect(
      try shop.rights().locate(persons).limits.contains(
        "runs of this pipeline have published in '\(other)' too: ask with '--output \(other)' as well"
      ))
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
      try? files.removeItem(atPath: shop.path("state/\(name)"))
    }
    try files.copyItem(atPath: kept, toPath: shop.path("state/ledger.sqlite"))
    let unknown = RunFailure(
      .inputOutput,
      "the ledger '\(shop.path("state/ledger.sqlite"))' does not know run '2026-05-02.shop.1' in "
        + "'\(shop.path("state/runs"))': it was lost or is an older one, or what lies there was "
        + "restored or copied; restore what belongs together, or say '--adopt' to a run to write down "
        + "again what manifests and output still tell")
    #expect(throws: unknown) { try shop.rights().locate(persons) }
    await #expect(throws: unknown) { _ = try await shop.rights().forget(persons) }
    let expiry = Expiry(
      plan: try shop.plan, input: shop.path("in"), output: shop.path("out"),
      state: shop.path("state"))
    #expect(throws: unknown) {
      try expiry.expire(today: #require(CivilDate("2026-06-01")), confirms: false)
    }
  }

  @Test func tuplesAreFoundByAllTheirParts() async throws {
    let shop = try await CustomerNights.shop()
    let rights = try shop.rights()
    let one = try rights.locate(try AskingPerson.all(in: "ip 192.0.2.7"))
    #expect(
      one.places.isEmpty
        && one.limits.contains(
          "column 'visit' of 'desk/orders' joins ip, user_agent: give all of them in one JSON object "
            + "to have it searched")
    )
    let both = try rights.locate(
      try AskingPerson.all(in: "{\"ip\": \"::ffff:192.0.2.7\", \"user_agent\": \"often-2\"}"))
    #expect(both.places.map(\.rows.count) == [3, 3, 3])
    #expect(
      both.limits.contains(
        "no column of 'crm/customers' holds a pseudonym of what was given: in it the person cannot be "
          + "identified (Art. 11(2) GDPR)"))
  }

  /// Neither a later night of the epoch nor the same night again brings the person back.
  @Test func forgottenPersonsDoNotComeBack() async throws {
    let shop = try await CustomerNights.shop()
    _ = try await shop.rights().forget(try AskingPerson.all(in: Self.anna))
    let before = try shop.data("desk/orders", "2026-05-02")
    let replaced = try await shop.run("2026-05-02", replaces: true)
    let counts = try #require(replaced.manifest?.sources[0].counts)
    #expect(counts.noConsent == 3 && counts.kept == 32 && counts.isConserved)
    #expect(try shop.data("desk/orders", "2026-05-02") == before)
    try shop.put("orders-2026-05-03.csv", CustomerNights.raw("2026-05-03"))
    try await shop.run("2026-05-03")
    #expect(try shop.rights().locate(try AskingPerson.all(in: Self.anna)).places.isEmpty)
    // In an epoch that has its key since, the person is a new one.
    try shop.put("orders-2026-07-01.csv", CustomerNights.raw("2026-07-01"))
    try await shop.run("2026-07-01")
    #expect(try shop.rights().locate(try AskingPerson.all(in: Self.anna)).places.count == 2)
  }

  /// A person who was forgotten is dropped also where an objection has taken the identifier away,
  /// and where no table needs the column that tells whose the record is.
  @Test func forgottenPersonsAreKnownBeforeTheirColumnsAreLost() async throws {
    let shop = try await CustomerNights.shop()
    _ = try await shop.rights().forget(try AskingPerson.all(in: Self.anna))
    shop.pipeline = shop.pipeline
      .replacingOccurrences(
        of: "keys:\n",
        with:
          "  counting: {why: count, basis: legitimate_interest, assessment: LIA-2, retention: long}\nkeys:\n"
      )
      .replacingOccurrences(
        of: "number: {type: int, for: revenue}",
        with: "number: {type: int, for: [revenue, counting]}"
      )
      .replacingOccurrences(
        of: "    fields:\n",
        with: "    objections: [{files: no.txt, type: email, purposes: revenue}]\n    fields:\n"
      )
      .replacingOccurrences(
        of: "may_use: [revenue], tables: [{orders: [number, buyer, note, visit]}, days]",
        with: "may_use: [revenue, counting], tables: [{orders: [number, note]}]"
      )
      .replacingOccurrences(of: "tables: [customers]", with: "tables: [days]")
    try shop.put("no.txt", "anna@shop.example\nonce-1@shop.example\n")
    try shop.put("orders-2026-05-04.csv", CustomerNights.raw("2026-05-04"))
    let report = try await shop.run("2026-05-04")
    let counts = try #require(report.manifest?.sources[0].counts)
    #expect(counts.noConsent == 3 && counts.kept == 32 && counts.isConserved)
  }

  /// A partition that was changed since is not published again as if it were the run's.
  @Test func aChangedPartitionIsNotWrittenAnew() async throws {
    let shop = try await CustomerNights.shop()
    let file = "out/desk/orders/data/dt=2026-05-02/part-00000.csv"
    let good = try shop.text(file)
    let changed = good.replacing(",plain,", with: ",x@y.example,", maxReplacements: 1)
    #expect(changed != good)
    try Data(changed.utf8).write(to: URL(fileURLWithPath: shop.path(file)))
    var failure: RunFailure?
    do {
      _ = try await shop.rights().forget(try AskingPerson.all(in: Self.anna))
    } catch {
      failure = error as? RunFailure
    }
    #expect(failure?.code == .badInput)
    #expect(
      failure?.message
        == "the published file '\(shop.path(file))' is not as run '2026-05-02.shop.1' has left it; "
        + "nothing was changed; restore it, or publish 2026-05-02 again with '--replace'")
    #expect(try shop.text(file) == changed)
    #expect(throws: try #require(failure)) {
      try shop.rights().locate(AskingPerson.all(in: Self.anna))
    }
    // A partition that is gone, or behind a link, cannot be answered for either.
    let place = shop.path("out/desk/orders/data/dt=2026-05-02")
    try FileManager.default.moveItem(atPath: place, toPath: shop.path("disk"))
    #expect(
      throws: RunFailure(
        .inputOutput,
        "the partition '\(place)' of run '2026-05-02.shop.1' is gone; restore it, or publish 2026-05-02 "
          + "again; then ask once more")
    ) { try shop.rights().locate(AskingPerson.all(in: Self.anna)) }
    try FileManager.default.createSymbolicLink(
      atPath: place, withDestinationPath: shop.path("disk"))
    let link = RunFailure(
      .inputOutput,
      "'\(place)' is a link, and what lies behind it would stay; put the folder itself there")
    await #expect(throws: link) {
      _ = try await shop.rights().forget(AskingPerson.all(in: Self.anna))
    }
    let expiry = Expiry(
      plan: try shop.plan, input: shop.path("in"), output: shop.path("out"),
      state: shop.path("state"))
    #expect(throws: link) {
      try expiry.expire(today: #require(CivilDate("2060-01-01")), confirms: true)
    }
    try FileManager.default.removeItem(atPath: place)
    try FileManager.default.moveItem(atPath: shop.path("disk"), toPath: place)
    // Nor can a file that only a link leads to, be it the same.
    try FileManager.default.moveItem(atPath: shop.path(file), toPath: shop.path("disk"))
    try FileManager.default.createSymbolicLink(
      atPath: shop.path(file), withDestinationPath: shop.path("disk"))
    #expect(
      throws: RunFailure(
        .inputOutput, "cannot open '\(shop.path(file))': it is a symbolic link")
    ) { try shop.rights().locate(AskingPerson.all(in: Self.anna)) }
    try FileManager.default.removeItem(atPath: shop.path(file))
    try FileManager.default.moveItem(atPath: shop.path("disk"), toPath: shop.path(file))
    // Once it is mended, all dates are rewritten.
    try Data(good.utf8).write(to: URL(fileURLWithPath: shop.path(file)))
    let persons = try AskingPerson.all(in: Self.anna)
    let rest = try await shop.rights().forget(persons)
    #expect(Set(rest.places.map(\.date)) == ["2026-05-01", "2026-05-02", "2026-06-01"])
    #expect(try shop.rights().locate(persons).places.isEmpty)
    let report = try await PublishedCheck(
      folder: shop.path("out"), date: CivilDate("2026-06-02"), threads: 1
    ).report()
    #expect(report.findings.isEmpty && report.notes.isEmpty)
    // What keeps small classes out is still said of the table of persons.
    #expect(try shop.text("out/crm/customers/datapackage.json").contains("\"small_cells\""))
  }

  /// A removal that was begun in one folder is not done because another folder's rows are gone.
  @Test func aRemovalIsDoneInItsFolderAlone() async throws {
    let shop = try await CustomerNights.shop(days: ["2026-05-01"])
    try await shop.run("2026-05-01", output: "other")
    let persons = try AskingPerson.all(in: Self.anna)
    await #expect(throws: RunFailure.self) {
      _ = try await shop.rights(Cut(after: 2)).forget(persons)
    }
    let other = PersonRights(
      plan: try shop.plan, pipelineText: shop.pipeline, output: shop.path("other"),
      state: shop.path("state"))
    _ = try await other.forget(persons)
    func unfinished(_ output: String) throws -> Int {
      let folder = URL(fileURLWithPath: shop.path(output)).resolvingSymlinksInPath().path
      return try Ledger(path: shop.path("state/ledger.sqlite"))
        .unfinishedDeletions(.person, in: folder).count
    }
    #expect(try unfinished("other") == 0)
    #expect(try unfinished("out") == 2)
    _ = try await shop.rights().forget(persons)
    #expect(try unfinished("out") == 0)
  }

  /// Cut off between any two steps, the next request, whosever it is, finishes what was begun.
  @Test(arguments: [false, true])
  func forgettingConvergesWhereverItIsCutOff(aNightComesBetween: Bool) async throws {
    let whole = try await CustomerNights.shop()
    let steps = Cut(after: .max)
    _ = try await whole.rights(steps).forget(try AskingPerson.all(in: Self.anna))
    #expect(steps.taken.count == 1 + 3 * 4)
    for count in 1...steps.taken.count where aNightComesBetween || count % 2 == 1 {
      let shop = try ShopNight(CustomerNights.pipeline())
      try shop.takeKeys(of: whole)
      for day in Self.days {
        try shop.put("orders-\(day).csv", CustomerNights.raw(day))
        try await shop.run(day)
      }
      await #expect(throws: RunFailure.self) {
        try await shop.rights(Cut(after: count)).forget(try AskingPerson.all(in: Self.anna))
      }
      if aNightComesBetween {
        try shop.put("orders-2026-06-02.csv", CustomerNights.raw("2026-06-02"))
        try await shop.run("2026-06-02")
      }
      _ = try await shop.rights().forget(try AskingPerson.all(in: "email nobody@shop.example"))
      for day in Self.days {
        for table in ["desk/orders", "crm/customers"] {
          #expect(
            try shop.data(table, day) == whole.data(table, day),
            "\(table) \(day), cut off after '\(steps.taken[count - 1])' (\(count))")
        }
      }
      let staging = shop.path("out/.staging")
      #expect(!FileManager.default.fileExists(atPath: staging))
    }
  }
}

/// Who goes with a person who leaves a table of persons.
@Suite struct RemainingPersonsTests {
  private func rest(
    _ classes: [UInt128], without gone: Set<Int>, heldBack: Int = 0
  ) -> RemainingPersons {
    RemainingPersons(classes: classes, without: gone, least: 3, heldBack: heldBack)
  }

  @Test func largeClassesStay() {
    let rest = rest([1, 1, 1, 1, 2, 2, 2], without: [1])
    #expect(rest.companions.isEmpty && rest.heldBack == 0)
  }

  @Test func theSmallestOtherClassCoversTwoWhoWouldStandOut() {
    let rest = rest([1, 2, 1, 2, 1, 2, 2, 3, 3, 3], without: [1])
    #expect(rest.companions == [3, 5, 8, 9, 10] && rest.heldBack == 5)
  }

  @Test func whoIsHeldBackAlreadyCovers() {
    let rest = rest([1, 2, 1, 2, 1, 2], without: [1], heldBack: 3)
    #expect(rest.companions == [3, 5] && rest.heldBack == 5)
  }

  @Test func ofEqualClassesTheFirstGoes() {
    let rest = rest([9, 1, 9, 1, 9, 1, 5, 5, 5], without: [7])
    #expect(rest.companions == [8, 9, 1, 3, 5])
  }
}

/// Who is asked for comes on standard input, and is never repeated.
@Suite struct AskingPersonTests {
  @Test(arguments: [
    (
      "",
      "standard input names nobody; write one identifier a line, such as 'email' and the address, "
        + "or a JSON object"
    ),
    (
      "\n  \n",
      "standard input names nobody; write one identifier a line, such as 'email' and the "
        + "address, or a JSON object"
    ),
    (
      "email a@x.example\nanna@x.example",
      "line 2 of standard input is no type and value apart by "
        + "blanks, and no JSON object of texts by type, each once; types are those of the pipeline, "
        + "such as email or phone"
    ),
    (
      #"{"email": "a@x.example", "email": "b@x.example"}"#,
      "line 1 of standard input is no type and value apart by blanks, and no JSON "
        + "object of texts by type, each once; types are those of the pipeline, such as email or phone"
    ),
    (
      "{\"email\": 7}",
      "line 1 of standard input is no type and value apart by blanks, and no JSON "
        + "object of texts by type, each once; types are those of the pipeline, such as email or phone"
    ),
    (
      "mail a@x.example",
      "line 1 of standard input is no type and value apart by blanks, and no JSON "
        + "object of texts by type, each once; types are those of the pipeline, such as email or phone"
    ),
    ("phone\t12", "line 1 of standard input holds no phone"),
  ])
  func unreadableLinesAreRefusedWithoutBeingRepeated(_ text: String, _ sentence: String) {
    #expect(throws: RunFailure(.usage, sentence)) { try AskingPerson.all(in: text) }
  }

  /// Colons, quotes and backslashes of a value make no member.
  @Test func membersAreCountedOutsideOfTexts() throws {
    let line = #"{"account": "a:\\", "user_agent": "x \": \"y\": z", "order": ":"}"#
    #expect(try AskingPerson.all(in: line).count == 1)
  }
}
