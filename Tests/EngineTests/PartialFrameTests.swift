import Engine
import Testing

/// A partial tells whose it is and carries all that its item has left, or it is refused.
@Suite struct PartialFrameTests {
  private static let header: UInt8 = 1
  private static let identifiers: UInt8 = 8

  /// Texts are published and looked up among the identifiers that the items have read.
  @Test func aPartialWithoutItsIdentifiersIsDamaged() async throws {
    let partial = try await OnePartial()
    let cut = partial.frames.filter { $0.kind != Self.identifiers }
    #expect(cut.count == partial.frames.count - 1)
    try partial.replace(cut)
    await #expect(
      throws: RunFailure(
        .badInput,
        "the partial '\(partial.path)' is damaged; nothing was published: delete it and run its item "
          + "again")
    ) {
      _ = try await partial.night.mergeItems(partials: [partial.folder])
    }
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
    await #expect(
      throws: RunFailure(
        .badInput,
        "the partial '\(partial.path)' was made by another version of sparsam; nothing was published: "
          + "run its item again with this one")
    ) {
      _ = try await partial.night.mergeItems(partials: [partial.folder])
    }
    // Written anew from its frames it is the same.
    try partial.replace(partial.frames)
    let report = try await partial.night.mergeItems(partials: [partial.folder])
    #expect(report.manifest?.sources.first?.counts.kept == partial.shop.lines(of: 3))
  }
}
