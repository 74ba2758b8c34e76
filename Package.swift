// swift-tools-version: 6.2
import PackageDescription

/// Settings every target shares.
///
/// The compiler is the first reviewer.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of the program; `dependencies` are the arrows of the architecture and point down only.
func module(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module; `exclude` names folders of cases that are read, not compiled.
func tests(
  _ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["Support"], exclude: exclude, swiftSettings: strict)
}

/// The fuzzer's program links only with its own instrumentation: `make fuzz` sets FUZZ.
let fuzzers: [Target] =
  Context.environment["FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Engine", "Draft", "Bytes", "Diagnostics", "Identifiers", "Records", "PipelineFile",
        "Ingest", "Minimise", "Pseudonymise", "Aggregate", "Emit", "Verify",
      ], path: "Tests/Fuzz", exclude: ["fuzz.sh"], swiftSettings: strict)
  ]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "sparsam",
  products: [
    .executable(name: "sparsam", targets: ["sparsam"]),
    .executable(name: "samples", targets: ["samples"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CPsl", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
    .systemLibrary(name: "CLanes"),
    .target(name: "CSystem"),

    module("Bytes", "CLanes", "CZlib", "CIsal", "CDeflate", "CZstd", "CSystem"),
    module("Diagnostics"),
    module("Identifiers", "Bytes"),
    module("Records", "Bytes"),
    module(
      "PipelineFile", "Diagnostics", "Records", "Identifiers",
      .product(name: "Yams", package: "Yams")),
    module("Ingest", "Bytes", "Records"),
    module("Minimise", "Bytes", "Records", "Identifiers", "CPsl"),
    module("Pseudonymise", "Bytes", "Records", "Identifiers", "CSystem", crypto),
    module("Aggregate", "Bytes", "Records"),
    module("Emit", "Bytes", "Records"),
    module("Verify", "Bytes", "Records", "Identifiers"),
    module("Ledger", .product(name: "GRDB", package: "GRDB.swift")),
    module("Draft", "Bytes", "Records", "Identifiers", "PipelineFile", "Ingest"),
    module(
      "Engine", "Bytes", "Diagnostics", "Records", "Identifiers", "PipelineFile", "Ingest",
      "Minimise", "Pseudonymise", "Aggregate", "Emit", "Verify", "Ledger", "CSystem", crypto),
    .executableTarget(
      name: "sparsam",
      dependencies: [
        "Engine", "Draft", "Diagnostics", "PipelineFile", "Records", "CSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(name: "samples", dependencies: ["Bytes"], swiftSettings: strict),

    .target(
      name: "Support", path: "Tests/Support",
      exclude: ["pseudonym_vectors.py", "parquet_check.py"],
      swiftSettings: strict),
    .target(
      name: "ParquetSupport", dependencies: ["Emit", "Verify", "Records", "Support"],
      path: "Tests/ParquetSupport", swiftSettings: strict),
    tests("BytesTests", "Bytes"),
    tests("DiagnosticsTests", "Diagnostics"),
    tests("IdentifiersTests", "Identifiers", "Bytes"),
    tests("RecordsTests", "Records", "Bytes"),
    tests(
      "PipelineFileTests", "PipelineFile", "Diagnostics", "Records", "Minimise", "Pseudonymise"),
    tests("IngestTests", "Ingest", "Records", "Bytes"),
    tests("MinimiseTests", "Minimise", "Records", "Bytes", "Identifiers"),
    tests("PseudonymiseTests", "Pseudonymise", "Records", "Bytes", "Identifiers", crypto),
    tests("AggregateTests", "Aggregate", "Records", "Bytes"),
    tests("EmitTests", "Emit", "Verify", "ParquetSupport", "Records", "Bytes"),
    tests(
      "VerifyTests", "Verify", "Emit", "Minimise", "ParquetSupport", "Records", "Bytes"),
    tests("LedgerTests", "Ledger"),
    tests("DraftTests", "Draft", "Engine", "Diagnostics"),
    tests(
      "EngineTests", "Engine", "Verify", "PipelineFile", "Records", "Diagnostics", "Ledger", crypto,
      exclude: ["RealDataPipelines"]),
    tests("GoldenTests", "Bytes", exclude: ["Pipelines", "Runs"]),
    tests("TortureTests"),
  ] + fuzzers
)
