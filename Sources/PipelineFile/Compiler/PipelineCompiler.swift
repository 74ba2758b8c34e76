package import Diagnostics
package import Records

/// Compiles the text of a pipeline file into a checked plan.
///
/// The engine hands in the kinds of treatments. All problems of a file are reported at once; what
/// follows from a problem already reported is not reported again. No text makes it trap.
package struct PipelineCompiler: Sendable {
  package let kinds: [any TreatmentKind]

  package init(kinds: [any TreatmentKind]) { self.kinds = kinds }

  /// Returns the plan, or `nil` when there is an error among the diagnostics.
  ///
  /// Diagnostics come in the order of the file. A plan may come with warnings.
  package func compile(_ source: SourceText) -> (plan: Plan?, diagnostics: [Diagnostic]) {
    var reader = YAMLReader(source: source)
    let root = reader.read()
    let compilation = Compilation(source: source, kinds: kinds)
    compilation.diagnostics = reader.diagnostics
    let plan = root.flatMap { compilation.plan(from: $0) }
    var seen: Set<Diagnostic> = []
    let diagnostics = compilation.diagnostics.filter { seen.insert($0).inserted }
      .enumerated().sorted {
        ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset)
      }.map(\.element)
    let isSound = !diagnostics.contains { $0.severity == .error }
    return (isSound ? plan : nil, diagnostics)
  }
}
