/// Rows of one batch as they lie in the file: whole compressed members, and what they hold.
package struct EncodedChunk: Sendable {
  /// What is left to know of a chunk once its bytes are written.
  package struct Summary: Hashable, Sendable {
    package var rowCount: Int

    package init(rowCount: Int) { self.rowCount = rowCount }
  }

  package var bytes: [UInt8]
  package var summary: Summary

  package init(bytes: [UInt8], summary: Summary) {
    self.bytes = bytes
    self.summary = summary
  }
}
