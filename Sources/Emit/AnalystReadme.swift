package import Records

/// The page beside a table for the person who works with it: what it is, until when, how to read
/// it.
package enum AnalystReadme {
  /// Returns the page in Markdown.
  package static func text(
    for table: TableDescription, partitions: [Partition]
  ) -> String {
    let newestFirst = partitions.sorted { $0.date > $1.date }
    let sections = [
      beginning(table), columns(table, newestFirst), uses(table), ends(table, newestFirst),
      removals(table), reading(table), questions(table),
    ]
    return sections.joined(separator: "\n")
  }

  private static func beginning(_ table: TableDescription) -> String {
    var text = "# \(markdown(table.table))\n\n"
    text +=
      "One row is \(markdown(table.grain)). For \(markdown(table.audience)), "
      + "from \(markdown(table.controller)); about \(markdown(table.persons)).\n"
    if table.isReplay {
      text +=
        "\n**Made with the public replay key, from synthetic data.** Its tokens begin with `r` and "
        + "protect nobody.\n"
    }
    if table.isPersonal {
      text +=
        "\n**This is pseudonymous personal data** (GDPR, Art. 4 No. 5). Identifiers were replaced or "
        + "removed, but a row is still about one person or visit, and who holds the keys can tell "
        + "whose tokens these are. So: do not try to find out who somebody is, do not join it with "
        + "other data about persons, keep it where only its audience can read it, do not pass it on, "
        + "and delete it in time.\n"
    }
    return text
  }

  private static func columns(_ table: TableDescription, _ partitions: [Partition]) -> String {
    var text = "## Columns\n\n| column | type | what it is | what was done | for |\n"
    text += "|---|---|---|---|---|\n"
    for described in table.columns {
      var meaning = described.about.map(markdown) ?? ""
      if let unit = described.unit {
        meaning += (meaning.isEmpty ? "in " : ", in ") + markdown(unit)
      }
      text +=
        "| \(markdown(described.column.name)) | \(described.column.type.form.inWords) | \(meaning) "
        + "| \(markdown(described.treatment)) | \(markdown(described.purposes.joined(separator: ", ")))"
        + " |\n"
    }
    if table.columns.contains(where: { $0.column.type.form == .token }) {
      text +=
        "\nA pseudonym is a token of 27 characters. Within one key and epoch the same person has the "
        + "same token; over epochs tokens cannot be joined.\n"
    }
    let today = table.columns.map(PublishedField.init)
    if let other = partitions.first(where: { ($0.fields ?? today) != today }) {
      text +=
        "\nPartitions up to \(other.date) were published with other columns or treatments, see "
        + "`datapackage.json`.\n"
    }
    return text
  }

  private static func uses(_ table: TableDescription) -> String {
    var text = "## What it may be used for\n\n"
    for purpose in table.purposes {
      text +=
        "- **\(markdown(purpose.name))**: \(markdown(purpose.why)). Legal basis: "
        + "\(markdown(purpose.basis)).\n"
    }
    return text + "\nFor nothing else: another purpose is another table.\n"
  }

  private static func ends(_ table: TableDescription, _ partitions: [Partition]) -> String {
    var text = "## Until when\n\n"
    text +=
      "Kept \(markdown(table.retention)). Delete a partition, and every copy and extract of it, on "
      + "its date below at the latest.\n"
    if partitions.isEmpty { return text }
    let hasShare = partitions.contains { $0.sharePublished != nil }
    text += "\n| partition | rows |\(hasShare ? " of the records read |" : "") delete after |\n"
    text += "|---|---:|\(hasShare ? "---:|" : "")---|\n"
    for partition in partitions.prefix(listedPartitions) {
      let share = partition.sharePublished.map { "\($0) %" } ?? ""
      text +=
        "| \(partition.date) | \(partition.rowCount) |\(hasShare ? " \(share) |" : "") "
        + "\(partition.deleteAfter ?? "no rows") |\n"
    }
    if partitions.count > listedPartitions {
      text += "\nThe older ones stand in `datapackage.json`.\n"
    }
    return text
  }

  private static func removals(_ table: TableDescription) -> String {
    var text = "## What was removed\n\n"
    text +=
      "Nothing has left but the columns above: other raw fields were skipped, or read only to tell "
      + "when something happened and whether it may be used. Values that could not be read, or that "
      + "looked like an identifier of a person, are empty."
    if let protection = table.protection { text += " Small cells: \(markdown(protection))." }
    return text
      + " Sums may therefore be smaller than those in the shop's books.\n"
  }

  private static func questions(_ table: TableDescription) -> String {
    var text = "## Questions\n\nAsk \(markdown(table.contact))"
    if let officer = table.officer {
      text += "; the data protection officer is \(markdown(officer))"
    }
    return text + ".\n"
  }

  /// Returns a text that Markdown shows as it is, on one line and inside a table's cell.
  private static func markdown(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "[", "]", "<", ">", "|":
        shown += "\\"
        shown.unicodeScalars.append(scalar)
      case "\n", "\r", "\t": shown += " "
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}

/// Enough for a month; older partitions are in the data package.
private let listedPartitions = 31

extension ValueForm {
  /// The form as an analyst knows it.
  fileprivate var inWords: String {
    switch self {
    case .text: "text"
    case .integer: "integer"
    case .decimal(let scale, _): "decimal, \(scale) places"
    case .boolean: "true or false"
    case .date: "date"
    case .timestamp: "time"
    case .token: "pseudonym"
    }
  }
}
