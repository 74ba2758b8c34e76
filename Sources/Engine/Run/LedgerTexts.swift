import Ledger
import Pseudonymise
import Records

// Texts of the ledger that name an epoch or a day. One that names none is damage and stops whoever
// reads it: left out, its key would count as destroyed and its partition as one that is never due.

extension Epoch {
  /// Reads an epoch of a key as the ledger writes it.
  init(inLedger text: String, of key: String) throws(RunFailure) {
    guard let epoch = Epoch(text) else {
      throw RunFailure.unreadableInLedger("an epoch of key '\(key)'")
    }
    self = epoch
  }
}

extension LedgerRun {
  /// Its date.
  var day: CivilDate {
    get throws(RunFailure) {
      guard let day = CivilDate(date) else {
        throw RunFailure.unreadableInLedger("the date of run '\(name)'")
      }
      return day
    }
  }
}

extension LedgerPartition {
  /// Its date.
  var day: CivilDate { get throws(RunFailure) { try read(date, as: "the date") } }

  /// The last day on which it may lie there, where that is known.
  var lastDay: CivilDate? {
    get throws(RunFailure) {
      try deleteAfter.map { text throws(RunFailure) in try read(text, as: "the end") }
    }
  }

  /// The day of its earliest event, where that is known.
  var firstDay: CivilDate? {
    get throws(RunFailure) {
      try earliest.map { text throws(RunFailure) in try read(text, as: "the earliest day") }
    }
  }

  private func read(_ text: String, as what: String) throws(RunFailure) -> CivilDate {
    guard let day = CivilDate(text) else {
      throw RunFailure.unreadableInLedger("\(what) of partition '\(path)' of run '\(run)'")
    }
    return day
  }
}

extension RunFailure {
  fileprivate static func unreadableInLedger(_ what: String) -> RunFailure {
    RunFailure(
      .inputOutput,
      "the ledger is damaged: \(what) cannot be read; restore the state folder's ledger from a "
        + "backup")
  }
}
