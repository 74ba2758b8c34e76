import Foundation
import Support
import Testing

/// A run that is killed at any moment leaves every dataset absent or complete, and a plain re-run
/// makes what the undisturbed run would have made.
///
/// The kills come from strace: SIGKILL at the n-th call of a system call.
@Suite struct KillTests {
  /// Calls in the order of publishing, each with the counts at which the run dies.
  private static let kills: [(call: String, counts: [Int])] = [
    ("renameat2", [1, 2, 3, 4]), ("rename", [1, 2, 3, 5]), ("fsync", [1, 4, 7, 9, 11, 13]),
    ("fdatasync", [1, 2, 3, 4, 6]), ("mkdir", [2, 5, 8]), ("pwrite64", [3, 12]),
    ("unlinkat", [1, 2]),
  ]

  private static let command = "sparsam run pipeline.yaml --input in --date 2026-04-30"

  /// Copies the sample case, with two outputs and its own key.
  private func shop() throws -> Scratch {
    let scratch = try Scratch()
    let source = RunCase.folder.appendingPathComponent("night-is-replaced")
    for name in ["pipeline.yaml", "in"] {
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(name),
        to: scratch.folder.appendingPathComponent(name))
    }
    let pipeline = scratch.folder.appendingPathComponent("pipeline.yaml")
    let text = try String(contentsOf: pipeline, encoding: .utf8)
    // A group table of the same source, so that more than one partition has to come.
    try Data(
      text.replacingOccurrences(
        of: "outputs:\n",
        with: """
          aggregates:
            days:
              from: orders
              group: [day]
              measure: {orders: count}
              k: {none: "a test"}
          outputs:
            planners: {audience: planners, may_use: [revenue], tables: [days], format: parquet}

          """
      ).utf8
    ).write(to: pipeline)
    let command = try String(
      contentsOf: source.appendingPathComponent("command"), encoding: .utf8)
    let key = command.components(separatedBy: "sparsam run")[0]
    #expect(try Program.shell(key, in: scratch.folder).status == 0)
    return scratch
  }

  /// What lies below out/, by path; and that no partition is there in part.
  private func published(_ scratch: Scratch) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let out = scratch.folder.appendingPathComponent("out")
    let walk = FileManager.default.enumerator(atPath: out.path)
    while let path = walk?.nextObject() as? String {
      guard !path.hasPrefix(".staging"),
        let bytes = try? Data(contentsOf: out.appendingPathComponent(path))
      else { continue }
      files[path] = bytes
    }
    return files
  }

  @Test(.enabled(if: Tools.runs("strace"), "strace, which kills the runs, is not installed"))
  func killedRunConverges() throws {
    let undisturbed = try shop()
    #expect(try Program.shell(Self.command, in: undisturbed.folder).status == 0)
    let whole = try published(undisturbed)
    #expect(whole.keys.filter { $0.hasSuffix("_SUCCESS") }.count == 2)
    var killed = 0
    for (call, counts) in Self.kills {
      for count in counts {
        let scratch = try shop()
        let place = "\(call) \(count)"
        _ = try Program.shell(
          "strace -f -qq -o trace -e trace=\(call) -e inject=\(call):signal=SIGKILL:when=\(count) "
            + Self.command + " || true", in: scratch.folder)
        let trace = try String(
          contentsOf: scratch.folder.appendingPathComponent("trace"), encoding: .utf8)
        if trace.contains("SIGKILL") { killed += 1 }
        for (path, bytes) in try published(scratch) where path.contains("/data/dt=") {
          #expect(whole[path] == bytes, "\(place): \(path)")
        }
        let again = try Program.shell(Self.command, in: scratch.folder)
        #expect(again.status == 0, "\(place): \(again.errors)")
        #expect(try published(scratch) == whole, "\(place)")
        let rows = try Program.shell(
          "sparsam runs --json | grep -c '\"state\": \"published\"'", in: scratch.folder)
        #expect(rows.output == "1\n", "\(place): one published row")
      }
    }
    #expect(killed >= 20, "only \(killed) runs were killed")
  }

  /// A commit whose synchronisation failed may stand all the same: then what it speaks of is there,
  /// and the next run finishes it.
  @Test(
    .enabled(
      if: Tools.runs("strace"), "strace, which makes a synchronisation fail, is not installed"))
  func aPreparationThatMayStandIsReadBack() throws {
    var finished = 0
    // One thread makes all the calls, for strace counts them by thread.
    for count in 1...6 {
      let scratch = try shop()
      let more = "; echo '2026-04-29T11:00:00,ida@shop.example,1.00' >> in/orders.csv"
      #expect(try Program.shell(Self.command + more, in: scratch.folder).status == 0)
      let run = try Program.shell(
        "strace -f -qq -o trace -e trace=fdatasync -e inject=fdatasync:error=EIO:when=\(count) "
          + Self.command + " --threads 1 --replace --retract 'a test'", in: scratch.folder)
      let runs = try Program.shell("sparsam runs --json", in: scratch.folder)
      guard run.status == 74, runs.output.contains("\"state\": \"prepared\"") else { continue }
      let again = try Program.shell(Self.command + " --verbose", in: scratch.folder)
      #expect(again.status == 0, "fdatasync \(count): \(again.errors)")
      if again.errors.contains("was cut off while it published; it is finished now") {
        finished += 1
      } else {
        Issue.record("fdatasync \(count): \(again.errors)")
      }
      let rows = try Program.shell("cat out/controlling/orders/data/*/*.csv", in: scratch.folder)
      #expect(rows.output.split(separator: "\n").count == 4, "fdatasync \(count)")
    }
    #expect(finished > 0, "no run was left prepared")
  }

  /// A disk that does not give back what was written is no leak, and the run says what it is.
  @Test(.enabled(if: Tools.runs("strace"), "strace, which makes a read fail, is not installed"))
  func whatCannotBeReadBackIsAnInputOutputError() throws {
    let scratch = try shop()
    let path = "out/.staging/2026-04-30.case.1/planners.days/part-00000.parquet"
    let run = try Program.shell(
      "strace -f -qq -o trace -P '\(scratch.folder.path)/\(path)' -e trace=pread64 "
        + "-e inject=pread64:error=EIO " + Self.command, in: scratch.folder)
    #expect(run.status == 74)
    #expect(run.errors.hasSuffix("sparsam: cannot read '\(path)': input/output error\n"))
    #expect(try published(scratch).isEmpty)
  }
}
