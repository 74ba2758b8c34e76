// The one table of what each code means: `explain CODE` and the reference page are made from it.
// Longer than other files because a table is read best in one piece.

extension DiagnosticCode {
  var entry: Entry {
    switch self {
    case .unreadableYAML:
      Entry(
        "the file is no YAML",
        "The file cannot be read as YAML, so nothing in it was checked. Most often a text holds "
          + "': ' or ' #' or begins with one of [ ] { } , & * ! | > % @ ` and needs quotes, or a "
          + "bracket or quote is not closed.",
        "about: \"price: net\"")
    case .unknownKey:
      Entry(
        "unknown key",
        "A key that the language does not know at this place. It is an error and not ignored, "
          + "because a misspelt protection would silently be none. The message names the nearest "
          + "legal key, or the section where the key belongs.",
        "buyer: {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}")
    case .duplicateKey:
      Entry(
        "key stands twice",
        "The same key stands twice in one mapping. YAML readers disagree on which one counts, so "
          + "none does. Delete one of them.",
        "retention: {short: {starts: event, keep: 90d}}")
    case .tabIndentation:
      Entry(
        "tab in the indentation",
        "Lines are indented with blanks only. A tab looks different in every editor, and what "
          + "belongs to what would depend on it.",
        "sources:\n  orders:\n    holds: purchase")
    case .anchor:
      Entry(
        "anchors, aliases and merge keys",
        "Anchors (&name), aliases (*name) and merge keys (<<) are refused: a reader of the file "
          + "must see at each field what becomes of it, without looking elsewhere. Write it out.",
        "day: {from: ts, type: timestamp, treat: {floor: day}, for: browsing}")
    case .tag:
      Entry(
        "YAML tag",
        "Tags (!name, !!str) are refused: the language alone says which type a value has. "
          + "Delete the tag.",
        "delimiter: \";\"")
    case .severalDocuments:
      Entry(
        "several documents in one file",
        "One file is one pipeline. A line of three dashes begins a second document, which would be "
          + "easy to overlook. Put it into a file of its own.",
        "sparsam: 1\nname: shop-nightly")
    case .missingKey:
      Entry(
        "a mandatory key is missing",
        "The section needs a key that is not there. What must be stated has no default on purpose: "
          + "somebody has to decide it.",
        "short: {starts: event, keep: 90d}")
    case .wrongShape:
      Entry(
        "value of another shape",
        "A list, a mapping or a single text stands where another of them is expected. Lists are "
          + "written [a, b], mappings {key: value}.",
        "group: [day, region]")
    case .illegalValue:
      Entry(
        "value that cannot be",
        "The value is not one of the words, numbers or spans of time that can stand here. Spans "
          + "are <n>d, w, mo or y; shares are 0.1%.",
        "keep: 14mo")
    case .illegalName:
      Entry(
        "name that cannot be",
        "Names of pipelines, shops, sources, tables, outputs and keys become folders and parts of "
          + "key derivation: they begin with a letter and hold letters, digits, '-' and '_'. The "
          + "pipeline's name and the shop are slugs of small letters, digits and '-'.",
        "name: shop-nightly")
    case .unsupportedVersion:
      Entry(
        "version of the language",
        "The first key says which version of the language the file is written in. This program "
          + "reads version 1.",
        "sparsam: 1")

    case .noPurpose:
      Entry(
        "column without a purpose",
        "Everything that leaves has a purpose, with its legal basis and its retention (GDPR "
          + "Article 5(1)(b)). A column that serves none need not leave.",
        "status: {for: stability}")
    case .basisWithoutReference:
      Entry(
        "legal basis without its reference",
        "Legitimate interest rests on an assessment that somebody wrote down, a legal obligation "
          + "on a law. State which one.",
        "revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-2026-04, "
          + "retention: season}")
    case .personalName:
      Entry(
        "plain type under a personal name",
        "The column or its raw field is named like an identifier of a person, yet declared with a "
          + "plain type. The wrong declaration is the likeliest leak. Declare the type it has, or "
          + "state with keep why it is none.",
        "card: {from: gift_card, type: text, treat: {keep: design of the card}, for: revenue}")
    case .unprotectedIdentifier:
      Entry(
        "direct identifier leaves unprotected",
        "E-mail address, phone, name, street, IP address, account, order, cookie, IBAN and card "
          + "number leave only as pseudonym or as present; an IP address also as subnet. There is "
          + "no way to keep them as they are. Fields that are not declared are dropped.",
        "buyer: {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}")
    case .untreatedQuasiIdentifier:
      Entry(
        "quasi-identifier leaves untreated",
        "Postcode, city, date of birth, user agent, URL, free text and exact time single out "
          + "persons when they come together. They leave only treated.",
        "region: {from: zip, type: postcode, treat: {prefix: 2}, for: revenue}")
    case .keepNotAllowed:
      Entry(
        "keep on a type that cannot be kept",
        "keep states why a value leaves as it is. That is possible for postcode, city, timestamp "
          + "and the plain types only.",
        "city: {type: city, treat: {keep: few large cities}, for: revenue}")
    case .consentMissing:
      Entry(
        "consent without a consent field",
        "A purpose rests on consent, so the source must say in which raw field the consent stands "
          + "and which text means yes. Without consent, columns that rest on it alone are null.",
        "consent: {field: consent.statistics, equals: true}")
    case .trackingWithoutConsent:
      Entry(
        "cookie read without consent",
        "Reading an identifier from a visitor's device needs consent unless it is strictly "
          + "necessary (section 25 TDDDG). Name the consent field, or state with necessary why "
          + "none is needed.",
        "necessary: \"load balancing\"")
    case .keyReachesTwoAudiences:
      Entry(
        "tokens of one key reach two audiences",
        "Two audiences with tokens of the same key can join their tables person by person. Take a "
          + "second key for the second audience. The ledger holds it across pipelines: a run ends with "
          + "78 where a key has reached another audience before.",
        "keys:\n  shopper: {rotate: quarter}\n  shopper-crm: {rotate: quarter}")
    case .rowsLeaveTwice:
      Entry(
        "rows of one source leave twice",
        "Rows keep their order, so two tables of the same source line up row by row, and what one "
          + "leaves out stands in the other. One source leaves as a row table in one output only.",
        "tables: [{access: [hour, page, status]}]")
    case .purposeNotAllowed:
      Entry(
        "column serves no purpose of the output",
        "A column may be in an output only when it was kept for one of the purposes that the "
          + "output may use. An aggregated column may be used for the purposes that all columns it "
          + "was computed from share. Narrow the table, or let the column serve the purpose.",
        "tables: [{access: [hour, page, status]}]")
    case .keptTooLong:
      Entry(
        "kept longer than the purposes allow",
        "An output's keep can shorten the retention of its purposes, never lengthen it.",
        "keep: short")
    case .realPersonInTest:
      Entry(
        "a test that may name a real person",
        "Tests are read by many and copied often. E-mail addresses end in a reserved domain "
          + "(example.com, anything.example, .test, .invalid), IP addresses are documentation "
          + "(192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32) or private ones, card, "
          + "IBAN and phone numbers come from the published test ranges.",
        "given: {orders: [{email: b1@shop.example, zip: \"01067\"}]}")
    case .purposesNotShared:
      Entry(
        "columns of one expression share no purpose",
        "What is computed from several columns may be used only for the purposes that all of them "
          + "share.",
        "total: quantity * price")
    case .conditionOnIdentifier:
      Entry(
        "condition on an identifier",
        "where selects records by fields of plain types. Selecting by an identifier would make a "
          + "table about certain persons.",
        "where: {status: [paid, shipped]}")
    case .objectionMatchesNothing:
      Entry(
        "objections that match nothing",
        "A list of objections is compared with the raw fields that a column reads as the list's "
          + "type. Where there is none, every objection would silently be ignored. Name the raw field "
          + "that holds the identifier: it is read, compared and dropped.",
        "objections: [{files: \"no-analysis.txt\", type: email, field: customer.email, "
          + "purposes: revenue}]")
    case .tablesSubtract:
      Entry(
        "tables that can be subtracted",
        "Two tables of one source reach one audience, and at least one of them protects small groups "
          + "with k. Laid side by side, the one less the other can show what k has suppressed. Give "
          + "both the same group, where and k: then they are suppressed together. Or give them where "
          + "lists on one column that share no value, or make one table of them, or name the other "
          + "people who read the second one.",
        "categories: {from: orders, where: {country: DE}, group: [day, category], ...}\n"
          + "regions:    {from: orders, where: {country: [AT, CH]}, group: [day, region], ...}")
    case .cellsBesideRows:
      Entry(
        "protected cells beside rows",
        "The audience has the single rows of the source, or a row for each of its persons, and can "
          + "count in them what k suppresses. Say with k: {none: ...} why the cells need no "
          + "protection there, or name the other people who read them.",
        "k: {none: the same audience reads the rows}")

    case .unknownColumn:
      Entry(
        "unknown column",
        "No column of this name exists here. Aggregates and outputs see the columns of a source "
          + "under the names that stand left of the colon, not the raw fields.",
        "group: [day, region]")
    case .unknownPurpose:
      Entry(
        "unknown purpose",
        "Purposes are declared once in the section purposes and used by name.",
        "status: {for: stability}")
    case .unknownRetention:
      Entry(
        "unknown retention class",
        "Retention classes are declared once in the section retention and used by name.",
        "retention:\n  short: {starts: event, keep: 90d}")
    case .unknownKeyName:
      Entry(
        "unknown key name",
        "Pseudonyms are made under a key that the section keys names; the secret itself lives in "
          + "the key store.",
        "keys:\n  shopper: {rotate: quarter}")
    case .unknownSource:
      Entry(
        "unknown source",
        "No source of this name is declared in the section sources.", "from: orders")
    case .unknownTable:
      Entry(
        "unknown table",
        "A table is a source (its rows) or an aggregate. No such one is declared.",
        "tables: [regions]")
    case .unknownRawField:
      Entry(
        "unknown raw field",
        "An access log has the raw fields vhost, ip, ident, user, time, method, target, protocol, "
          + "status, bytes, referrer and user_agent, as far as its layout writes them. A CSV file "
          + "whose header is listed has those names.",
        "page: {from: target, treat: {url: {keep: [path]}}, for: stability}")
    case .unknownTreatment:
      Entry(
        "unknown treatment",
        "No treatment of this name exists. The reference page lists them all.",
        "treat: {floor: day}")
    case .nameTaken:
      Entry(
        "name is taken",
        "Two things of the same name would stand in one place. Rename one of them.",
        "measure: {orders: {distinct: order}}")
    case .unused:
      Entry(
        "declared but not used",
        "A key, purpose or retention class that nothing uses. Often the name is misspelt where it "
          + "should be used; else delete it, so that the register says what happens.",
        "keys:\n  shopper: {rotate: quarter}")
    case .neverJoin:
      Entry(
        "columns share a key but never join",
        "Tokens are equal only where the key and the declared type are the same. These sources use "
          + "the same key for different types, so that no row of one will ever match the other.",
        "shopper: {from: user.email, type: email, treat: {pseudonym: shopper}, for: browsing}")

    case .typeMissing:
      Entry(
        "column without a type",
        "CSV and NDJSON do not say what their fields mean. The type decides how a value is read "
          + "and how it may leave, so it is always stated.",
        "quantity: {type: int, for: revenue}")
    case .typeFixed:
      Entry(
        "type or format of an access log field",
        "The fields of an access log have fixed types and one time format; they cannot be "
          + "declared otherwise.",
        "network: {from: ip, treat: {subnet: {v4: 24, v6: 48}}, for: stability}")
    case .illegalPath:
      Entry(
        "raw path that cannot be read",
        "Paths of NDJSON are written user.id, items[0].sku, items[].price, "
          + "params[key=page].value, and \"quoted.name\" for names with dots.",
        "from: user.email")
    case .illegalTimeFormat:
      Entry(
        "time format that cannot be read",
        "A format is iso8601, epoch_s, epoch_ms, epoch_us, epoch_ns, or a pattern of yyyy yy MM M "
          + "MMM dd d HH H hh h a mm ss S X and literals, with a full date. Letters that are "
          + "literals stand in single quotes; Z without them is an offset, as X is.",
        "format: \"dd.MM.yyyy HH:mm\"")
    case .settingNotHere:
      Entry(
        "setting without effect here",
        "The setting exists but says nothing in this place, for example a CSV option on an access "
          + "log, a scale on a text or distinct on a number.",
        "price: {from: unit_price, type: decimal, scale: 4, for: revenue}")
    case .illegalTreatment:
      Entry(
        "treatment that cannot apply",
        "The settings of a treatment are wrong, or it does not take values of this type.",
        "region: {from: zip, type: postcode, treat: {prefix: 2}, for: revenue}")
    case .treatmentOrder:
      Entry(
        "several treatments",
        "Several treatments are a list, applied in its order; a pseudonym is always the last of "
          + "them, because nothing can be done with a token.",
        "treat: [{trim: true}, {lower: true}]")
    case .illegalClock:
      Entry(
        "clock that tells no time",
        "The clock is the raw field that says when something happened. Key epochs and retention "
          + "hang on it, so it must be a time or a date. Files without time say clock: run.",
        "clock: {from: ordered_at, format: \"dd.MM.yyyy HH:mm\"}")
    case .illegalFiles:
      Entry(
        "files that cannot be matched",
        "read.files is a pattern below the input folder: no absolute path, no '..'. {date} or "
          + "{date:yyyyMMdd} stands for the run's date, * and ? for what varies, \"-\" for "
          + "standard input.",
        "files: \"orders-{date}*.csv.gz\"")
    case .nestedPath:
      Entry(
        "path into a nested array",
        "A path with [] has many values in one record. It can stand in sum(...) of derive, or in a "
          + "source whose each makes every element a record.",
        "each: items")

    case .unreadableExpression:
      Entry(
        "expression that cannot be read",
        "Expressions are made of + - * ( ), decimal numbers, number columns of the source, raw "
          + "paths, and sum(items[].price * items[].quantity).",
        "total: quantity * price")
    case .notANumber:
      Entry(
        "column that is no number",
        "Only int, decimal and money columns can be reckoned with, before any bands.",
        "total: quantity * price")
    case .expressionNeedsPurpose:
      Entry(
        "expression over raw paths without a purpose",
        "Columns bring their purposes with them, raw paths do not. State them with is and for.",
        "revenue: {is: \"sum(items[].price * items[].quantity)\", for: browsing}")
    case .tooManyPlaces:
      Entry(
        "more places than can be held",
        "Products add the places of their factors: money has 2, decimal 6. Up to 18 places can be "
          + "held; state with scale how many the result keeps. It rounds half to even.",
        "total: {is: quantity * price * rate, for: revenue, scale: 2}")
    case .illegalSum:
      Entry(
        "sum that runs over no array, or over two",
        "sum(...) runs over the elements of one nested array; at least one path inside has [].",
        "is: \"sum(items[].price * items[].quantity)\"")

    case .groupOrPer:
      Entry(
        "group or per",
        "An aggregate has either group (one row a cell) or per (one row a person), not both and "
          + "not none.",
        "group: [day, region]")
    case .pseudonymInGroup:
      Entry(
        "pseudonym among the group keys",
        "A cell for each token is a row for each person. Take per for a table of persons.",
        "per: buyer")
    case .illegalMeasure:
      Entry(
        "measure that cannot be computed",
        "A measure is count, or one of distinct, sum, min, max, mean with a column; sum and mean "
          + "need a number, min and max a number, date or time; bands, round and clamp need a "
          + "number.",
        "measure: {lines: count, revenue: {sum: total}}")
    case .exactExtreme:
      Entry(
        "smallest or largest value of a cell",
        "The extreme value of a cell is one person's value. It needs bands or round, or a date "
          + "that is floored.",
        "measure: {largest: {max: total, round: 50}}")
    case .protectionMissing:
      Entry(
        "aggregate without protection of small cells",
        "Every aggregate says how many persons a cell needs, or for which reason none is needed.",
        "k: {least: 10, of: buyer, below: suppress}")
    case .leastTooSmall:
      Entry(
        "fewer than five persons",
        "A cell of fewer than 5 persons is as good as a list of them.",
        "k: {least: 10, of: buyer, below: suppress}")
    case .leastIsLow:
      Entry(
        "fewer than ten persons",
        "Statistical offices publish cells of 10 persons and more where tables are made every "
          + "day: differences between days narrow smaller ones down.",
        "k: {least: 10, of: buyer, below: suppress}")
    case .notPersons:
      Entry(
        "count of something else than persons",
        "of counts distinct persons: a pseudonym of email, phone, account, cookie, iban or card. "
          + "An IP address or joined fields count devices, which counts: devices admits. Orders "
          + "are not persons: one person with ten orders would pass for ten.",
        "k: {least: 10, of: visitor, counts: devices, below: suppress}")
    case .rotatingCount:
      Entry(
        "a rotating key is counted across its epochs",
        "With the key the token changes, and a person counts again. A group key that is a floor of "
          + "the clock no coarser than the rotation keeps epochs apart.",
        "group: [day, region]")
    case .otherNeedsText:
      Entry(
        "below: other needs a text key",
        "The cells below the threshold are put together under the text 'other' in the last text "
          + "key of the group. This table has none.",
        "k: {least: 10, of: buyer, below: suppress}")
    case .illegalDominance:
      Entry(
        "dominance without a sum",
        "dominance suppresses cells in which one person makes more than that share of a summed "
          + "measure. The table has no sum, or counts no persons.",
        "k: {least: 10, of: buyer, below: suppress, dominance: 50%}")

    case .illegalCompression:
      Entry(
        "compression that the format does not have",
        "Parquet takes zstd, gzip or none; CSV and NDJSON take gzip, small, zstd or none.",
        "format: csv\ncompression: gzip")
    case .tableNotPublished:
      Entry(
        "expectation of a table that never leaves",
        "A test compares what leaves. The table, or the column, stands in no output.",
        "expect: {regions: []}")
    }
  }
}
