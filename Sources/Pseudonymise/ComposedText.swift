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
  var composed = String(copying: text).precomposedStringWithCanonicalMapping
  if lowercased { composed = composed.lowercased().precomposedStringWithCanonicalMapping }
  guard composed.utf8.count <= Normalisation.sizeLimitInBytes else { return .fault(.limit) }
  bytes.append(contentsOf: composed.utf8)
  return .present
}

/// Whether all scalars lie below U+0300, where every text is in composed form (UAX #15).
private func isBelowCombiningMarks(_ value: Span<UInt8>) -> Bool {
  for index in value.indices where value[index] >= 0xCC { return false }
  return true
}
