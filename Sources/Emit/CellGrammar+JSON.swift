import Records

// The data package says the same twice: in the constraints of Table Schema, which every reader
// knows, and under `sparsam` exactly, which `verify` reads back.

extension CellGrammar {
  /// The grammar and the form of a column's cells, as the package's own member says them.
  func json(_ form: ValueForm) -> JSONText {
    .object(form.members + members)
  }

  private var members: [JSONText.Member] {
    func member(_ name: String, _ number: (some BinaryInteger)?) -> [JSONText.Member] {
      number.map { [.init(name, .integer(Int($0)))] } ?? []
    }
    switch self {
    case .text(let most): return [.init("is", .string("text"))] + member("most", most)
    case .words(let words): return [.init("is", .string("words")), .init("words", .strings(words))]
    case .versions(let words):
      return [.init("is", .string("versions")), .init("words", .strings(words))]
    case .subnet(let v4, let v6):
      return [
        .init("is", .string("subnet")), .init("v4", .integer(v4)), .init("v6", .integer(v6)),
      ]
    case .url(let host, let path):
      var members: [JSONText.Member] = [
        .init("is", .string("url")), .init("host", .boolean(host)),
      ]
      switch path {
      case nil: break
      case .any: members.append(.init("path", .string("any")))
      case .masked: members.append(.init("path", .string("masked")))
      case .listed(let paths): members.append(.init("paths", .strings(paths)))
      }
      return members
    case .token(let isReplay):
      return [.init("is", .string("token")), .init("replay", .boolean(isReplay))]
    case .number(let least, let greatest, let multiple):
      return [.init("is", .string("number"))] + member("least", least)
        + member("greatest", greatest) + member("multiple", multiple)
    case .boolean: return [.init("is", .string("boolean"))]
    case .time(let floor):
      return [.init("is", .string("time"))]
        + (floor.map { [.init("floor", .string($0.rawValue))] } ?? [])
    case .orOther(let inner): return inner.members + [.init("or_other", .boolean(true))]
    case .kept(let inner): return inner.members + [.init("kept", .boolean(true))]
    }
  }

  /// The constraints of Table Schema, version 2, that say the same as far as they can.
  func constraints(_ form: ValueForm) -> JSONText? {
    switch self {
    case .text(let most): return most.map { .members(["maxLength": .integer($0)]) }
    case .words(let words): return .members(["enum": .strings(words)])
    case .token(let isReplay):
      return .members(["pattern": .string("\(isReplay ? "r" : "t")[a-z2-7]{26}")])
    case .subnet(let v4, let v6):
      return .members(["pattern": .string("[0-9.]+/\(v4)|[0-9a-f:]+/\(v6)")])
    case .url(false, .listed(let paths)): return .members(["enum": .strings(paths)])
    case .number(let least, let greatest, _):
      if least == nil, greatest == nil { return nil }
      return .members([
        "minimum": least.flatMap { bound($0, form) },
        "maximum": greatest.flatMap { bound($0, form) },
      ])
    case .orOther(.words(let words)):
      return .members(["enum": .strings(words.contains("other") ? words : words + ["other"])])
    case .kept(let inner): return inner.constraints(form)
    case .versions, .url, .boolean, .time, .orOther: return nil
    }
  }

  /// A bound in whole units: all bounds of pipelines are.
  private func bound(_ minorUnits: Int64, _ form: ValueForm) -> JSONText? {
    var factor: Int64 = 1
    for _ in 0..<form.scale { factor *= 10 }
    return minorUnits % factor == 0 ? .integer(Int(minorUnits / factor)) : nil
  }
}

extension ValueForm {
  /// What the type of Table Schema leaves open.
  fileprivate var members: [JSONText.Member] {
    guard case .decimal(let scale, let keepsPlaces) = self else { return [] }
    return [.init("places", .integer(scale)), .init("all_places", .boolean(keepsPlaces))]
  }

  /// Reads the form of a field of a type of Table Schema back.
  init?(tableSchemaType type: String, _ own: PackageObject) throws(DataPackageFault) {
    switch type {
    case "string": self = try own.text("is") == "token" ? .token : .text
    case "integer": self = .integer
    case "number":
      let places = try own.number("places")
      guard (0...18).contains(places) else { return nil }
      self = .decimal(scale: places, keepsPlaces: try own.flag("all_places"))
    case "boolean": self = .boolean
    case "date": self = .date
    case "datetime": self = .timestamp
    default: return nil
    }
  }
}

extension CellGrammar {
  /// Reads a grammar back; `nil` where it is none that this program writes.
  init?(_ own: PackageObject) throws(DataPackageFault) {
    var grammar: CellGrammar
    switch try own.text("is") {
    case "text": grammar = .text(most: try own.optionalNumber("most"))
    case "words": grammar = .words(try own.texts("words"))
    case "versions": grammar = .versions(of: try own.texts("words"))
    case "subnet":
      let (v4, v6) = (try own.number("v4"), try own.number("v6"))
      guard (0...24).contains(v4), (0...48).contains(v6) else { return nil }
      grammar = .subnet(v4: v4, v6: v6)
    case "url":
      var path: Path?
      if own.has("paths") { path = .listed(try own.texts("paths")) }
      switch try own.optionalText("path") {
      case nil: break
      case "any": path = .any
      case "masked": path = .masked
      default: return nil
      }
      grammar = .url(host: try own.flag("host"), path: path)
    case "token": grammar = .token(isReplay: try own.flag("replay"))
    case "number":
      grammar = .number(
        least: try own.optionalNumber("least").map(Int64.init),
        greatest: try own.optionalNumber("greatest").map(Int64.init),
        multiple: try own.optionalNumber("multiple").map(Int64.init))
    case "boolean": grammar = .boolean
    case "time":
      let word = try own.optionalText("floor")
      let floor = word.flatMap(TimeUnit.init(rawValue:))
      if word != nil, floor == nil { return nil }
      grammar = .time(floor: floor)
    default: return nil
    }
    if own.has("kept") { grammar = .kept(grammar) }
    if own.has("or_other") { grammar = .orOther(grammar) }
    self = grammar
  }
}
