import Engine
import Foundation

/// One line on a terminal: how far a source is, how fast, how long it still takes.
final class ProgressLine {
  private let isShown: Bool
  private var source = ""
  private var started = Date()
  private var shownAt = Date.distantPast
  /// Characters that the line shown holds.
  private var length = 0

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: Run.Progress) {
    guard isShown else { return }
    let now = Date()
    if progress.source != source {
      source = progress.source
      started = now
    }
    guard now.timeIntervalSince(shownAt) > 0.2 else { return }
    shownAt = now
    let seconds = max(now.timeIntervalSince(started), 0.001)
    let rate = Double(progress.bytesRead) / seconds
    var line = "\(source): \(megabytes(Double(progress.bytesRead)))"
    if progress.bytesInAll > 0 {
      let left = Double(progress.bytesInAll - progress.bytesRead) / max(rate, 1)
      line += " of \(megabytes(Double(progress.bytesInAll)))"
      line += ", \(megabytes(rate))/s, \(Int(left.rounded(.up))) s left"
    } else {
      line += ", \(megabytes(rate))/s"
    }
    overwrite(line)
  }

  func clear() {
    if length > 0 {
      overwrite("")
      Console.control("\r")
    }
  }

  /// Writes blanks over what is left of the line before: no control sequence, for any terminal.
  private func overwrite(_ line: String) {
    let blanks = String(repeating: " ", count: max(0, length - line.count))
    Console.control("\r\(line)\(blanks)")
    length = line.count
  }

  private func megabytes(_ bytes: Double) -> String {
    "\((bytes / 100_000).rounded() / 10) MB"
  }
}
