package import PipelineFile
package import Records

/// Each raw field of a pipeline and its fate, in words.
package struct Explanation: Sendable {
  private let plan: Plan

  package init(_ plan: Plan) { self.plan = plan }

  /// The fate of one column of a source.
  package struct Fate: Sendable {
    package var raw: [String]
    package var column: String
    package var type: String
    package var treatment: String
    package var purposes: [String]
    /// Tables as `output/table` in which it, or something computed from it, leaves.
    package var leavesIn: [String]
  }

  /// Returns the fates of a source's columns, in declared order.
  package func fates(of number: Int) -> [Fate] {
    let source = plan.sources[number]
    return source.columns.enumerated().map { position, column in
      Fate(
        raw: column.rawPaths, column: column.name, type: column.fieldType.rawValue,
        treatment: column.treatment, purposes: column.purposes.map { plan.purposes[$0].name },
        leavesIn: tables(source: number, column: position))
    }
  }

  private func tables(source number: Int, column: Int) -> [String] {
    plan.outputs.flatMap { output in
      output.tables.compactMap { table in
        switch table.content {
        case .rows(number, let columns) where columns.contains(column):
          return "\(output.name)/\(table.name)"
        case .aggregate(let aggregate, _):
          let plan = plan.aggregates[aggregate]
          return plan.source == number && plan.definition.columns.contains(column)
            ? "\(output.name)/\(table.name)" : nil
        default: return nil
        }
      }
    }
  }

  /// The explanation as plain text.
  package var text: String {
    var text = "\(plan.name), for \(plan.controller.name)\n"
    for (number, source) in plan.sources.enumerated() {
      text += "\nsource '\(source.name)' (\(source.holding.rawValue), \(source.files))\n"
      for fate in fates(of: number) {
        let raw = fate.raw.isEmpty ? "computed" : fate.raw.joined(separator: ", ")
        let leaves =
          fate.leavesIn.isEmpty ? "nowhere" : fate.leavesIn.joined(separator: ", ")
        text += "  \(raw) → \(fate.column)\n"
        text += "      \(fate.type), \(fate.treatment.isEmpty ? "as it is" : fate.treatment)\n"
        text += "      for \(fate.purposes.joined(separator: ", ")); leaves in \(leaves)\n"
      }
      for objection in source.objections {
        text += "  \(fields(of: objection, in: source)) → compared with '\(objection.files)'\n"
        text += "      a person on the list loses \(lost(objection, in: source))\n"
      }
      if let keep = source.rawKeep { text += "  raw files may lie there for \(keep)\n" }
      text += "  every other field → dropped: skipped in the raw bytes, never decoded\n"
    }
    return text
  }

  private func fields(of objection: SourcePlan.Objection, in source: SourcePlan) -> String {
    objection.slots.map { source.projection.slots[$0].text }.joined(separator: ", ")
  }

  /// What a person loses: the columns that are kept for nothing but the purposes objected to.
  private func lost(_ objection: SourcePlan.Objection, in source: SourcePlan) -> String {
    let columns = source.columns.filter { $0.purposes.allSatisfy(objection.purposes.contains) }
    let names = objection.purposes.map { plan.purposes[$0].name }.joined(separator: ", ")
    let words = columns.map(\.name).joined(separator: ", ")
    return "the purpose \(names): " + (columns.isEmpty ? "no column alone" : words)
  }

  package var json: JSONText {
    .members([
      "pipeline": .string(plan.name),
      "sources": .array(
        plan.sources.indices.map { number in
          .members([
            "name": .string(plan.sources[number].name),
            "holds": .string(plan.sources[number].holding.rawValue),
            "fields": .array(
              fates(of: number).map { fate in
                .members([
                  "raw": .strings(fate.raw), "column": .string(fate.column),
                  "type": .string(fate.type), "treatment": .string(fate.treatment),
                  "purposes": .strings(fate.purposes), "leaves_in": .strings(fate.leavesIn),
                ])
              }),
            "objections": plan.sources[number].objections.isEmpty
              ? nil
              : .array(
                plan.sources[number].objections.map { objection in
                  .members([
                    "files": .string(objection.files), "type": .string(objection.type.rawValue),
                    "raw": .strings(
                      objection.slots.map { plan.sources[number].projection.slots[$0].text }),
                    "purposes": .strings(objection.purposes.map { plan.purposes[$0].name }),
                  ])
                }),
            "raw_keep": plan.sources[number].rawKeep.map { .string("\($0)") },
            "all_other_fields": .string("dropped"),
          ])
        }),
    ])
  }
}
