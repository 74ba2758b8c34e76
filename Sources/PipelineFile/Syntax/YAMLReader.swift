import Diagnostics
import Yams

/// Reads the text of a pipeline file into nodes with places.
///
/// What YAML allows and the language refuses (anchors, tags, several documents, tabs, duplicate
/// keys) is reported here; the rest of the file is still read where it can be.
struct YAMLReader {
  let source: SourceText
  private(set) var diagnostics: [Diagnostic] = []
  private var nodeCount = 0
  private var reportedAnchors: Set<SourcePosition> = []
  /// Where keys stand that stood a second time and got another name.
  private var renamedKeys: Set<SourcePosition> = []

  /// Beyond these a file is no pipeline but an attack on its reader.
  private static let nodeLimit = 100_000
  private static let depthLimit = 64
  private static let sizeLimitInBytes = 4_000_000

  /// So many repeated keys are told one by one, because the file is read again behind each.
  private static let repeatLimit = 10

  init(source: SourceText) { self.source = source }

  /// Returns the first document, or `nil` when there is none that can be read.
  mutating func read() -> YAMLNode? {
    guard source.text.utf8.count <= Self.sizeLimitInBytes else {
      report(
        .unreadableYAML, "the file is longer than 4 MB",
        at: SourceRange(line: 1, column: 1, length: 1))
      return nil
    }
    var text = source.text
    var renamed = 0
    while true {
      do {
        // Anchors live in the parser only: it stays until the nodes are converted.
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        guard let root = try parser.nextRoot() else {
          report(
            .unreadableYAML, "the file holds no pipeline",
            at: SourceRange(line: 1, column: 1, length: 1), fix: "begin with  sparsam: 1")
          return nil
        }
        checkSingle(parser)
        let node = convert(root, depth: 0)
        checkTabs(node)
        return node
      } catch let error as YamlError {
        if case .duplicatedKeysInMapping(let keys, let context) = error,
          renamed < Self.repeatLimit,
          let key = keys.first,
          let next = reportDuplicate(key, first: context.mark, text: text, number: renamed)
        {
          // The second key gets another name of the same length, and the file is read again.
          text = next
          renamed += 1
          continue
        }
        diagnostics.append(YAMLFault.diagnostic(for: error, in: source))
        return nil
      } catch {
        report(
          .unreadableYAML, "the file cannot be read as YAML",
          at: SourceRange(line: 1, column: 1, length: 1))
        return nil
      }
    }
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange, label: String = "",
    notes: [Diagnostic.Note] = [], fix: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(code, message, at: range, label: label, notes: notes, fix: fix))
  }

  // MARK: - What the language refuses

  private mutating func checkSingle(_ parser: Parser) {
    guard let node = try? parser.nextRoot() else { return }
    var line = node.mark?.line ?? 1
    while line > 1, source.line(line).prefix(3) != ["-", "-", "-"] { line -= 1 }
    report(
      .severalDocuments, "a second document begins here",
      at: SourceRange(line: line, column: 1, length: 3), label: "one file is one pipeline",
      fix: "delete the line, or move what follows into a file of its own")
  }

  /// Reports the repeated key and returns the text with the second one renamed.
  private mutating func reportDuplicate(
    _ key: String, first mark: Mark, text: String, number: Int
  ) -> String? {
    let scan = SourceScan(source: source)
    let first = SourcePosition(line: mark.line, column: mark.column)
    let firstRange = scan.token(at: first, text: key)
    let current = SourceText(name: source.name, text: text)
    guard let second = SourceScan(source: current).repeatedKey(after: first, length: firstRange)
    else { return nil }
    report(
      .duplicateKey, "key '\(key)' stands twice", at: second, label: "again",
      notes: [Diagnostic.Note("first here", at: firstRange)], fix: "delete one of the two")
    renamedKeys.insert(second.start)
    var lines = current.lines
    let replacement = Unicode.Scalar(0xE000 + UInt32(number)) ?? "?"
    for column in second.start.column..<second.end.column
    where column <= lines[second.start.line - 1].count {
      lines[second.start.line - 1][column - 1] = replacement
    }
    var view = String.UnicodeScalarView()
    for line in lines {
      view.append(contentsOf: line)
      view.append("\n")
    }
    return String(view)
  }

  private mutating func checkTabs(_ root: YAMLNode) {
    let block = SourceScan(source: source).blockLines(of: root)
    var count = 0
    for number in 1...max(1, source.lines.count) where !block.contains(number) {
      let line = source.line(number)
      guard let end = line.firstIndex(where: { $0 != " " && $0 != "\t" }),
        let tab = line[..<end].firstIndex(of: "\t"), line[end] != "#"
      else { continue }
      count += 1
      guard count <= 20 else { return }
      report(
        .tabIndentation, "a tab in the indentation",
        at: SourceRange(line: number, column: tab + 1, length: end - tab), label: "use blanks",
        fix: "replace it by blanks")
    }
  }

  // MARK: - Conversion

  private mutating func convert(_ node: Node, depth: Int) -> YAMLNode {
    let mark = node.mark
    let start = SourcePosition(line: mark?.line ?? 1, column: mark?.column ?? 1)
    let place = checkProperties(node, at: start)
    nodeCount += 1
    if depth > Self.depthLimit || nodeCount > Self.nodeLimit {
      if nodeCount <= Self.nodeLimit || nodeCount == Self.nodeLimit + 1 {
        report(
          .unreadableYAML, "the file is nested too deeply or repeats itself without end",
          at: SourceRange(line: start.line, column: start.column, length: 1))
        nodeCount = Self.nodeLimit + 1
      }
      return YAMLNode(
        content: .scalar("", .plain),
        range: SourceRange(line: start.line, column: start.column, length: 1))
    }
    let scan = SourceScan(source: source)
    switch node {
    case .scalar(let scalar):
      let style: YAMLNode.Style =
        switch scalar.style {
        case .singleQuoted, .doubleQuoted: .quoted
        case .literal, .folded: .block
        default: .plain
        }
      return YAMLNode(
        content: .scalar(scalar.string, style), range: scan.token(at: place, text: scalar.string))
    case .sequence(let sequence):
      let nodes = sequence.map { convert($0, depth: depth + 1) }
      return YAMLNode(content: .sequence(nodes), range: scan.collection(at: place))
    case .mapping(let mapping):
      var entries: [YAMLNode.Entry] = []
      for (key, value) in mapping { append(key, value, to: &entries, depth: depth) }
      return YAMLNode(content: .mapping(entries), range: scan.collection(at: place))
    case .alias:
      return YAMLNode(content: .scalar("", .plain), range: scan.token(at: place, text: ""))
    }
  }

  private mutating func append(
    _ keyNode: Node, _ valueNode: Node, to entries: inout [YAMLNode.Entry], depth: Int
  ) {
    let key = convert(keyNode, depth: depth + 1)
    let value = convert(valueNode, depth: depth + 1)
    guard let text = key.scalar else {
      report(
        .wrongShape, "a key is \(key.shape)", at: key.range, label: "a key is a text",
        fix: "put the text into quotes if it holds brackets")
      return
    }
    if text == "<<", case .scalar(_, .plain) = key.content {
      report(
        .anchor, "merge keys are refused", at: key.range, label: "merge key",
        fix: "write the keys out")
      // What it brings is taken, so that nothing is reported as missing.
      for node in value.sequence ?? [value] {
        for entry in node.entries ?? [] where !entries.contains(where: { $0.key == entry.key }) {
          entries.append(entry)
        }
      }
      return
    }
    if let index = entries.firstIndex(where: { $0.key == text }) {
      // Keys that differ for YAML by tag only.
      report(
        .duplicateKey, "key '\(text)' stands twice", at: key.range, label: "again",
        notes: [Diagnostic.Note("first here", at: entries[index].keyRange)],
        fix: "delete one of the two")
      return
    }
    if renamedKeys.contains(key.range.start) { return }
    entries.append(YAMLNode.Entry(key: text, keyRange: key.range, value: value))
  }

  /// Reports anchors and tags in front of a node and returns where its value begins.
  private mutating func checkProperties(_ node: Node, at start: SourcePosition) -> SourcePosition {
    let scan = SourceScan(source: source)
    var place = start
    while let scalar = source.scalar(at: place), scalar == "&" || scalar == "!" {
      let word = scan.word(at: place)
      if reportedAnchors.insert(place).inserted {
        if scalar == "&" {
          report(
            .anchor, "anchors and aliases are refused", at: word, label: "anchor",
            fix: "delete it and write out what repeats")
        } else {
          report(.tag, "tags are refused", at: word, label: "tag", fix: "delete it")
        }
      }
      place = scan.skippingBlanks(from: word.end)
    }
    return place
  }
}
