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

  /// The known words, found by their letters.
  private static let table = Table()

  /// Up to the last sixteen bytes of a word as one number.
  private static func pack(_ text: String) -> UInt128 {
    text.utf8.reduce(0) { $0 << 8 | UInt128($1) }
  }

  /// A hash table with open addressing, at most a quarter full: most words are not in it, and most
  /// of those meet a free slot at once. Its keys are fixed, so nobody can choose what collides.
  private struct Table {
    private var keys = [UInt128](repeating: 0, count: 1024)
    private var words = [AgentWord](repeating: .robot, count: 1024)
    /// For each byte its lower case, or 0 where no word has it.
    let letters: [UInt8] = (0...255).map { (byte: UInt8) -> UInt8 in
      ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") ? ASCII.lowercased(byte) : 0
    }

    init() {
      for word in allCases where word != .windowsPhone && word != .robot {
        insert(AgentWord.pack("\(word)"), word)
      }
      for (text, word) in spellings { insert(AgentWord.pack(text), word) }
      for word in robots { insert(AgentWord.pack(String(decoding: word, as: UTF8.self)), .robot) }
    }

    private mutating func insert(_ key: UInt128, _ word: AgentWord) {
      var slot = Table.slot(of: key)
      while keys[slot] != 0, keys[slot] != key { slot = (slot &+ 1) & 1023 }
      keys[slot] = key
      words[slot] = word
    }

    /// Returns the word as it is written, or without the digits at its end.
    func find(_ word: Word) -> AgentWord? {
      if let known = find(word.key) { return known }
      return word.stem == word.key ? nil : find(word.stem)
    }

    private func find(_ key: UInt128) -> AgentWord? {
      var slot = Table.slot(of: key)
      while keys[slot] != 0 {
        if keys[slot] == key { return words[slot] }
        slot = (slot &+ 1) & 1023
      }
      return nil
    }

    private static func slot(of key: UInt128) -> Int {
      let folded = UInt64(truncatingIfNeeded: key) ^ UInt64(truncatingIfNeeded: key >> 64)
      return Int((folded &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
  }

  /// Returns the known words of the text, and whether anything in it is a program's mark.
  static func scan(
    _ bytes: Span<UInt8>, from: Int, to end: Int
  ) -> (words: AgentWords, isBot: Bool) {
    let table = table
    var words = AgentWords()
    var isBot = false
    var previous: AgentWord?
    var index = from
    while index < end {
      guard table.letters[Int(bytes[index])] != 0 else {
        if bytes[index] == UInt8(ascii: "@"), isContact(bytes, at: index, to: end) { isBot = true }
        index &+= 1
        continue
      }
      let word = Word(bytes, from: index, to: end, letters: table.letters)
      if word.isBot { isBot = true }
      if let known = table.find(word) {
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

  /// Programs leave an address to complain to, help@bot.example; `th-TH@calendar` is a locale.
  private static func isContact(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> Bool {
    var dot = index &+ 1
    while dot < end, ASCII.isAlphanumeric(bytes[dot]) || bytes[dot] == UInt8(ascii: "-") {
      dot &+= 1
    }
    return dot > index &+ 1 && dot &+ 1 < end && bytes[dot] == UInt8(ascii: ".")
      && ASCII.isLetter(bytes[dot &+ 1])
  }

  private static let phone = pack("phone")
  private static let java = pack("java")

  /// Returns the first number behind one of the words, of at most three digits.
  static func version(
    after names: [AgentWord], in bytes: Span<UInt8>, from: Int, to end: Int
  ) -> Int? {
    let table = table
    var index = from
    while index < end {
      guard table.letters[Int(bytes[index])] != 0 else {
        index &+= 1
        continue
      }
      let word = Word(bytes, from: index, to: end, letters: table.letters)
      index = word.end
      guard let known = table.find(word), names.contains(known) else {
        continue
      }
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

  /// One word: its last sixteen letters in lower case, and the same without digits at its end.
  private struct Word {
    var key: UInt128 = 0
    var stem: UInt128 = 0
    var end: Int
    var isBot = false

    init(_ bytes: Span<UInt8>, from: Int, to limit: Int, letters: [UInt8]) {
      var index = from
      var isTail = false
      while index < limit {
        let byte = letters[Int(bytes[index])]
        if byte == 0 { break }
        key = key << 8 | UInt128(byte)
        if byte < UInt8(ascii: "a") {
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
