import Foundation
package import Records

/// What a run is asked to do besides its pipeline.
package struct RunOptions: Sendable {
  package var input: String
  package var output: String
  package var state: String
  /// The run's date; `nil` is yesterday in the pipeline's timezone.
  package var date: CivilDate?
  package var threads: Int
  /// With the public key, for synthetic input only.
  package var isReplay: Bool
  /// Reads and counts everything, writes nothing.
  package var isDryRun: Bool
  /// How many bytes the aggregate tables of a run may take in memory.
  package var memory: Int
  /// Publishes a date again that is published from others; the old version goes as the new one
  /// comes.
  package var replaces: Bool
  /// Why cells that were released are released in another version.
  package var retraction: String?
  /// Writes down again what a lost ledger knew.
  package var adopts: Bool

  package init(
    input: String = ".", output: String = "out", state: String = "state", date: CivilDate? = nil,
    threads: Int = 0, isReplay: Bool = false, isDryRun: Bool = false, memory: Int? = nil,
    replaces: Bool = false, retraction: String? = nil, adopts: Bool = false
  ) {
    self.retraction = retraction
    self.replaces = replaces
    self.adopts = adopts
    self.input = input
    self.output = output
    self.state = state
    self.date = date
    self.threads = threads
    self.isReplay = isReplay
    self.isDryRun = isDryRun
    self.memory = memory ?? RunOptions.usualMemory
  }
}

extension RunOptions {
  /// A quarter of the machine's memory, 256 MiB at least.
  package static var usualMemory: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return max(machine / 4, 256 << 20)
  }

  /// The least that can be asked for: less would mean a file for every few records.
  package static let leastMemory = 1 << 20

  /// Returns the bytes that a size such as `256M` or `1G` stands for, or `nil` when it is none.
  ///
  /// A whole number, by itself or followed by `K`, `M` or `G` of 1024.
  package static func byteCount(ofSize text: String) -> Int? {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
      let number = Int(digits)
    else { return nil }
    let (size, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    return overflow || size < leastMemory ? nil : size
  }
}
