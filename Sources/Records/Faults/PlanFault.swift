/// Why the settings of a treatment cannot apply to a column; the compiler turns it into a
/// diagnostic.
package struct PlanFault: Error, Hashable, Sendable {
  /// What is wrong: lower case, names in quotes, no full stop.
  package var message: String
  /// What to do, or `nil` when the message says it all.
  package var fix: String?
  /// The setting concerned, as keys from the treatment's value down; empty for the whole.
  package var setting: [String]

  package init(_ message: String, fix: String? = nil, setting: [String] = []) {
    self.message = message
    self.fix = fix
    self.setting = setting
  }
}
