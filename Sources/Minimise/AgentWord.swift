import Identifiers

/// Words of user agent strings that mean something to `UserAgent`.
///
/// A case's name is the word in lower case; `spellings` has what Swift cannot name so.
enum AgentWord: UInt8, CaseIterable, Sendable {
  case adr, alohabrowser, android, appletv, applewebkit, avast, avastsecurebrowser, bb10
  case bdhonorbrowser, blackberry, brave, cfnetwork, chrome, chromium, citrixchromeapp
  case coccoc, crios, crkey, cros, darwin, dolphin, dolphinhdcn, duckduckgo, edg, edga, edge, edgios
  case electron, fb4a, fban, fbav, fbIab, fbios
  case firefox, freebsd, fxios, gecko, gsa, harmonyos, hbbtv, heytapbrowser, honorbrowser, hpwos
  case huaweibrowser, i386, iemobile, instagram, ios, ipad, iphone, ipod, juc, kaios, kakaotalk,
    kindle
  case linkedin, linux, macbook, macintosh, macos, maxthon, micromessenger, mini, miuibrowser, mobi,
    mobile
  case mqqbrowser, msie, msoffice, musically
  case mxbrowser, netfront, oculusbrowser, opera, opios, opr, opt, opx, outlook, palemoon, pinterest
  case playbook, playstation, puffin, qqbrowser, rv, safari, samsungbrowser, series60, silk,
    snapchat
  case spotify, symbian, symbianos, symbos, tablet, telegram, thunderbird, tiktok, tizen, trident,
    tv
  case tvos, twitter, ubuntu, ucbrowser, ucweb, version, vivaldi, vivobrowser, watchos, wds, web0s
  case webos, weibo, whale, win95, win98, windows, windowsce, windowsPhone, winnt, wv, x11, x86
  case yabrowser
  /// Any of the words that only programs have; see `robots`.
  case robot

  /// Spellings of a word beside its case's name.
  private static let spellings: [(String, AgentWord)] = [
    ("coc_coc_browser", .coccoc), ("fb_iab", .fbIab), ("linkedinapp", .linkedin),
    ("musical_ly", .musically), ("x86_64", .x86), ("bytedancewebview", .tiktok),
    ("trill", .tiktok), ("ddg", .duckduckgo), ("s60", .series60), ("s60v3", .series60),
    ("s60v5", .series60), ("smarttv", .tv), ("googletv", .tv), ("androidtv", .tv), ("aftt", .tv),
    ("aftm", .tv), ("macbookpro", .macbook), ("macbookair", .macbook), ("imac", .macbook),
    ("macmini", .macbook), ("macpro", .macbook), ("ubrowser", .ucbrowser), ("ucmobile", .ucbrowser),
    ("twitterandroid", .twitter),
    ("abb", .alohabrowser), ("chromeos", .cros), ("wosbrowser", .webos), ("mac_powerpc", .macos),
  ]

  /// Words of programs that fetch pages without a person in front of them.
  private static let robots = ASCII.words(
    """
    apachebench archiver axios bingpreview catchpoint curl datanyze facebookexternalhit feedfetcher
    feedparser fetcher headlesschrome htmlparser httpclient httpie httpunit httrack indexer jakarta
    java larbin lftp libcurl libwww lighthouse linkchecker mechanize mediapartners monitor
    monitoring nagios netcraft nutch pagespeed perl phantomjs php pingdom postmanruntime puppeteer
    pycurl python requests ruby scanner scrapy selenium snoopy thumbnail validator w3c_validator
    webcopier webzip wget winhttp wordpress zgrab
    """)

  /// The known words by their letters, ascending, for binary search.
  private static let table: [(key: UInt128, word: AgentWord)] = {
    var entries: [UInt128: AgentWord] = [:]
    for word in allCases where word != .windowsPhone && word != .robot {
      entries[pack("\(word)")] = word
    }
    for (text, word) in spellings { entries[pack(text)] = word }
    for word in robots { entries[pack(String(decoding: word, as: UTF8.self))] = .robot }
    return entries.sorted { $0.key < $1.key }.map { (key: $0.key, word: $0.value) }
  }()

  /// Up to the last sixteen bytes of a word as one number.
  private static func pack(_ text: String) -> UInt128 {
    text.utf8.reduce(0) { $0 << 8 | UInt128($1) }
  }

  private static func find(_ key: UInt128) -> AgentWord? {
    let table = table
    var low = 0
    var high = table.count
    while low < high {
      let middle = (low &+ high) / 2
      if table[middle].key < key { low = middle &+ 1 } else { high = middle }
    }
    return low < table.count && table[low].key == key ? table[low].word : nil
  }

  /// Returns the known words of the text, and whether anything in it is a program's mark.
  static func scan(
    _ bytes: Span<UInt8>, from: Int, to end: Int
  ) -> (words: AgentWords, isBot: Bool) {
    var words = AgentWords()
    var isBot = false
    var previous: AgentWord?
    var index = from
    while index < end {
      guard isWordByte(bytes[index]) else {
        index &+= 1
        continue
      }
      let word = Word(bytes, from: index, to: end)
      if word.isBot { isBot = true }
      if let known = find(word.key) ?? find(word.stem) {
        // `Java/1.8` is a program, `(Java; U; …)` an old phone.
        if word.key != java || word.end < end && bytes[word.end] == UInt8(ascii: "/") {
          words.insert(known)
        }
        previous = known
      } else {
        // `Windows Phone`: neither word alone means it.
        if word.key == phone, previous == .windows { words.insert(.windowsPhone) }
        previous = nil
      }
      index = word.end
    }
    return (words, isBot)
  }

  private static let phone = pack("phone")
  private static let java = pack("java")

  /// Returns the first number behind one of the words, of at most three digits.
  static func version(
    after names: [AgentWord], in bytes: Span<UInt8>, from: Int, to end: Int
  ) -> Int? {
    var index = from
    while index < end {
      guard isWordByte(bytes[index]) else {
        index &+= 1
        continue
      }
      let word = Word(bytes, from: index, to: end)
      index = word.end
      guard let known = find(word.key) ?? find(word.stem), names.contains(known) else { continue }
      var digit = word.end
      while digit < end, digit &- word.end < 2, !ASCII.isDigit(bytes[digit]) { digit &+= 1 }
      var number = 0
      let start = digit
      while digit < end, ASCII.isDigit(bytes[digit]), digit &- start < 4 {
        number = number &* 10 &+ Int(bytes[digit] &- 48)
        digit &+= 1
      }
      if digit > start { return digit &- start <= 3 ? number : nil }
    }
    return nil
  }

  @inline(always)
  private static func isWordByte(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_")
  }

  /// One word: its last sixteen letters in lower case, and the same without digits at its end.
  private struct Word {
    var key: UInt128 = 0
    var stem: UInt128 = 0
    var end: Int
    var isBot = false

    init(_ bytes: Span<UInt8>, from: Int, to limit: Int) {
      var index = from
      var isTail = false
      while index < limit, AgentWord.isWordByte(bytes[index]) {
        let byte = ASCII.lowercased(bytes[index])
        key = key << 8 | UInt128(byte)
        if ASCII.isDigit(byte) || byte == UInt8(ascii: "_") {
          isTail = true
        } else {
          stem = isTail ? key : stem << 8 | UInt128(byte)
          isTail = false
        }
        switch key & 0xFF_FFFF {
        case 0x62_6F74:  // bot, unless the phones of Cubot or a longer word: bottle
          let next = index &+ 1 < limit ? bytes[index &+ 1] : 0
          let afterNext = index &+ 2 < limit ? bytes[index &+ 2] : 0
          let isWhole = !ASCII.isLower(next) || next == 115 && !ASCII.isLower(afterNext)
          if isWhole, key & 0xFF_FFFF_FFFF != 0x63_7562_6F74 { isBot = true }
        case 0x61_776C where key >> 24 & 0xFFFF == 0x6372: isBot = true  // crawl
        case 0x64_6572 where key >> 24 & 0xFF_FFFF == 0x73_7069: isBot = true  // spider
        case 0x75_7270 where key >> 24 & 0xFFFF == 0x736C: isBot = true  // slurp
        default: break
        }
        index &+= 1
      }
      end = index
      // Programs leave the address of their master, +http://…, or are called Go-http-client.
      if key == 0x6874_7470 || key == 0x68_7474_7073, index &+ 1 < limit,
        bytes[index] == UInt8(ascii: ":") && bytes[index &+ 1] == UInt8(ascii: "/")
          || bytes[index] == UInt8(ascii: "-")
      {
        isBot = true
      }
    }
  }
}

/// A set of words.
struct AgentWords: Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private var top: UInt64 = 0

  mutating func insert(_ word: AgentWord) {
    let index = Int(word.rawValue)
    switch index >> 6 {
    case 0: low |= 1 << UInt64(index & 63)
    case 1: high |= 1 << UInt64(index & 63)
    default: top |= 1 << UInt64(index & 63)
    }
  }

  func has(_ word: AgentWord) -> Bool {
    let index = Int(word.rawValue)
    let bits = index >> 6 == 0 ? low : index >> 6 == 1 ? high : top
    return bits >> UInt64(index & 63) & 1 != 0
  }

  var isHandheldApple: Bool { has(.ipad) || has(.iphone) || has(.ipod) }
}
