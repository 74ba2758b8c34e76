/// Why no pipeline can be drafted from a file.
package struct DraftFault: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The system does not let it be read.
    case unreadable
    /// It holds nothing that could be looked at.
    case noSample
  }

  package var kind: Kind
  /// What is wrong and what to do: lower case, names in quotes, no full stop, no value.
  package var message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
