import Diagnostics
import Engine
import PipelineFile
import Records

/// What an operator writes.
enum PipelineTexts {
  static func feed(_ bytes: [UInt8], to target: Target?) {
    let text = String(decoding: bytes, as: UTF8.self)
    switch target {
    case .pipeline:
      let pipeline = Pipeline(text: text, name: "fuzz.yaml")
      precondition(
        (pipeline.plan != nil) != pipeline.diagnostics.contains { $0.severity == .error },
        "a plan or errors, not both and not neither")
    case .expression:
      var parser = ExpressionParser(text)
      _ = try? parser.parse()
    default: _ = RawPath(parsing: text)
    }
  }
}
