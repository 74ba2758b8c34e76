import Bytes
package import Diagnostics
package import PipelineFile

/// A pipeline file, read and compiled.
package struct Pipeline: Sendable {
  package let source: SourceText
  package let plan: Plan?
  package let diagnostics: [Diagnostic]

  /// Reads and compiles the file at `path`.
  package init(path: String) throws(RunFailure) {
    let bytes: [UInt8]
    do {
      bytes = try WholeFile(path: path, limit: 4 << 20, followsLinks: true).bytes
    } catch let fault {
      throw RunFailure(fault.isMissing ? .inputMissing : .inputOutput, fault.description)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RunFailure(.pipeline, "pipeline '\(path)' is not UTF-8; save it as UTF-8")
    }
    self.init(text: text, name: path)
  }

  /// Compiles `text`; `name` stands for it in diagnostics.
  package init(text: String, name: String) {
    source = SourceText(name: name, text: text)
    (plan, diagnostics) = PipelineCompiler(kinds: treatmentKinds).compile(source)
  }
}
