import Diagnostics
import Testing

@Suite struct DiagnosticCodeTests {
  @Test func unprotectedIdentifierIsS204() {
    #expect(DiagnosticCode.unprotectedIdentifier.rawValue == "S204")
  }

  @Test(arguments: DiagnosticCode.allCases)
  func entryIsWhole(code: DiagnosticCode) {
    #expect(code.rawValue.count == 4 && code.rawValue.first == "S")
    #expect(!code.title.isEmpty && code.title.last != ".")
    #expect(code.explanation.last == "." && code.explanation.count > 40)
    #expect(!code.example.isEmpty)
  }

  @Test func codesAscend() {
    let codes = DiagnosticCode.allCases.map(\.rawValue)
    #expect(codes == codes.sorted())
    #expect(Set(codes).count == codes.count)
  }
}
