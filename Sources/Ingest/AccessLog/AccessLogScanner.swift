import Bytes
package import Records

/// Reads the declared fields of access log lines; all others are only measured.
///
/// A line that has not the form of its layout is a `malformed` fault, a blank line no record. A
/// request that is no request line leaves method, target and protocol null.
package struct AccessLogScanner: Scanner {
  /// A longer line is a `limit` fault.
  package static let bytesPerLine = 1 << 20

  private let layout: Reading.Layout
  /// The slot of each field, or -1 where it is not declared.
  private let slots: Slots
  private var builder: BatchBuilder
  /// The cell of the text `other` in this block's decoded text, once a method needed it.
  private var other = TextCell.null
  private var stops = FieldStops()

  private struct Slots: Sendable {
    var vhost = -1
    var ip = -1
    var ident = -1
    var user = -1
    var time = -1
    var method = -1
    var target = -1
    var version = -1
    var status = -1
    var bytes = -1
    var referrer = -1
    var userAgent = -1

    var needsRequest: Bool { method >= 0 || target >= 0 || version >= 0 }
  }

  /// Creates a scanner; throws when the layout lacks a declared field.
  init(
    layout: Reading.Layout, projection: Projection, codedSlots: [Int] = []
  ) throws(HeaderFault) {
    var slots = Slots()
    var missing: [String] = []
    for (slot, path) in projection.slots.enumerated() {
      switch AccessLogField(rawValue: path.lastName) {
      case .vhost where layout == .vhostCombined: slots.vhost = slot
      case .ip: slots.ip = slot
      case .ident: slots.ident = slot
      case .user: slots.user = slot
      case .time: slots.time = slot
      case .method: slots.method = slot
      case .target: slots.target = slot
      case .protocol: slots.version = slot
      case .status: slots.status = slot
      case .bytes: slots.bytes = slot
      case .referrer where layout != .common: slots.referrer = slot
      case .userAgent where layout != .common: slots.userAgent = slot
      case .vhost, .referrer, .userAgent, nil: missing.append(path.lastName)
      }
    }
    if !missing.isEmpty { throw HeaderFault(.missing, columns: missing) }
    self.layout = layout
    self.slots = slots
    builder = BatchBuilder(slotCount: projection.slots.count, codedSlots: codedSlots)
  }

  package mutating func scan(_ bytes: consuming [UInt8], into batch: inout RawBatch) {
    builder.begin(reusing: &batch, blockCount: bytes.count)
    other = .null
    scanLines(bytes.span)
    builder.finish(bytes, droppedFields: 0, into: &batch)
  }

  private mutating func scanLines(_ bytes: Span<UInt8>) {
    // Where quoted fields may end; the slot of the delimiter takes what escapes quotes.
    stops.mark(bytes, delimiter: backslash, quote: UInt8(ascii: "\""))
    let marks = stops.words
    // All fields of a well-formed block are well-formed: they end at ASCII characters.
    let isSettled = stops.ascii.isValidUTF8(bytes)
    var line = AccessLogLine()
    var start = 0
    while start < bytes.count {
      var next = firstMark(marks.span, from: start)
      while next < bytes.count, bytes[next] != lineFeed {
        next = firstMark(marks.span, from: next &+ 1)
      }
      var lower = start
      var end = next
      unwrap(bytes, &lower, &end)
      if lower < end {
        if end &- lower > AccessLogScanner.bytesPerLine {
          builder.reject(.limit, start: start)
        } else if line.locate(
          in: bytes, from: lower, to: end, layout: layout, stops: marks.span)
        {
          store(line, bytes)
          if !isSettled { builder.spoilInvalidUTF8(in: bytes) }
          builder.keep(start: start)
          builder.codeKept(in: bytes)
        } else {
          builder.reject(.malformed, start: start)
        }
      }
      start = next &+ 1
    }
  }

  /// Narrows a line to what stands between blanks, CR, and one more pair of quotes.
  @inline(__always)
  private func unwrap(_ bytes: Span<UInt8>, _ lower: inout Int, _ end: inout Int) {
    while end > lower, bytes[end &- 1] == carriageReturn || isBlank(bytes[end &- 1]) { end &-= 1 }
    while lower < end, isBlank(bytes[lower]) { lower &+= 1 }
    // No layout begins with a quote, so this one is around the whole line.
    if end &- lower >= 2, bytes[lower] == UInt8(ascii: "\"") {
      lower &+= 1
      if bytes[end &- 1] == UInt8(ascii: "\"") { end &-= 1 }
    }
  }

  // MARK: Cells

  @inline(__always)
  private mutating func store(_ line: AccessLogLine, _ bytes: Span<UInt8>) {
    if slots.vhost >= 0 { set(line.vhost, slot: slots.vhost, bytes) }
    if slots.ip >= 0 { set(line.ip, slot: slots.ip, bytes) }
    if slots.time >= 0 { set(line.time, slot: slots.time, bytes) }
    if slots.status >= 0 { set(line.status, slot: slots.status, bytes) }
    if slots.bytes >= 0 { setByteCount(line, bytes) }
    if slots.needsRequest { setRequest(line, bytes) }
    if slots.ident >= 0 { setText(line.ident, of: line, slot: slots.ident, bytes) }
    if slots.user >= 0 { setUser(line, bytes) }
    if slots.referrer >= 0 { setText(line.referrer, of: line, slot: slots.referrer, bytes) }
    if slots.userAgent >= 0 { setText(line.userAgent, of: line, slot: slots.userAgent, bytes) }
  }

  /// Sets a cell to a range as it is; `-` and nothing are null.
  @inline(__always)
  private mutating func set(_ range: FieldRange, slot: Int, _ bytes: Span<UInt8>) {
    let count = range.upper &- range.lower
    let isNull = count == 0 || (count == 1 && bytes[range.lower] == UInt8(ascii: "-"))
    builder.set(isNull ? .null : TextCell(start: range.lower, count: count), slot: slot)
  }

  /// Sets a cell to a range whose escapes are decoded.
  @inline(__always)
  private mutating func setText(
    _ range: FieldRange, of line: AccessLogLine, slot: Int, _ bytes: Span<UInt8>
  ) {
    if line.hasEscapes,
      firstOffset(of: backslash, in: bytes, from: range.lower, to: range.upper) < range.upper
    {
      setDecoded(range, slot: slot, bytes)
    } else {
      set(range, slot: slot, bytes)
    }
  }

  private mutating func setDecoded(_ range: FieldRange, slot: Int, _ bytes: Span<UInt8>) {
    if let cell = LogEscapes.decode(bytes, range, into: &builder) {
      builder.set(cell, slot: slot)
    } else {
      builder.spoil(slot: slot)
    }
  }

  /// Sets the user's name; Apache writes `""` where it is empty.
  private mutating func setUser(_ line: AccessLogLine, _ bytes: Span<UInt8>) {
    let quote = UInt8(ascii: "\"")
    let user = line.user
    if user.upper &- user.lower == 2, bytes[user.lower] == quote, bytes[user.lower &+ 1] == quote {
      builder.set(.null, slot: slots.user)
    } else {
      setText(user, of: line, slot: slots.user, bytes)
    }
  }

  /// Sets the size of the response, which Apache writes as `-` where it is 0.
  @inline(__always)
  private mutating func setByteCount(_ line: AccessLogLine, _ bytes: Span<UInt8>) {
    let range = line.bytes
    if bytes[range.lower] != UInt8(ascii: "-") {
      builder.set(
        TextCell(start: range.lower, count: range.upper &- range.lower), slot: slots.bytes)
      return
    }
    // A cell is a place: any 0 of the line serves, and nearly every time of day has one.
    let zero = firstOffset(
      of: UInt8(ascii: "0"), in: bytes, from: line.time.lower, to: line.time.upper)
    builder.set(
      zero < line.time.upper ? TextCell(start: zero, count: 1) : builder.append(text: "0"),
      slot: slots.bytes)
  }

  @inline(__always)
  private mutating func setRequest(_ line: AccessLogLine, _ bytes: Span<UInt8>) {
    guard let request = RequestLine(bytes, line.request) else { return setNoRequest() }
    if slots.method >= 0 {
      if request.hasRegisteredMethod(bytes) {
        set(request.method, slot: slots.method, bytes)
      } else {
        if other.isNull { other = builder.append(text: "other") }
        builder.set(other, slot: slots.method)
      }
    }
    if slots.target >= 0 {
      setText(request.path(bytes), of: line, slot: slots.target, bytes)
    }
    if slots.version >= 0 { set(request.version, slot: slots.version, bytes) }
  }

  private mutating func setNoRequest() {
    if slots.method >= 0 { builder.set(.null, slot: slots.method) }
    if slots.target >= 0 { builder.set(.null, slot: slots.target) }
    if slots.version >= 0 { builder.set(.null, slot: slots.version) }
  }
}
