/// The paths that the objects of a sample have, with the values found there.
final class JSONTree {
  private let root = Node()
  private(set) var recordCount = 0
  private var nodeCount = 0
  /// Members with names that look like values, or beyond the limit; they are counted, never named.
  private var hiddenNames: Set<String> = []

  /// Beyond this number of paths names are data.
  private static let nodeLimit = 20_000
  /// Rare paths that are named; the others are counted.
  private static let rareLimit = 200

  private final class Node {
    var children: [String: Node] = [:]
    var order: [String] = []
    /// Elements of a key/value array by their key.
    var matches: [String: Node] = [:]
    var matchOrder: [String] = []
    var element: Node?
    var values: [[UInt8]] = []
    var filledCount = 0
    var truthCount = 0
    var arrayCount = 0
    /// How often it was there, as a member.
    var count = 0
    /// What its values were.
    var forms: Set<Form> = []
    /// How many objects, or key/value arrays, with members there were.
    var objectCount = 0
    /// Members with names that look like values.
    var hiddenCount = 0

    /// Whether its members' names may be data, such as persons by their names.
    ///
    /// Members of a record's part come again from record to record, at least one of them mostly, and
    /// differ in form. What is keyed by data has other keys each time, and one form of values.
    var isKeyedByData: Bool {
      let members = order.compactMap { children[$0] } + matchOrder.compactMap { matches[$0] }
      if members.isEmpty { return false }
      if hiddenCount >= members.count { return true }
      guard objectCount > 1, members.count > 1,
        !members.contains(where: { $0.count * 2 > objectCount })
      else { return false }
      let forms = Set(members.map(\.forms).filter { !$0.isEmpty })
      return forms.count <= 1 || members.allSatisfy { $0.count == 1 }
    }
  }

  private enum Form { case text, number, truth, object, array }

  func add(_ record: JSONSample) {
    recordCount += 1
    add(record, to: root, path: "")
  }

  private func add(_ value: JSONSample, to node: Node, path: String) {
    switch value {
    case .null: return
    case .truth(let isTrue):
      node.forms.insert(.truth)
      node.truthCount += 1
      keep(Array((isTrue ? "true" : "false").utf8), in: node)
    case .string(let text):
      node.forms.insert(.text)
      if !text.isEmpty { keep(text, in: node) }
    case .number(let text):
      node.forms.insert(.number)
      keep(text, in: node)
    case .object(let members):
      node.forms.insert(.object)
      if !members.isEmpty { node.objectCount += 1 }
      for member in members {
        let place = path + "\u{0}" + member.name
        if let child = child(named: member.name, of: node, place: place) {
          child.count += 1
          add(member.value, to: child, path: place)
        }
      }
    case .array(let elements):
      node.forms.insert(.array)
      node.arrayCount += 1
      if let pairs = JSONTree.pairs(elements) {
        node.objectCount += 1
        for (key, member) in pairs {
          let place = path + "\u{0}[" + key
          if let child = match(key, of: node, place: place) {
            child.count += 1
            add(member, to: child, path: place)
          }
        }
        return
      }
      let element = node.element ?? Node()
      node.element = element
      for value in elements { add(value, to: element, path: path + "\u{0}[]") }
    }
  }

  private func keep(_ text: [UInt8], in node: Node) {
    node.filledCount += 1
    if node.values.count < SampledField.valueLimit { node.values.append(text) }
  }

  private func child(named name: String, of node: Node, place: String) -> Node? {
    if let child = node.children[name] { return child }
    guard isAdmitted(name, place, of: node) else { return nil }
    let child = Node()
    node.children[name] = child
    node.order.append(name)
    return child
  }

  private func match(_ key: String, of node: Node, place: String) -> Node? {
    if let child = node.matches[key] { return child }
    guard isAdmitted(key, place, of: node), !key.contains("]") else {
      hiddenNames.insert(place)
      return nil
    }
    let child = Node()
    node.matches[key] = child
    node.matchOrder.append(key)
    return child
  }

  private func isAdmitted(_ name: String, _ place: String, of node: Node) -> Bool {
    let looksLikeValue = FieldName.looksLikeValue(name)
    if looksLikeValue || name.contains("\"") || nodeCount >= JSONTree.nodeLimit {
      if hiddenNames.count < JSONTree.nodeLimit, hiddenNames.insert(place).inserted, looksLikeValue
      {
        node.hiddenCount += 1
      }
      return false
    }
    nodeCount += 1
    return true
  }

  /// Returns the elements by key if the array is one of `{"key": …, "value": …}` objects.
  private static func pairs(_ elements: [JSONSample]) -> [(String, JSONSample)]? {
    var pairs: [(String, JSONSample)] = []
    for element in elements {
      guard case .object(let members) = element, members.count <= 4,
        members.contains(where: { $0.name == "value" }),
        let key = members.first(where: { $0.name == "key" }), case .string(let text) = key.value
      else { return nil }
      let rest = members.filter { $0.name != "key" }
      pairs.append((String(decoding: text, as: UTF8.self), .object(rest)))
    }
    return pairs.isEmpty ? nil : pairs
  }

  // MARK: - What was found

  private struct Found {
    var fields: [SampledField] = []
    var rare: [String] = []
    /// Rare members of objects that have so many that they are rather a map.
    var mapped = 0
    var arrays: [String] = []
  }

  private lazy var found: Found = {
    var found = Found()
    collect(root, path: "", names: [], isNested: false, into: &found)
    return found
  }()

  var fields: [SampledField] { found.fields }

  /// Comment lines: arrays, rare paths, and what is only counted.
  var remarks: [String] {
    var lines = found.arrays
    if !found.rare.isEmpty {
      lines.append("in fewer than 1 of 50 records, dropped:")
      for path in found.rare.prefix(JSONTree.rareLimit) { lines.append("  " + path) }
      let rest = found.rare.count - JSONTree.rareLimit
      if rest > 0 { lines.append("  and \(rest) more") }
    }
    if found.mapped > 0 {
      lines.append("\(found.mapped) rare keys of objects with very many keys, dropped")
    }
    if !hiddenNames.isEmpty {
      lines.append(
        hiddenNames.count == 1
          ? "1 key that looks like a value, dropped"
          : "\(hiddenNames.count) keys that look like values, dropped")
    }
    return lines
  }

  /// Returns the names that tell what a field is: GA4 puts a parameter's value into a member that is
  /// called after its form, `event_params[key=page_title].value.string_value`.
  private func told(_ names: [String]) -> [String] {
    let forms = ["string_value", "int_value", "float_value", "double_value"]
    guard let last = names.last, forms.contains(last), names.count > 2,
      names[names.count - 2] == "value"
    else { return names }
    return [last] + names.dropLast(2)
  }

  private func collect(
    _ node: Node, path: String, names: [String], isNested: Bool, into found: inout Found
  ) {
    if node.filledCount > 0, !names.isEmpty {
      if node.filledCount * 50 < recordCount {
        found.rare.append(path)
      } else if isNested {
        found.arrays.append("  " + path)
      } else {
        var field = SampledField(path: path, names: told(names), values: node.values)
        field.filledCount = node.filledCount
        field.recordCount = recordCount
        field.isTruth = node.truthCount == node.filledCount
        found.fields.append(field)
      }
    }
    // A record is none: without its fields there were no draft.
    if !names.isEmpty, node.isKeyedByData {
      found.arrays.append("\(path) has keys that may be data; declare those that are names")
      return
    }
    let isMap = node.order.count > 50
    for name in node.order {
      guard let child = node.children[name] else { continue }
      if isMap, child.order.isEmpty, child.element == nil, child.filledCount <= 2,
        child.filledCount * 50 < recordCount
      {
        found.mapped += 1
        continue
      }
      let step = name.contains { ".[]".contains($0) } ? "\"\(name)\"" : name
      let inner = path.isEmpty ? step : path + "." + step
      collect(child, path: inner, names: names + [name], isNested: isNested, into: &found)
    }
    for key in node.matchOrder {
      guard let child = node.matches[key] else { continue }
      collect(
        child, path: "\(path)[key=\(key)]", names: names + [key], isNested: isNested, into: &found)
    }
    guard let element = node.element, !path.isEmpty else { return }
    if node.arrayCount * 50 < recordCount {
      found.rare.append(path + "[]")
      return
    }
    if !isNested {
      let hasMembers = !element.order.isEmpty
      found.arrays.append(
        hasMembers
          ? "\(path)[] is an array of objects; make each a record with  each: \(path)  to read:"
          : "\(path)[] is an array; \(path)[0] is its first element")
      if !hasMembers { return }
    }
    collect(element, path: path + "[]", names: names, isNested: true, into: &found)
  }
}
