import Engine
import Testing

/// A partial tells whose it is and carries all that its item has left, or it is refused.
@Suite struct PartialFrameTests {
  private static let header: UInt8 = 1
  private static let rows: UInt8 = 2
  private static let group: UInt8 = 3
  private static let identifiers: UInt8 = 8

  /// A merge of the changed partial is refused with exactly that.
  private func expectRefusal(
    of partial: OnePartial, _ failure: RunFailure, _ place: SourceLocation = #_sourceLocation
  ) async {
    await #expect(throws: failure, sourceLocation: place) {
      _ = try await partial.night.mergeItems(partials: [partial.folder])
    }
  }

  /// Texts are published and looked up among the identifiers that the items have read.
  @Test func aPartialWithoutItsIdentifiersIsDamaged() async throws {
    let partial = try await OnePartial()
    let cut = partial.frames.filter { $0.kind != Self.identifiers }
    #expect(cut.count == partial.frames.count - 1)
    try partial.replace(cut)
    await expectRefusal(
      of: partial,
      RunFailure(
        .badInput,
        "the partial '\(partial.path)' is damaged; nothing was published: delete it and run its item "
          + "again"))
    try partial.restore()
    let report = try await partial.night.mergeItems(partials: [partial.folder])
    #expect(report.manifest?.sources.first?.counts.kept == partial.shop.lines(of: 3))
  }

  /// Only the version in it differs: the form of the file and the plan are the same.
  @Test func aPartialOfAnotherVersionIsRefused() async throws {
    let partial = try await OnePartial()
    var frames = partial.frames
    let index = try #require(frames.firstIndex { $0.kind == Self.header })
    let text = String(decoding: frames[index].payload, as: UTF8.self)
    let other = text.replacing("\"\(sparsamVersion)\"", with: "\"\(sparsamVersion)-other\"")
    #expect(other != text)
    frames[index].payload = Array(other.utf8)
    try partial.replace(frames)
    await expectRefusal(
      of: partial,
      RunFailure(
        .badInput,
        "the partial '\(partial.path)' was made by another version of sparsam; nothing was published: "
          + "run its item again with this one"))
    // Written anew from its frames it is the same.
    try partial.replace(partial.frames)
    let report = try await partial.night.mergeItems(partials: [partial.folder])
    #expect(report.manifest?.sources.first?.counts.kept == partial.shop.lines(of: 3))
  }

  /// What the manifest counts and what the file holds are compared: a row must not go missing
  /// between them.
  @Test func rowsThatGoMissingStopTheNight() async throws {
    let partial = try await OnePartial()
    let cut = partial.frames.filter { $0.kind != Self.rows }
    #expect(cut.count == partial.frames.count - 1)
    try partial.replace(cut)
    await expectRefusal(
      of: partial,
      RunFailure(
        .internalError,
        "the rows of table 'orders' do not add up: \(partial.shop.lines(of: 3)) entered and 0 were "
          + "written; nothing was published; this is a fault of the program: keep the inputs and "
          + "report it"))
    try partial.restore()
    _ = try await partial.night.mergeItems(partials: [partial.folder])
  }

  @Test func rowsOfAnotherFormAreNotPassedOver() async throws {
    let partial = try await OnePartial(format: "parquet")
    var frames = partial.frames
    let index = try #require(frames.firstIndex { $0.kind == Self.group })
    // One word that says how many rows there are, and their bytes.
    frames[index].kind = Self.rows
    frames[index].payload =
      OnePartial.bytes(of: 1, 8) + OnePartial.bytes(of: 1, 8) + Array("a row\n".utf8)
    try partial.replace(frames)
    await expectRefusal(
      of: partial,
      RunFailure(
        .internalError,
        "table 'orders' was given rows of another form than its file's; nothing was published; this "
          + "is a fault of the program: keep the inputs and report it"))
  }
}
