import Diagnostics
import PipelineFile
import Records
import Testing

@Suite struct PipelineReferenceTests {
  private let page = PipelineReference(kinds: realKinds).markdown

  @Test func namesEveryTreatmentAndCode() {
    for kind in realKinds { #expect(page.contains("### `\(kind.name)`")) }
    for code in DiagnosticCode.allCases { #expect(page.contains("| \(code.rawValue) |")) }
  }

  @Test func namesSectionsAndMandatoryKeys() {
    for section in ["retention.<class>", "sources.<name>.read", "aggregates.<table>.k"] {
      #expect(page.contains("### `\(section)`"))
    }
    #expect(page.contains("| `audience` (mandatory) | who reads it |"))
  }

  @Test(arguments: DiagnosticCode.allCases)
  func everyCodeIsExplained(code: DiagnosticCode) throws {
    let text = try #require(PipelineReference.explanation(of: code.rawValue))
    #expect(text.hasPrefix("\(code.rawValue): \(code.title)"))
    for line in text.split(separator: "\n") where !line.hasPrefix("    ") {
      #expect(line.count <= 100)
    }
  }

  @Test func smallLettersNameACodeToo() {
    #expect(PipelineReference.explanation(of: "s204") != nil)
    #expect(PipelineReference.explanation(of: "S999") == nil)
  }
}
