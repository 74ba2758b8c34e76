package import Records

// What each treatment's results look like. A kind that says nothing of it gives what its type
// gives: a text of a closed list is then held to nothing but the detectors' silence.

extension FloorKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .time(floor: settings.text.flatMap(TimeUnit.init(rawValue:)))
  }
}

extension BandsKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .words(bandNames(settings.bounds))
  }
}

extension AgeKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .words(bandNames(settings["bands"]?.bounds ?? []))
  }
}

extension RoundKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    guard let unit = minorUnits(settings.integer, of: type) else { return input }
    return input.rounded(to: unit)
  }
}

extension ClampKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    guard let list = settings.list, list.count == 2,
      let low = minorUnits(list[0].integer, of: type),
      let high = minorUnits(list[1].integer, of: type), low <= high
    else { return input }
    return input.clamped(to: low...high)
  }
}

extension PrefixKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    settings.integer.map { input.limited(to: $0) } ?? input
  }
}

extension SubnetKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .subnet(v4: settings["v4"]?.integer ?? 24, v6: settings["v6"]?.integer ?? 48)
  }
}

extension AgentKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    switch settings.text {
    case "family"?: .words(AgentFamily.allCases.map(\.rawValue))
    case "os"?: .words(AgentSystem.allCases.map(\.rawValue))
    case "device"?: .words(AgentDevice.allCases.map(\.rawValue))
    default: .versions(of: AgentFamily.allCases.map(\.rawValue))
    }
  }
}

extension URLKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    let parts = settings["keep"]?.list?.compactMap(\.text) ?? []
    guard parts.contains("path") else { return .url(host: true, path: nil) }
    let path: CellGrammar.Path
    if let listed = settings["paths"]?.list {
      path = .listed(listed.compactMap(\.text) + ["/other"])
    } else {
      path = settings["ids"]?.text == "keep" ? .any : .masked
    }
    return .url(host: parts.contains("host"), path: path)
  }
}

extension QueryKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .text(most: nil)
  }
}

extension HostKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .url(host: true, path: nil)
  }
}

extension OneOfKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .words((settings.list ?? []).compactMap(\.text) + ["other"])
  }
}

extension MapKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .words((settings.pairs ?? []).compactMap(\.value.text))
  }
}

extension PresentKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .boolean
  }
}

extension KeepKind {
  package func grammar(
    after input: CellGrammar, of type: ColumnType, with settings: SettingValue
  ) -> CellGrammar {
    .kept(input)
  }
}

extension SettingValue {
  /// The integers of a list, as bounds of bands.
  fileprivate var bounds: [Int64] { (list ?? []).compactMap(\.integer).map(Int64.init) }
}

/// Returns an integer of the settings in minor units of the column, or `nil` beyond 64 bits.
private func minorUnits(_ integer: Int?, of type: ColumnType) -> Int64? {
  guard var units = integer.map(Int64.init) else { return nil }
  for _ in 0..<type.form.scale {
    let (product, overflow) = units.multipliedReportingOverflow(by: 10)
    guard !overflow else { return nil }
    units = product
  }
  return units
}
