import Diagnostics
import Identifiers
import Records

// No real person in a test: whatever looks like an identifier must be a reserved one.
extension Compilation {
  /// Checks one cell, which knows its raw field and so perhaps its type.
  func checkPersons(inCell cell: TestPlan.Given.Cell, of node: YAMLNode, model: SourceModel) {
    guard let text = cell.value else { return }
    let field = model.kind == .ndjson ? RawPath(parsing: cell.field)?.text : nil
    let types = model.columns.filter { $0.plan.rawPaths.contains(field ?? cell.field) }
      .flatMap(\.types)
    let bytes = Array(text.utf8)
    let all = 0..<bytes.count
    for type in types {
      guard let kind = Self.kinds[type], looks(like: kind, bytes, all) else { continue }
      if !isReserved(bytes, all, kind: kind) {
        reportPerson(kind, at: node.range)
        return
      }
      return
    }
    let isURL = types.contains(.url) || types.contains(.userAgent)
    let kinds: DetectionKinds =
      model.kind == .accessLog || isURL
      ? [.email, .iban, .card, .phone] : [.email, .iban, .card, .phone, .ip]
    check(bytes, kinds: kinds, of: node)
  }

  /// Checks raw text in the source's own format.
  func checkPersons(inText text: String, of node: YAMLNode, model: SourceModel) {
    let bytes = Array(text.utf8)
    check(bytes, kinds: [.email, .iban, .card, .ip, .phone], of: node)
  }

  private static let kinds: [FieldType: Detection.Kind] = [
    .email: .email, .ip: .ip, .phone: .phone, .iban: .iban, .card: .card,
  ]

  private static let countries = ["0049", "0043", "0041", "0044", "0033"].map { Array($0.utf8) }

  private func check(_ bytes: [UInt8], kinds: DetectionKinds, of node: YAMLNode) {
    var start = 0
    var reported: Set<Detection.Kind> = []
    while start < bytes.count,
      let found = Detector.first(in: bytes.span, from: start, to: bytes.count, kinds: kinds)
    {
      let range = found.start..<found.end
      let isVersion = found.kind == .ip && isVersion(bytes, at: found.start)
      // In running text a number without a country in front is hardly ever a phone number.
      let isNumber =
        found.kind == .phone && bytes[found.start] != UInt8(ascii: "+")
        && !Self.countries.contains { bytes[range].starts(with: $0) }
      if !isVersion, !isNumber, !isReserved(bytes, range, kind: found.kind),
        reported.insert(found.kind).inserted
      {
        reportPerson(found.kind, at: place(of: bytes[range], in: node))
      }
      start = max(found.end, start + 1)
    }
  }

  /// `Chrome/124.0.0.0` is a version, no address.
  private func isVersion(_ bytes: [UInt8], at start: Int) -> Bool {
    guard start >= 2, bytes[start - 1] == UInt8(ascii: "/") else { return false }
    return ASCII.isLetter(bytes[start - 2])
  }

  private func looks(like kind: Detection.Kind, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    switch kind {
    case .email: bytes.contains(UInt8(ascii: "@"))
    case .ip: IPAddress.parse(bytes.span, from: range.lowerBound, to: range.upperBound) != nil
    case .iban: IBAN.holds(bytes.span, from: range.lowerBound, to: range.upperBound)
    case .card: PaymentCard.holds(bytes.span, from: range.lowerBound, to: range.upperBound)
    case .phone: bytes.count { ASCII.isDigit($0) } >= 7
    case .hex: false
    }
  }

  private func isReserved(
    _ bytes: [UInt8], _ range: Range<Int>, kind: Detection.Kind
  ) -> Bool {
    let from = range.lowerBound
    let end = range.upperBound
    switch kind {
    case .email: return ReservedValues.isReservedEmailDomain(bytes.span, from: from, to: end)
    case .ip:
      guard let address = IPAddress.parse(bytes.span, from: from, to: end) else { return true }
      return ReservedValues.isDocumentationOrPrivate(address)
    case .iban: return ReservedValues.isTestIBAN(bytes.span, from: from, to: end)
    case .card: return ReservedValues.isTestCard(bytes.span, from: from, to: end)
    case .phone: return ReservedValues.isTestPhone(bytes.span, from: from, to: end)
    case .hex: return true
    }
  }

  private func reportPerson(_ kind: Detection.Kind, at range: SourceRange) {
    let text: (what: String, fix: String) =
      switch kind {
      case .email:
        (
          "an e-mail address outside the reserved domains",
          "take example.com, or a domain that ends in .example, .test or .invalid"
        )
      case .ip:
        (
          "an IP address that somebody may have",
          "take 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32 or a private one"
        )
      case .iban: ("an IBAN that somebody may have", "take DE89370400440532013000")
      case .card: ("a card number that somebody may have", "take 4111111111111111")
      case .phone: ("a phone number that somebody may have", "take +49 30 23125 and three digits")
      case .hex: ("a digest", "take another text")
      }
    report(
      .realPersonInTest, "the test holds \(text.what)", at: range,
      label: "no real person in a test",
      fix: text.fix)
  }

  /// Returns where the bytes stand in the file, or the value's own range.
  private func place(of bytes: ArraySlice<UInt8>, in node: YAMLNode) -> SourceRange {
    let wanted = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    guard !wanted.isEmpty else { return node.range }
    let first = node.range.start.line
    for number in first..<(first + 200) where number <= source.lines.count {
      let line = source.line(number)
      guard line.count >= wanted.count else { continue }
      let start = number == first ? max(0, node.range.start.column - 1) : 0
      guard line.count - wanted.count >= start else { continue }
      for column in start...(line.count - wanted.count)
      where line[column] == wanted[0] && Array(line[column..<(column + wanted.count)]) == wanted {
        return SourceRange(line: number, column: column + 1, length: wanted.count)
      }
    }
    return node.range
  }
}
