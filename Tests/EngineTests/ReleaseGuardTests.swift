import Engine
import Foundation
import Ledger
import PipelineFile
import Records
import Testing

/// What may follow a release to the same audience, over inputs that it shares.
@Suite struct ReleaseGuardTests {
  /// A release by the pipeline `shop` of 1 May, changed by the test.
  private func release(
    kind: ReleaseDefinition.Kind = .cells, isProtected: Bool = true, group: String = "day",
    filter: String = "", lists: [String: Set<String>] = [:], rule: String = "k",
    records: String = "",
    measures: String = "lines", inputs: Set<String> = ["one"], pipeline: String = "shop",
    date: String = "2026-05-01", run: String = "2026-05-01.shop.2", retraction: String? = nil,
    admission: TableRelease.Admission = .window, forgotten: String = ""
  ) -> TableRelease {
    TableRelease(
      audience: "finance", inputs: inputs,
      definition: ReleaseDefinition(
        kind: kind, isProtected: isProtected, records: records, group: group, filter: filter,
        lists: lists, rule: rule, measures: measures
      ).digested,
      pipeline: pipeline, date: date, output: "controlling", table: "regions", run: run,
      retraction: retraction, admission: admission, forgotten: forgotten)
  }

  private func past(_ release: TableRelease) throws -> PastRelease {
    let entry = try #require(release.entries.first)
    return try #require(PastRelease(entry))
  }

  /// The earlier release.
  private func first(
    _ change: (ReleaseGuardTests) -> TableRelease = { $0.release(run: "2026-05-01.shop.1") }
  ) throws -> PastRelease { try past(change(self)) }

  @Test func theSameAgainIsNoNews() throws {
    let earlier = try first()
    #expect(ReleaseGuard.refusal(of: release(), after: earlier) == nil)
    #expect(ReleaseGuard.refusal(of: release(measures: "revenue"), after: earlier) == nil)
    #expect(ReleaseGuard.refusal(of: release(pipeline: "other"), after: earlier) == nil)
  }

  @Test func anotherDefinitionIsRefused() throws {
    let earlier = try first()
    func refusal(_ new: TableRelease) -> ReleaseGuard.Refusal? {
      ReleaseGuard.refusal(of: new, after: earlier)
    }
    #expect(refusal(release(group: "day, region")) == .conflict(.group))
    #expect(refusal(release(filter: "country")) == .conflict(.filter))
    #expect(refusal(release(rule: "k 20")) == .conflict(.rule))
    #expect(refusal(release(records: "with consent")) == .conflict(.records))
    #expect(refusal(release(isProtected: false, rule: "")) == .conflict(.rule))
    #expect(refusal(release(kind: .rows, isProtected: false)) == .conflict(.besideRows))
    #expect(refusal(release(kind: .persons)) == .conflict(.besideRows))
  }

  @Test func otherInputsBesidesAreRefused() throws {
    let earlier = try first()
    for new in [
      release(inputs: ["one", "two"]), release(date: "2026-05-02"),
      release(inputs: ["one", "two"], pipeline: "monthly"),
    ] {
      #expect(ReleaseGuard.refusal(of: new, after: earlier) == .inputs)
    }
  }

  @Test func disjointPartsMayFollow() throws {
    let earlier = try first {
      $0.release(filter: "DE", lists: ["country": ["DE"]], run: "2026-05-01.shop.1")
    }
    let new = release(
      group: "region", filter: "AT", lists: ["country": ["AT", "CH"]], inputs: ["one", "two"])
    #expect(ReleaseGuard.refusal(of: new, after: earlier) == nil)
    let same = release(group: "region", filter: "DE, AT", lists: ["country": ["DE", "AT"]])
    #expect(ReleaseGuard.refusal(of: same, after: earlier) == .conflict(.group))
  }

  @Test func whoWasForgottenIsTheDifference() throws {
    func refusal(_ new: TableRelease, _ earlier: PastRelease) -> ReleaseGuard.Refusal? {
      ReleaseGuard.isKnown(new, from: earlier)
        ? nil : ReleaseGuard.refusal(of: new, after: earlier)
    }
    let before = try first()
    let after = try first { $0.release(run: "2026-05-01.shop.1", forgotten: "somebody") }
    #expect(refusal(release(pipeline: "other", forgotten: "somebody"), before) == .forgotten)
    #expect(refusal(release(pipeline: "other", forgotten: "two"), after) == .forgotten)
    #expect(refusal(release(pipeline: "other"), after) == .forgotten)
    #expect(refusal(release(pipeline: "other", forgotten: "somebody"), after) == nil)
    #expect(refusal(release(retraction: "why", forgotten: "somebody"), before) == nil)
    let state = try first { $0.release(run: "2026-05-01.shop.1", admission: .state) }
    let later = release(date: "2026-05-02", admission: .state, forgotten: "somebody")
    #expect(refusal(later, state) == nil)
  }

  /// Of one run: two sources that read the same files the same way are held to the table of one.
  @Test func sourcesOfOneFileAreOne() throws {
    func refusal(_ change: (inout TableRelease) -> Void) -> String? {
      var one = release(inputs: ["a", "b"])
      one.source = "orders"
      one.conditions = [.init(path: "event", values: ["buy"])]
      var other = release(inputs: ["a", "b"])
      other.source = "again"
      change(&other)
      do {
        try ReleaseGuard.check([one, other], against: nil)
        return nil
      } catch {
        return (error as? RunFailure)?.message
      }
    }
    let group = release(group: "week").definition
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.definition = group }?.contains("with another 'group'") == true)
    let inputs = try #require(refusal { $0.inputs = ["a"] })
    #expect(inputs.contains("together with other inputs"))
    // Another night cannot mend what one run has in it.
    #expect(inputs.hasSuffix("take the same definition and inputs, or name another audience"))
    #expect(refusal { ($0.definition, $0.inputs) = (group, ["c"]) } == nil)
    #expect(refusal { ($0.definition, $0.each) = (group, "items") } == nil)
    #expect(refusal { ($0.definition, $0.audience) = (group, "shop") } == nil)
    #expect(refusal { ($0.definition, $0.source) = (group, "orders") } == nil)
    let views = TableRelease.SourceCondition(path: "event", values: ["view"])
    #expect(refusal { ($0.definition, $0.conditions) = (group, [views]) } == nil)
    let both = TableRelease.SourceCondition(path: "event", values: ["view", "buy"])
    #expect(refusal { ($0.definition, $0.conditions) = (group, [both]) } != nil)
  }

  @Test func rowsLeaveFromOnePipeline() throws {
    let earlier = try first {
      $0.release(kind: .rows, isProtected: false, run: "2026-05-01.shop.1")
    }
    let other = release(kind: .rows, isProtected: false, pipeline: "crm", run: "2026-05-01.crm.1")
    #expect(ReleaseGuard.refusal(of: other, after: earlier) == .rows)
    let own = release(kind: .rows, isProtected: false, group: "day, page")
    #expect(ReleaseGuard.refusal(of: own, after: earlier) == nil)
    #expect(ReleaseGuard.refusal(of: release(), after: earlier) == .conflict(.besideRows))
  }

  @Test func aRetractedNightMayBeReplaced() throws {
    let earlier = try first()
    let new = release(group: "region", retraction: "the shop sent the wrong file")
    #expect(ReleaseGuard.refusal(of: new, after: earlier) == nil)
    // Of another pipeline's night other inputs are excused, another definition is not.
    let beside = release(inputs: ["one", "two"], pipeline: "other", retraction: "wrong file")
    #expect(ReleaseGuard.refusal(of: beside, after: earlier) == nil)
    let cut = release(group: "region", pipeline: "other", retraction: "wrong file")
    #expect(ReleaseGuard.refusal(of: cut, after: earlier) == .conflict(.group))
    // Only its own night is retracted.
    let other = release(group: "region", date: "2026-05-02", retraction: "wrong file")
    #expect(ReleaseGuard.refusal(of: other, after: earlier) == .conflict(.group))
  }

  @Test func aLedgerRemembersWhatItIsTold() throws {
    let one = release(
      lists: ["country": ["DE"]], inputs: ["one", "two"], retraction: "the wrong file")
    #expect(one.entries.map(\.input) == ["one", "two"])
    #expect(Set(one.entries.map(\.definitionDigest)).count == 1)
    #expect(one.entries[0].definition.contains("\"retract\":\"the wrong file\""))
    let back = try past(one)
    #expect(back.definition == one.definition)
    #expect(back.inputsDigest == one.inputsDigest)
    #expect((back.pipeline, back.date) == ("shop", "2026-05-01"))
    var rubbish = one.entries[0]
    rubbish.definition = "{}"
    #expect(PastRelease(rubbish) == nil)
    #expect(
      RunFailure.unreadableRelease(rubbish).message
        == "the ledger's entry of what run '2026-05-01.shop.2' released as 'controlling/regions' "
        + "cannot be read; restore the ledger from a backup")
  }

  @Test func namesTheOtherRelease() throws {
    func message(_ refusal: ReleaseGuard.Refusal, _ new: TableRelease) throws -> String {
      RunFailure.refused(new, refusal, after: try first()).message
    }
    let head =
      "table 'controlling/regions' would give 'finance' inputs that it has from "
      + "'controlling/regions' of pipeline 'shop', run '2026-05-01.shop.1', "
    let tail = ": one less the other could show single persons; nothing was published; "
    let usual = "take the same definition and inputs, or name another audience"
    let sentences: [(ReleaseGuard.Refusal, String)] = [
      (.conflict(.besideRows), "where rows or persons show what 'k' suppresses"),
      (.conflict(.persons), "also one row a person"), (.conflict(.group), "with another 'group'"),
      (.conflict(.filter), "with another 'where'"), (.conflict(.rule), "with another 'k'"),
      (.conflict(.records), "from other records"), (.rows, "also as rows, which line up"),
    ]
    for (refusal, words) in sentences {
      #expect(try message(refusal, release()) == head + words + tail + usual)
    }
    let inputs = "together with other inputs or for another date"
    #expect(
      try message(.inputs, release(date: "2026-05-02")) == head + inputs + tail + usual)
    #expect(
      try message(.inputs, release()) == head + inputs + tail
        + "publish the night again with '--replace' and '--retract \"<reason>\"'")
    #expect(
      try message(.forgotten, release(pipeline: "other")) == head
        + "without persons who were forgotten since" + tail + usual)
    #expect(RunFailure.refused(release(), .rows, after: try first()).code == .badInput)
  }

  @Test func aReplacedNightNeedsAReason() {
    let failure = RunFailure.needsRetraction("controlling/regions", date: "2026-05-01")
    #expect(failure.code == .usage)
    #expect(
      failure.message
        == "'--replace' on the group table 'controlling/regions' of 2026-05-01 needs '--retract "
        + "\"<reason>\"': its cells were released, and the difference to new ones can show single "
        + "persons")
  }
}
