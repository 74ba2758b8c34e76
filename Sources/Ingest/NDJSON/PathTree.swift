import Records

/// The projected paths of an NDJSON source as one tree, so that a record is matched in one pass.
///
/// A cell belongs to a *scope*: 0 is the record, 1 the element of the `each` array, 2 and up the
/// elements of the nested arrays in their order. Entering an element of a scope begins a row of it.
struct PathTree: Sendable {
  struct Node: Sendable {
    /// Where the value goes: the scope, or -1 when it goes nowhere.
    var scope = -1
    var column = 0
    /// The declared members, in `keys`.
    var firstKey = 0
    var keyCount = 0
    /// The declared elements, in `items`.
    var firstItem = 0
    var itemCount = 0
    /// Bit n is set when a declared key has n bytes (63: 63 or more).
    var keyLengths: UInt64 = 0
    /// Whether elements of this array are summed over.
    var isSummed = false
    /// Whether elements are chosen by a member.
    var hasMatches = false
  }

  struct Key: Sendable {
    /// The first eight bytes, the first one lowest, filled up with zeros.
    let prefix: UInt64
    /// The last eight bytes of a key that is longer, else as `prefix`.
    let suffix: UInt64
    let count: Int
    let bytes: [UInt8]
    var child: Int

    init(_ bytes: [UInt8], child: Int) {
      prefix = Key.word(bytes.prefix(8))
      suffix = bytes.count > 8 ? Key.word(bytes.suffix(8)) : prefix
      count = bytes.count
      self.bytes = bytes
      self.child = child
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  struct Item: Sendable {
    enum Choice: Sendable {
      case each
      case index(Int)
      case match(key: [UInt8], value: [UInt8])
    }

    var choice: Choice
    var child: Int
    /// The scope of which each element begins a row, or -1.
    var enters: Int
  }

  private(set) var nodes: [Node] = []
  private(set) var keys: [Key] = []
  private(set) var items: [Item] = []
  /// Cells in a row of each scope.
  private(set) var widths: [Int]
  /// For each nested group and element path the column that holds its cells.
  private(set) var groupColumns: [[Int]] = []
  /// For each nested group whether it lies inside the elements of the `each` array.
  private(set) var isGroupInEach: [Bool] = []
  /// For each column of scope 1 the slot it fills.
  private(set) var elementSlots: [Int] = []

  init(_ projection: Projection) {
    var draft = PathTreeDraft()
    widths = [projection.slots.count, 0]
    var elementNode = -1
    let prefix = projection.each.map { $0.steps + [.each] }
    if let each = projection.each {
      elementNode = draft.item(
        of: draft.insert(each.steps, below: 0), choosing: .each, entering: 1)
    }
    for (slot, path) in projection.slots.enumerated() {
      if let prefix, path.steps.starts(with: prefix) {
        let rest = path.steps.dropFirst(prefix.count)
        if rest.contains(.each) { continue }
        draft.setTarget(
          draft.insert(rest, below: elementNode), scope: 1, column: elementSlots.count)
        elementSlots.append(slot)
      } else if !path.isNested {
        draft.setTarget(draft.insert(path.steps[...], below: 0), scope: 0, column: slot)
      }
    }
    widths[1] = elementSlots.count
    for (group, nested) in projection.nested.enumerated() {
      let scope = group + 2
      var steps = nested.array.steps[...]
      var base = 0
      let isInEach = prefix.map { steps.starts(with: $0) } ?? false
      if let prefix, isInEach {
        steps = steps.dropFirst(prefix.count)
        base = elementNode
      }
      isGroupInEach.append(isInEach)
      let array = draft.insert(steps, below: base)
      draft.nodes[array].isSummed = true
      let element = draft.item(of: array, choosing: .each, entering: scope)
      var columns: [Int] = []
      var width = 0
      for path in nested.elements {
        let node = path.steps.contains(.each) ? -1 : draft.insert(path.steps[...], below: element)
        if node >= 0, draft.nodes[node].scope == scope {
          columns.append(draft.nodes[node].column)
        } else {
          if node >= 0 { draft.setTarget(node, scope: scope, column: width) }
          columns.append(width)
          width += 1
        }
      }
      groupColumns.append(columns)
      widths.append(width)
    }
    flatten(draft)
  }

  private mutating func flatten(_ draft: PathTreeDraft) {
    for node in draft.nodes {
      var flat = Node()
      flat.scope = node.scope
      flat.column = node.column
      flat.isSummed = node.isSummed
      flat.firstKey = keys.count
      flat.keyCount = node.keys.count
      flat.firstItem = items.count
      flat.itemCount = node.items.count
      for key in node.keys {
        flat.keyLengths |= 1 << UInt64(min(key.bytes.count, 63))
        keys.append(key)
      }
      for item in node.items {
        if case .match = item.choice { flat.hasMatches = true }
        items.append(item)
      }
      nodes.append(flat)
    }
  }
}

/// The tree while it grows.
struct PathTreeDraft {
  struct Node {
    var scope = -1
    var column = 0
    var isSummed = false
    var keys: [PathTree.Key] = []
    var items: [PathTree.Item] = []
  }

  /// The first is the record itself.
  var nodes = [Node()]

  mutating func setTarget(_ node: Int, scope: Int, column: Int) {
    nodes[node].scope = scope
    nodes[node].column = column
  }

  /// Returns the node at the end of `steps`, made where it does not exist.
  mutating func insert(_ steps: some Sequence<RawPath.Step>, below start: Int) -> Int {
    var node = start
    for step in steps {
      switch step {
      case .key(let name): node = member(of: node, named: Array(name.utf8))
      case .index(let index): node = item(of: node, choosing: .index(index), entering: -1)
      case .each: node = item(of: node, choosing: .each, entering: -1)
      case .match(let key, let value):
        node = item(
          of: node, choosing: .match(key: Array(key.utf8), value: Array(value.utf8)),
          entering: -1)
      }
    }
    return node
  }

  private mutating func member(of node: Int, named bytes: [UInt8]) -> Int {
    if let known = nodes[node].keys.first(where: { $0.bytes == bytes }) { return known.child }
    nodes.append(Node())
    nodes[node].keys.append(PathTree.Key(bytes, child: nodes.count - 1))
    return nodes.count - 1
  }

  mutating func item(
    of node: Int, choosing choice: PathTree.Item.Choice, entering scope: Int
  ) -> Int {
    for item in nodes[node].items where item.enters == scope {
      switch (item.choice, choice) {
      case (.each, .each): return item.child
      case (.index(let known), .index(let new)) where known == new: return item.child
      case (.match(let key, let value), .match(let newKey, let newValue))
      where key == newKey && value == newValue:
        return item.child
      default: continue
      }
    }
    nodes.append(Node())
    nodes[node].items.append(
      PathTree.Item(choice: choice, child: nodes.count - 1, enters: scope))
    return nodes.count - 1
  }
}
