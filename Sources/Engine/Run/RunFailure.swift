package import Bytes

/// Why a run cannot go on, with the exit code that the command ends with.
///
/// Messages name what was attempted and where; they never hold a value of a record.
package struct RunFailure: Error, Hashable, Sendable {
  /// The exit codes of the command, after sysexits.h.
  package enum Code: Int32, Sendable {
    case done = 0
    case found = 1
    case usage = 64
    case badInput = 65
    case inputMissing = 66
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    case locked = 75
    case key = 77
    case pipeline = 78
  }

  package var code: Code
  /// What went wrong and what to do: lower case, names in quotes, no full stop.
  package var message: String
  /// What was done nevertheless, or noticed on the way, and will not be told of again.
  package var warnings: [String] = []

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package init(_ fault: SystemFault) {
    self.init(.inputOutput, fault.description)
  }
}
