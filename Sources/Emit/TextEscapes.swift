import Bytes

/// Whether a text must not stand in a CSV field as it is: it would need quotes, or a spreadsheet
/// would take it for a formula.
func needsCare(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
  if start == end { return false }
  if isFormulaStart(bytes[start]) { return true }
  for index in start..<end {
    switch bytes[index] {
    case UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D: return true
    default: continue
    }
  }
  return false
}

/// Whether spreadsheets read a text that begins with this byte as a formula or a control.
///
/// After OWASP, "CSV Injection": `=`, `+`, `-`, `@`, tab and carriage return.
private func isFormulaStart(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
  default: false
  }
}

/// Appends a text as a CSV field: an apostrophe in front of what looks like a formula, quotes where
/// RFC 4180 asks for them.
func appendCSVText(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
  let quote = UInt8(ascii: "\"")
  var needsQuotes = false
  for index in text.indices {
    switch text[index] {
    case UInt8(ascii: ","), quote, 0x0A, 0x0D: needsQuotes = true
    default: continue
    }
  }
  if needsQuotes { bytes.append(quote) }
  if !text.isEmpty, isFormulaStart(text[0]) { bytes.append(UInt8(ascii: "'")) }
  if needsQuotes {
    for index in text.indices {
      if text[index] == quote { bytes.append(quote) }
      bytes.append(text[index])
    }
    bytes.append(quote)
  } else {
    bytes.append(copying: text)
  }
}

/// Appends the bytes as a JSON string, escaping only what must be (RFC 8259 §7).
func appendJSONText(
  _ text: Span<UInt8>, from start: Int, to end: Int, into bytes: inout [UInt8]
) {
  let hex = Array("0123456789abcdef".utf8)
  bytes.append(UInt8(ascii: "\""))
  for index in start..<end {
    let byte = text[index]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
    case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
    case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
    case 0..<0x20:
      bytes.append(contentsOf: Array("\\u00".utf8))
      bytes.append(hex[Int(byte >> 4)])
      bytes.append(hex[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }
  bytes.append(UInt8(ascii: "\""))
}
