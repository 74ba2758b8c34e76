import Foundation
import Records
import Testing

@Suite struct JSONTextTests {
  /// A name may hold whatever its maker likes; what is written says the same and obeys nobody.
  @Test func controlCharactersAreEscaped() throws {
    let name = "a\u{0}\u{1B}[31m\"\\\u{7F}\u{85}\u{9F}\u{A0}é\n"
    let text = JSONText.array([.string(name)]).compact
    #expect(text == #"["a\u0000\u001b[31m\"\\\u007f\u0085\u009f"# + "\u{A0}é" + #"\n"]"#)
    #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String] == [name])
  }
}
