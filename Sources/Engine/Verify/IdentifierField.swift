import PipelineFile
import Pseudonymise
import Records

/// A raw field that holds a direct identifier, and how its values are normalised.
struct IdentifierField: Hashable, Sendable {
  var slot: Int
  var type: FieldType

  /// Returns the identifying fields of a source, each once; also those that no table publishes.
  static func all(of source: SourcePlan) -> [IdentifierField] {
    var fields: [IdentifierField] = []
    func add(_ slot: Int, _ type: FieldType) {
      let field = IdentifierField(slot: slot, type: type)
      if type.identifierClass == .direct, !fields.contains(field) { fields.append(field) }
    }
    for column in source.columns {
      switch column.origin {
      case .slot(let slot): add(slot, column.fieldType)
      case .first(let slots): for slot in slots { add(slot, column.fieldType) }
      case .all(let slots, let types): for (slot, type) in zip(slots, types) { add(slot, type) }
      case .derived: break
      }
    }
    return fields
  }
}

extension Worker {
  /// Hands the identifiers of the judged records to those who keep watch over them.
  ///
  /// Where a column has interned them anyway, a value that repeats itself in a block comes once;
  /// else it comes as often as it is there, for those who watch remember longer than a block.
  mutating func noteIdentifiers(_ judged: Judged, _ coded: inout CodedSlots) {
    guard let identifiers = program.identifiers else { return }
    for field in program.identifierFields {
      let column = cells(
        of: field.slot, judged, mask: .none, isCoded: isInterned(field.slot, judged, coded), &coded)
      if case .text(let texts) = column.values {
        identifiers.take(texts, as: Normalisation(of: field.type))
      }
    }
  }
}
