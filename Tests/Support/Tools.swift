package import Foundation

/// Tools of others that some tests call; `make test-tools` and `make torture-tools` install them.
///
/// Where one is missing its tests are skipped, and say so. With SPARSAM_REQUIRE_ALL=1, as `.ci/run`
/// sets it behind those targets, they run all the same and fail.
package enum Tools {
  package static let areRequired =
    ProcessInfo.processInfo.environment["SPARSAM_REQUIRE_ALL"] == "1"

  /// The Python that has pyarrow, DuckDB, Polars and pandas.
  package static let python = Program.root.appendingPathComponent(".build/venv/bin/python")

  /// Whether the tests that call `python` run.
  package static let runPython =
    areRequired || FileManager.default.isExecutableFile(atPath: python.path)

  /// Returns whether the tests that call the system's program `tool` run.
  package static func runs(_ tool: String) -> Bool {
    areRequired
      || ["/usr/bin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
      }
  }
}
