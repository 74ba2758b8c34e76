import Diagnostics
import Foundation
import Records

/// One compilation on its way: what was found so far, and the problems.
///
/// A class, because every section of the file adds to the same lists.
final class Compilation {
  let source: SourceText
  let kinds: [any TreatmentKind]
  var diagnostics: [Diagnostic] = []

  var zone = Zone.utc
  var retentions: [Named<RetentionPlan>] = []
  var purposes: [Named<PurposePlan>] = []
  var keys: [Named<KeyPlan>] = []
  var sources: [SourceModel] = []
  var aggregates: [AggregateModel] = []
  var outputs: [OutputModel] = []

  /// Names that are declared but could not be understood: using them is not reported again.
  var brokenRetentions: Set<String> = []
  var brokenPurposes: Set<String> = []
  var brokenKeys: Set<String> = []
  var brokenSources: Set<String> = []
  var brokenAggregates: Set<String> = []

  /// Where a source reads standard input, which carries no more than one.
  var standardInput: SourceRange?

  /// Mandatory sections that are not there, or not as a mapping.
  var absent: Set<String> = []

  var usedRetentions: Set<String> = []
  var usedPurposes: Set<String> = []
  var usedKeys: Set<String> = []

  init(source: SourceText, kinds: [any TreatmentKind]) {
    self.source = source
    self.kinds = kinds
  }

  /// A part of the plan and where its name stands.
  struct Named<Part> {
    var part: Part
    var range: SourceRange
  }

  // MARK: - Reporting

  func report(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange, label: String = "",
    notes: [Diagnostic.Note] = [], fix: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(code, message, at: range, label: label, notes: notes, fix: fix))
  }

  /// Reports a name that nothing of that sort has; the label offers the nearest one.
  ///
  /// Where the whole section is missing, that was reported, and its names are not.
  func reportUnknown(
    _ code: DiagnosticCode, _ message: String, name: String, at range: SourceRange,
    among candidates: [String], fix: String? = nil
  ) {
    if let section = Compilation.sections[code], absent.contains(section) { return }
    let label: String =
      if let nearest = Nearest.name(to: name, among: candidates) {
        "did you mean '\(nearest)'?"
      } else if candidates.isEmpty {
        ""
      } else if candidates.count <= 12 {
        "one of: \(candidates.joined(separator: ", "))"
      } else {
        ""
      }
    report(code, message, at: range, label: label, fix: fix)
  }

  private static let sections: [DiagnosticCode: String] = [
    .unknownSource: "sources", .unknownTable: "sources", .unknownPurpose: "purposes",
    .unknownRetention: "retention",
  ]

  // MARK: - The whole file

  func plan(from root: YAMLNode) -> Plan? {
    guard let top = keyed(root, .top, owner: "the pipeline", at: root.range) else { return nil }
    if let entry = top["sparsam"], let version = text(entry.value, of: "sparsam"), version != "1" {
      report(
        .unsupportedVersion, "version '\(version)' of the language is unknown",
        at: entry.value.range, label: "this program reads version 1", fix: "write  sparsam: 1")
    }
    let name = top["name"].flatMap { slug($0.value, of: "name") }
    let shop = top["shop"].flatMap { slug($0.value, of: "shop") }
    let controller = top["controller"].flatMap { self.controller($0) }
    if let entry = top["timezone"], let text = text(entry.value, of: "timezone") {
      if let zone = Zone(named: text) {
        self.zone = zone
      } else {
        report(
          .illegalValue, "timezone '\(text)' is unknown", at: entry.value.range,
          label: Nearest.name(to: text, among: TimeZone.knownTimeZoneIdentifiers)
            .map { "did you mean '\($0)'?" } ?? "an IANA name such as Europe/Berlin")
      }
    }
    for name in ["retention", "purposes", "sources"] where top[name]?.value.entries == nil {
      absent.insert(name)
    }
    if let entry = top["retention"] { bindRetention(entry) }
    if let entry = top["purposes"] { bindPurposes(entry) }
    if let entry = top["keys"] { bindKeys(entry) }
    if let entry = top["sources"] { bindSources(entry) }
    if let entry = top["aggregates"] { bindAggregates(entry) }
    if let entry = top["outputs"] { bindOutputs(entry) }
    let tests = top["tests"].map { bindTests($0) } ?? []
    checkUses(in: root)
    // Positions in the plan count on every source and aggregate being there.
    guard let name, let shop, let controller, sources.allSatisfy({ $0.plan != nil }),
      aggregates.allSatisfy({ $0.plan != nil })
    else { return nil }
    return Plan(
      name: name, shop: shop, controller: controller, zone: zone, purposes: purposes.map(\.part),
      keys: keys.map(\.part), sources: sources.compactMap(\.plan),
      aggregates: aggregates.compactMap(\.plan), outputs: outputs.map(\.plan), tests: tests)
  }

  private func controller(_ entry: YAMLNode.Entry) -> Plan.Controller? {
    guard
      let keys = keyed(entry.value, .controller, owner: "'controller'", at: entry.keyRange)
    else { return nil }
    let name = keys["name"].flatMap { text($0.value, of: "name") }
    let contact = keys["contact"].flatMap { text($0.value, of: "contact") }
    let officer = keys["officer"].flatMap { text($0.value, of: "officer") }
    guard let name, let contact else { return nil }
    return Plan.Controller(name: name, contact: contact, officer: officer)
  }
}
