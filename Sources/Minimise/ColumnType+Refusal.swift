import Records

extension ColumnType {
  /// The declared type in quotes, or the form where the column was computed.
  var noun: String {
    if let source { return "'\(source.rawValue)'" }
    switch form {
    case .text: return "text"
    case .integer, .decimal: return "a computed number"
    case .boolean: return "a computed yes or no"
    case .date, .timestamp: return "a computed time"
    case .token: return "a pseudonym"
    }
  }

  /// Whether text treatments may read the column's cells.
  ///
  /// What a person can be told by stays out until a treatment of its own has read it.
  var isOpenText: Bool {
    guard form == .text else { return false }
    switch state {
    case .pseudonym, .subnet: return false
    case .treated, .closed: return true
    case .raw, .kept: return source == .text || source == .postcode || source == .city
    }
  }

  /// Whether a closed list may read the column's cells: every text, and a subnet, which is one.
  var isListable: Bool { isOpenText || form == .text && state == .subnet }

  /// Whether the column still holds what was collected under this type.
  func isRaw(_ type: FieldType) -> Bool {
    guard source == type else { return false }
    switch state {
    case .raw, .kept: return true
    case .treated, .closed, .subnet, .pseudonym: return false
    }
  }
}

extension TreatmentKind {
  /// The fault of an input that this treatment cannot take.
  func refusal(of input: ColumnType, takes: String, fix: String? = nil) -> PlanFault {
    switch input.state {
    case .pseudonym:
      PlanFault("'\(name)' cannot follow 'pseudonym'", fix: "delete '\(name)'")
    case .subnet:
      PlanFault("'\(name)' cannot follow 'subnet'", fix: "delete '\(name)'")
    case .raw, .treated, .closed, .kept:
      if input.state == .raw || input.source == nil {
        PlanFault("'\(name)' takes \(takes), not \(input.noun)", fix: fix)
      } else {
        PlanFault("'\(name)' takes \(takes), not a treated \(input.noun)", fix: fix)
      }
    }
  }
}
