package import Records

/// A checked pipeline: everything a run needs, with all names resolved and all types known.
///
/// The compiler makes it only from a file without errors; the engine takes it as true.
package struct Plan: Sendable {
  package struct Controller: Hashable, Sendable {
    package var name: String
    package var contact: String
    package var officer: String?

    package init(name: String, contact: String, officer: String? = nil) {
      self.name = name
      self.contact = contact
      self.officer = officer
    }
  }

  package var name: String
  /// Part of every key's derivation.
  package var shop: String
  package var controller: Controller
  package var zone: Zone
  package var purposes: [PurposePlan]
  package var keys: [KeyPlan]
  package var sources: [SourcePlan]
  package var aggregates: [AggregatePlan]
  package var outputs: [OutputPlan]
  package var tests: [TestPlan]

  package init(
    name: String, shop: String, controller: Controller, zone: Zone, purposes: [PurposePlan],
    keys: [KeyPlan], sources: [SourcePlan], aggregates: [AggregatePlan], outputs: [OutputPlan],
    tests: [TestPlan]
  ) {
    self.name = name
    self.shop = shop
    self.controller = controller
    self.zone = zone
    self.purposes = purposes
    self.keys = keys
    self.sources = sources
    self.aggregates = aggregates
    self.outputs = outputs
    self.tests = tests
  }
}

/// When data of a retention class must be gone.
package struct RetentionPlan: Hashable, Sendable {
  package enum Start: String, CaseIterable, Sendable {
    /// The record's clock.
    case event
    /// The end of the event's year.
    case yearEnd = "year_end"
  }

  package var name: String
  package var starts: Start
  package var keep: CivilDate.Duration

  package init(name: String, starts: Start, keep: CivilDate.Duration) {
    self.name = name
    self.starts = starts
    self.keep = keep
  }

  /// Returns the last date on which an event of `date` may still be kept.
  package func end(for date: CivilDate) -> CivilDate {
    let start = starts == .event ? date : CivilDate(year: date.year, month: 12, day: 31)
    return start.adding(keep)
  }
}

package struct PurposePlan: Hashable, Sendable {
  package enum Basis: String, CaseIterable, Sendable {
    case consent, contract
    case legalObligation = "legal_obligation"
    case vitalInterest = "vital_interest"
    case publicTask = "public_task"
    case legitimateInterest = "legitimate_interest"
  }

  package var name: String
  package var why: String
  package var basis: Basis
  /// The law or the assessment that the basis needs.
  package var reference: String?
  package var retention: RetentionPlan

  package init(
    name: String, why: String, basis: Basis, reference: String?, retention: RetentionPlan
  ) {
    self.name = name
    self.why = why
    self.basis = basis
    self.reference = reference
    self.retention = retention
  }
}

package struct KeyPlan: Hashable, Sendable {
  package var name: String
  /// `nil` is `never`; `hour` does not occur.
  package var rotation: TimeUnit?
  /// How long after an epoch's end its secret stays, where stated.
  package var keep: CivilDate.Duration?

  package init(name: String, rotation: TimeUnit?, keep: CivilDate.Duration? = nil) {
    self.name = name
    self.rotation = rotation
    self.keep = keep
  }
}
