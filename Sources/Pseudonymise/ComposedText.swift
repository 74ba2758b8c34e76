import Bytes
import Foundation
import Records

// The cold path of normalisation: text beyond ASCII. The only use of Foundation's text in this
// module; it allocates, and runs once per distinct value that needs it.

/// Appends `value` in Unicode's composed form (NFC), lower-cased when asked, or tells the fault.
///
/// Lower-casing follows the locale-independent mapping of the Unicode standard; its result is
/// composed again, so that normalising twice changes nothing.
@inline(never)
func appendComposed(
  _ value: Span<UInt8>, lowercased: Bool, to bytes: inout [UInt8]
) -> Normalisation.Outcome {
  guard let text = try? UTF8Span(validating: value) else { return .fault(.encoding) }
  if !lowercased, isBelowCombiningMarks(value) {
    bytes.append(copying: value)
    return .present
  }
  var composed = canonical(String(copying: text))
  if lowercased { composed = canonical(composed.lowercased()) }
  guard composed.utf8.count <= Normalisation.sizeLimitInBytes else { return .fault(.limit) }
  bytes.append(contentsOf: composed.utf8)
  return .present
}

/// Returns the text in composed form.
///
/// Foundation decomposes U+0F73, U+0F75 and U+0F81 but neither sorts nor composes the marks that
/// come of it; a second pass does.
private func canonical(_ text: String) -> String {
  text.precomposedStringWithCanonicalMapping.precomposedStringWithCanonicalMapping
}

/// Whether all scalars lie below U+0300, where every text is in composed form (UAX #15).
private func isBelowCombiningMarks(_ value: Span<UInt8>) -> Bool {
  for index in value.indices where value[index] >= 0xCC { return false }
  return true
}
