import Records

/// Treatments with the shapes and type rules of the real ones, which live in modules that this
/// suite cannot import; the whole program's tests run the same files with the real list.
struct TreatmentStandIn: TreatmentKind {
  var name: String
  var shape: SettingShape
  var rule: @Sendable (ColumnType, SettingValue) throws(PlanFault) -> ColumnType

  var summary: String { "Stands in for '\(name)'." }
  var examples: [TreatmentExample] { [] }

  func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    try rule(input, settings)
  }

  func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    throw PlanFault("a stand-in treats nothing")
  }

  private init(
    _ name: String, _ shape: SettingShape,
    _ rule: @escaping @Sendable (ColumnType, SettingValue) throws(PlanFault) -> ColumnType
  ) {
    self.name = name
    self.shape = shape
    self.rule = rule
  }

  private static func requireType(
    _ input: ColumnType, _ name: String, _ types: [FieldType]
  ) throws(PlanFault) {
    guard let source = input.source, types.contains(source), input.form != .token else {
      let noun = input.source.map { "'\($0.rawValue)'" } ?? "text"
      let names = types.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      throw PlanFault("'\(name)' takes \(names), not \(noun)")
    }
  }

  private static func requireNumber(
    _ input: ColumnType, _ name: String
  ) throws(PlanFault) {
    guard input.form.isNumber else {
      throw PlanFault(
        "'\(name)' takes numbers, not \(input.source.map { "'\($0.rawValue)'" } ?? "text")")
    }
  }

  static let all: [any TreatmentKind] = [
    TreatmentStandIn("floor", .word(TimeUnit.allCases.map(\.rawValue))) {
      input, settings throws(PlanFault) in
      guard input.form == .timestamp || input.form == .date, input.source != .birthDate else {
        throw PlanFault(
          "'floor' takes a timestamp or a date, not "
            + (input.source.map { "'\($0.rawValue)'" } ?? "text"))
      }
      let unit = settings.text.flatMap { TimeUnit(rawValue: $0) } ?? .day
      return input.becoming(unit == .hour ? .timestamp : .date, .treated, floor: unit)
    },
    TreatmentStandIn(
      "bands", .list(of: .integer(-1_000_000_000...1_000_000_000), count: 1...12)
    ) { input, _ throws(PlanFault) in
      try requireNumber(input, "bands")
      return input.becoming(.text, .closed)
    },
    TreatmentStandIn("round", .integer(1...1_000_000_000)) { input, _ throws(PlanFault) in
      try requireNumber(input, "round")
      return input.becoming(input.form, .treated)
    },
    TreatmentStandIn(
      "clamp", .list(of: .integer(-1_000_000_000_000...1_000_000_000_000), count: 2...2)
    ) { input, _ throws(PlanFault) in
      try requireNumber(input, "clamp")
      return input.becoming(input.form, .treated)
    },
    TreatmentStandIn("prefix", .integer(1...8)) { input, settings throws(PlanFault) in
      try requireType(input, "prefix", [.postcode, .text])
      let most = input.source == .postcode ? 3 : 8
      guard settings.integer ?? 9 <= most else {
        throw PlanFault(
          "a prefix of '\(input.source?.rawValue ?? "text")' has at most \(most) characters",
          fix: "write  prefix: \(most)")
      }
      return input.becoming(.text, .treated)
    },
    TreatmentStandIn(
      "subnet",
      .mapping([
        Setting("v4", .integer(0...24), about: "bits of an IPv4 address"),
        Setting("v6", .integer(0...48), about: "bits of an IPv6 address"),
      ])
    ) { input, _ throws(PlanFault) in
      try requireType(input, "subnet", [.ip])
      return input.becoming(.text, .subnet)
    },
    TreatmentStandIn("agent", .word(["family", "family_major", "os", "device"])) {
      input, _ throws(PlanFault) in
      try requireType(input, "agent", [.userAgent])
      return input.becoming(.text, .closed)
    },
    TreatmentStandIn(
      "url",
      .mapping([
        Setting(
          "keep", .list(of: .word(["host", "path"]), count: 1...2), required: true, about: "parts"),
        Setting("ids", .word(["mask", "keep"]), about: "segments that look like identifiers"),
        Setting("because", .reason, about: "why identifiers may stay"),
        Setting("paths", .list(of: .text, count: 1...1000), about: "the closed vocabulary"),
      ])
    ) { input, settings throws(PlanFault) in
      try requireType(input, "url", [.url])
      if settings["ids"]?.text == "keep", settings["because"] == nil {
        throw PlanFault(
          "'ids: keep' needs a reason", fix: "add  because: \"<reason>\"", setting: ["ids"])
      }
      return input.becoming(.text, settings["paths"] == nil ? .treated : .closed)
    },
    TreatmentStandIn("query", .text) { input, _ throws(PlanFault) in
      try requireType(input, "query", [.url])
      return input.becoming(.text, .treated)
    },
    TreatmentStandIn("host", .word(["full", "registrable"])) { input, _ throws(PlanFault) in
      try requireType(input, "host", [.url])
      return input.becoming(.text, .treated)
    },
    TreatmentStandIn(
      "age",
      .mapping([
        Setting(
          "bands", .list(of: .integer(1...120), count: 1...12), required: true,
          about: "ages at which a band begins")
      ])
    ) { input, _ throws(PlanFault) in
      try requireType(input, "age", [.birthDate])
      return input.becoming(.text, .closed)
    },
    TreatmentStandIn("one_of", .list(of: .text, count: 1...10_000)) { input, _ throws(PlanFault) in
      try requireType(input, "one_of", [.text, .postcode, .city])
      return input.becoming(.text, .closed)
    },
    TreatmentStandIn("map", .dictionary) { input, _ throws(PlanFault) in
      try requireType(input, "map", [.text, .postcode, .city])
      return input.becoming(.text, .closed)
    },
    TreatmentStandIn("present", .flag) { input, _ throws(PlanFault) in
      input.becoming(.boolean, .closed)
    },
    TreatmentStandIn(
      "redact",
      .mapping([
        Setting(
          "find", .list(of: .word(["email", "phone", "iban", "card", "ip"]), count: 1...5),
          required: true, about: "what to replace"),
        Setting("accept", .reason, required: true, about: "why names may remain"),
      ])
    ) { input, _ throws(PlanFault) in
      try requireType(input, "redact", [.freeText])
      return input.becoming(.text, .treated)
    },
    TreatmentStandIn("lower", .flag) { input, _ throws(PlanFault) in
      try requireType(input, "lower", [.text, .postcode, .city])
      return input
    },
    TreatmentStandIn("trim", .flag) { input, _ throws(PlanFault) in
      try requireType(input, "trim", [.text, .postcode, .city])
      return input
    },
    TreatmentStandIn("keep", .reason) { input, settings throws(PlanFault) in
      input.becoming(input.form, .kept(reason: settings.text ?? ""), floor: input.floor)
    },
    TreatmentStandIn("pseudonym", .text) { input, settings throws(PlanFault) in
      if let type = input.source, type.identifierClass != .direct, type != .text, type != .int {
        throw PlanFault(
          "type '\(type.rawValue)' is no identifier, and 'pseudonym' takes direct identifiers, "
            + "text and int",
          fix: "declare the type of identifier it is, or join it to one with {all: [...]}")
      }
      return input.becoming(.token, .pseudonym(key: settings.text ?? ""))
    },
  ]
}
