import GRDB

/// Why the ledger cannot be used; the run stops.
///
/// It names the file and what is wrong, never a statement's arguments.
package struct LedgerFault: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case missing
    case notAFile
    case cannotOpen
    /// Its pages or its structure are not those of a ledger.
    case damaged
    /// A later version of the program has written it.
    case newer
    case full
    case busy
    /// The system could not read or write it, with SQLite's number.
    case inputOutput(code: Int32)
    /// What was to be written contradicts what is written; a mistake of the program.
    case contradiction(String)
  }

  package var reason: Reason
  /// The file.
  package var path: String

  package init(_ reason: Reason, _ path: String) {
    self.reason = reason
    self.path = path
  }

  /// Takes from a foreign error its number only.
  init(_ error: any Error, _ path: String) {
    self.path = path
    guard let error = error as? DatabaseError else {
      reason = .contradiction("what is stored cannot be read")
      return
    }
    reason =
      switch error.resultCode {
      case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .damaged
      case .SQLITE_FULL: .full
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH: .cannotOpen
      case .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_NOLFS:
        .inputOutput(code: error.extendedResultCode.rawValue)
      case .SQLITE_CONSTRAINT: .contradiction("an entry breaks a rule of its table")
      default: .contradiction("SQLite answers \(error.extendedResultCode.rawValue)")
      }
  }
}

extension LedgerFault {
  /// Whether the program is at fault, not the machine or the file.
  package var isInternal: Bool {
    if case .contradiction = reason { return true }
    return false
  }

  /// Whether what was to be written may stand all the same: a commit whose synchronisation failed
  /// lies in the journal, and whoever opens it next finds it there or not.
  package var leavesOutcomeOpen: Bool {
    if case .inputOutput = reason { return true }
    return false
  }
}

extension LedgerFault: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .missing: "there is no ledger '\(path)'"
    case .notAFile:
      "the ledger '\(path)' is not a regular file; put the file itself there"
    case .cannotOpen:
      "cannot open the ledger '\(path)'; it and its folder must be this user's own and writable"
    case .damaged:
      "the ledger '\(path)' is damaged; restore the state folder's ledger from a backup: it knows "
        + "which inputs were read and which keys were destroyed, so nothing is begun anew"
    case .newer:
      "the ledger '\(path)' was written by a newer version of this program; use that one"
    case .full: "cannot write the ledger '\(path)': no space left on device"
    case .busy:
      "the ledger '\(path)' is in use by another program; wait for its end and start again"
    case .inputOutput(let code):
      "cannot read or write the ledger '\(path)': input/output error (SQLite \(code))"
    case .contradiction(let flaw): "the ledger '\(path)' refuses an entry: \(flaw)"
    }
  }
}
