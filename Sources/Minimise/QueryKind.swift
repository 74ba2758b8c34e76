import Bytes
import Identifiers
package import Records

/// `query`: the value of one parameter of a URL.
package struct QueryKind: TreatmentKind {
  package init() {}

  package var name: String { "query" }

  package var summary: String {
    "Keeps the value of one query parameter; names of identifiers and click ids are refused."
  }

  package var shape: SettingShape { .text }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(
        .url, .text("utm_source"), "/p?utm_source=spring+sale&x=1", gives: "spring sale"),
      TreatmentExample(.url, .text("utm_source"), "/p?utm_source=%C3%A4", gives: "ä"),
      TreatmentExample(.url, .text("utm_source"), "/p", gives: nil),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .text, input.isRaw(.url) else { throw refusal(of: input, takes: "'url'") }
    guard let parameter = settings.text, !parameter.isEmpty else {
      throw PlanFault("'query' takes the name of a parameter")
    }
    guard !URLQuery.namesIdentifier(parameter) else {
      throw PlanFault(
        "'\(parameter)' names an identifier of a person or click",
        fix: "delete the line; what is not declared is dropped")
    }
    return input.becoming(.text, .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    _ = try output(of: input, with: settings)
    return TextTreatment(rewriter: QueryRewriter(name: Array((settings.text ?? "").utf8)))
  }
}

private struct QueryRewriter: TextRewriter {
  var name: [UInt8]

  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    if isNothing(bytes, from: from, to: end) { return .absent }
    guard let parts = URLParts(bytes, from: from, to: end) else { return .refused(.type) }
    guard
      let value = URLQuery.value(
        named: name, in: bytes, from: parts.query.lowerBound, to: parts.query.upperBound)
    else { return .absent }
    let mark = output.count
    URLQuery.appendDecoded(bytes, from: value.lowerBound, to: value.upperBound, to: &output)
    guard isValidUTF8(output, from: mark, to: output.count) else { return .refused(.encoding) }
    // An escaped control character is nobody's campaign.
    for index in mark..<output.count where output[index] < 32 || output[index] == 127 {
      return .refused(.type)
    }
    return .written
  }
}
