import Foundation
import Support
import Testing

/// The short form of each campaign of `Tests/Torture`; `make torture` runs the long one.
///
/// A campaign breaks the world around whole runs of the program and holds every promise to it. Each
/// fails too when its negative control does not: a check that sees nothing proves nothing.
@Suite struct TortureTests {
  static let campaigns = [
    "kills", "faults", "short-calls", "full-disk", "small-files", "pairs", "crashes", "threads",
    "canaries", "giants", "durability", "network",
  ]

  @Test(arguments: campaigns)
  func promisesHold(_ campaign: String) throws {
    let scratch = try Scratch()
    let script = Program.root.appendingPathComponent("Tests/Torture/torture.py").path
    let folder = Program.folder.path
    let ending = try Program.shell(
      "PYTHONDONTWRITEBYTECODE=1 python3 '\(script)' --program '\(folder)/sparsam' "
        + "--samples '\(folder)/samples' \(campaign)", in: scratch.folder)
    if ending.status == Self.skipped {
      // A case that is cancelled is told as passed: only this says that it has not run.
      return print(ending.output)
    }
    // The figure is kept with the test.
    Attachment.record(ending.output, named: "\(campaign).txt")
    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
  }

  /// How the script ends when its campaign cannot run here, and has said why.
  private static let skipped: Int32 = 77

  /// Of a campaign that nobody can run it is not said that it passed.
  @Test func whatDidNotRunHasNotPassed() throws {
    let scratch = try Scratch()
    let script = Program.root.appendingPathComponent("Tests/Torture/torture.py").path
    let ending = try Program.shell(
      "PYTHONDONTWRITEBYTECODE=1 python3 '\(script)' --program x --samples x --count 0 kills",
      in: scratch.folder)
    #expect(ending.status == Self.skipped)
    #expect(
      ending.output
        == "kills: skipped: only in the long form\n0 passed, 0 failed, 1 skipped\n")
  }

  @Test func everyCampaignHasAShortFormHere() throws {
    let script = Program.root.appendingPathComponent("Tests/Torture/torture.py")
    let text = try String(contentsOf: script, encoding: .utf8)
    let names = text.matches(of: /\n    "([a-z-]+)": \(/).map { String($0.output.1) }
    // A cut of the power needs a file system of its own for every trial: long form only.
    #expect(Set(names).subtracting(Self.campaigns) == ["power-cut"])
  }
}
