import Foundation

// One program for all parsers: FUZZ_TARGET names which one gets the bytes, without it the names are
// listed. It is built only with FUZZ=1 and the instrumentation of the fuzzer and of the address
// sanitizer (`make fuzz`).

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ argc: UnsafeMutablePointer<Int32>,
  _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// What SwiftPM makes the program's entry.
@_cdecl("Fuzz_main")
public func fuzzMain(
  _ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  guard let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] else {
    for target in Target.allCases { print(target.rawValue) }
    return 0
  }
  guard Target(rawValue: name) != nil else {
    print("fuzz: there is no target '\(name)'")
    return 64
  }
  var argc = argc
  var argv = unsafe argv
  // SAFETY: the driver reads and changes the two only while it runs, and lends `count` bytes.
  return unsafe runDriver(&argc, &argv) { bytes, count in
    unsafe feed(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  }
}

private let chosen = ProcessInfo.processInfo.environment["FUZZ_TARGET"].flatMap {
  Target(rawValue: $0)
}

private func feed(_ input: [UInt8]) {
  switch chosen {
  case .accessLog, .csv, .ndjson, .container, .times: RawFiles.feed(input, to: chosen)
  case .pipeline, .expression, .rawPath: PipelineTexts.feed(input, to: chosen)
  case .csvRows, .jsonRows, .parquet, .dataPackage: Published.feed(input, to: chosen)
  case .detectors, .identifiers, .url, .userAgent: Identifying.feed(input, to: chosen)
  case .keyFile, .frames, .planFile, .partial, .objections, .persons, .draft:
    OwnFiles.feed(input, to: chosen)
  case .control: fail(on: input)
  case nil: break
  }
}

/// A fault that only a fuzzer led by coverage finds in seconds.
private func fail(on input: [UInt8]) {
  guard input.count > 3, input[0] == 0x66, input[1] == 0x75 else { return }
  if input[2] == 0x7A, input[3] == 0x7A { preconditionFailure("the control was found") }
}

/// Every parser that reads bytes which somebody else wrote, or could have damaged.
enum Target: String, CaseIterable {
  case accessLog = "access_log"
  case csv, ndjson, container, times
  case pipeline, expression
  case rawPath = "raw_path"
  case csvRows = "csv_rows"
  case jsonRows = "json_rows"
  case parquet
  case dataPackage = "data_package"
  case detectors, identifiers, url
  case userAgent = "user_agent"
  case keyFile = "key_file"
  case frames
  case planFile = "plan_file"
  case partial, objections, persons, draft
  /// The negative control, which must fail.
  case control
}
