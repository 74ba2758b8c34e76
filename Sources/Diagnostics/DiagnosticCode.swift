/// The stable code of a kind of problem.
///
/// Codes never change their meaning and are never used again. Ranges: `S1` the file's form, `S2`
/// protection of persons, `S3` names, `S4` sources and columns, `S5` expressions, `S6` aggregates,
/// `S7` outputs and tests.
package enum DiagnosticCode: String, CaseIterable, Hashable, Sendable {
  case unreadableYAML = "S101"
  case unknownKey = "S102"
  case duplicateKey = "S103"
  case tabIndentation = "S104"
  case anchor = "S105"
  case tag = "S106"
  case severalDocuments = "S107"
  case missingKey = "S108"
  case wrongShape = "S109"
  case illegalValue = "S110"
  case illegalName = "S111"
  case unsupportedVersion = "S112"

  case noPurpose = "S201"
  case basisWithoutReference = "S202"
  case personalName = "S203"
  case unprotectedIdentifier = "S204"
  case untreatedQuasiIdentifier = "S205"
  case keepNotAllowed = "S206"
  case consentMissing = "S207"
  case trackingWithoutConsent = "S208"
  case keyReachesTwoAudiences = "S209"
  case rowsLeaveTwice = "S210"
  case purposeNotAllowed = "S211"
  case keptTooLong = "S212"
  case realPersonInTest = "S213"
  case purposesNotShared = "S214"
  case conditionOnIdentifier = "S215"
  case objectionMatchesNothing = "S216"
  case tablesSubtract = "S217"
  case cellsBesideRows = "S218"

  case unknownColumn = "S301"
  case unknownPurpose = "S302"
  case unknownRetention = "S303"
  case unknownKeyName = "S304"
  case unknownSource = "S305"
  case unknownTable = "S306"
  case unknownRawField = "S307"
  case unknownTreatment = "S308"
  case nameTaken = "S309"
  case unused = "S310"
  case neverJoin = "S311"

  case typeMissing = "S401"
  case typeFixed = "S402"
  case illegalPath = "S403"
  case illegalTimeFormat = "S404"
  case settingNotHere = "S405"
  case illegalTreatment = "S406"
  case treatmentOrder = "S407"
  case illegalClock = "S408"
  case illegalFiles = "S409"
  case nestedPath = "S410"

  case unreadableExpression = "S501"
  case notANumber = "S502"
  case expressionNeedsPurpose = "S503"
  case tooManyPlaces = "S504"
  case illegalSum = "S505"

  case groupOrPer = "S601"
  case pseudonymInGroup = "S602"
  case illegalMeasure = "S603"
  case exactExtreme = "S604"
  case protectionMissing = "S605"
  case leastTooSmall = "S606"
  case leastIsLow = "S607"
  case notPersons = "S608"
  case rotatingCount = "S609"
  case otherNeedsText = "S610"
  case illegalDominance = "S612"

  case illegalCompression = "S701"
  case tableNotPublished = "S702"
}

extension DiagnosticCode {
  package var severity: Diagnostic.Severity {
    switch self {
    case .trackingWithoutConsent, .unused, .neverJoin, .leastIsLow: .warning
    default: .error
    }
  }

  /// A few words that name the problem.
  package var title: String { entry.title }

  /// Why it is one, and what to do.
  package var explanation: String { entry.explanation }

  /// What is right, as it stands in a pipeline file.
  package var example: String { entry.example }

  /// One line of the catalogue.
  struct Entry {
    var title: String
    var explanation: String
    var example: String

    init(_ title: String, _ explanation: String, _ example: String) {
      self.title = title
      self.explanation = explanation
      self.example = example
    }
  }
}
