import Identifiers

/// What a user agent string says of browser, system and device.
///
/// One walk over the words of the text notes which known words it has (`AgentWord`); everything
/// else is read off that set, in the order in which uap-core asks, because one browser imitates
/// another: Edge says Chrome, Chrome says Safari, and Safari says Mozilla.
package struct UserAgent: Sendable {
  private var words: AgentWords
  private var isBot: Bool

  /// Reads the words of `bytes[from ..< end]`.
  package init(_ bytes: Span<UInt8>, from: Int, to end: Int) {
    (words, isBot) = AgentWord.scan(bytes, from: from, to: end)
  }

  /// The browser or app.
  package var family: AgentFamily {
    if isBot || words.has(.robot) { return .bot }
    return app ?? otherBrowser ?? mainBrowser
  }

  /// Apps that show pages, and say so before the browser they are built on.
  private var app: AgentFamily? {
    if words.has(.fban) || words.has(.fbIab) || words.has(.fbav) { return .facebook }
    if words.has(.instagram) { return .instagram }
    if words.has(.pinterest) { return .pinterest }
    if words.has(.twitter) { return .twitter }
    if words.has(.musically) || words.has(.tiktok) { return .tikTok }
    if words.has(.snapchat) { return .snapchat }
    if words.has(.linkedin) { return .linkedIn }
    if words.has(.micromessenger) { return .weChat }
    if words.has(.weibo) { return .weibo }
    if words.has(.kakaotalk) { return .kakaoTalk }
    if words.has(.telegram) { return .telegram }
    if words.has(.gsa) { return .google }
    if words.has(.spotify) { return .spotify }
    return nil
  }

  /// Browsers that carry another browser's name beside their own.
  private var otherBrowser: AgentFamily? {
    if words.has(.oculusbrowser) { return .oculus }
    if words.has(.samsungbrowser) { return .samsung }
    if words.has(.yabrowser) { return .yandex }
    if words.has(.ucbrowser) || words.has(.ucweb) { return .uc }
    if words.has(.mqqbrowser) { return .qqMobile }
    if words.has(.qqbrowser) { return .qq }
    if words.has(.miuibrowser) { return .miui }
    if words.has(.huaweibrowser) { return .huawei }
    if words.has(.heytapbrowser) { return .heyTap }
    if words.has(.vivobrowser) { return .vivo }
    if words.has(.honorbrowser) || words.has(.bdhonorbrowser) { return .honor }
    if words.has(.whale) { return .whale }
    if words.has(.vivaldi) { return .vivaldi }
    if words.has(.brave) { return .brave }
    if words.has(.duckduckgo) { return .duckDuckGo }
    if words.has(.puffin) { return .puffin }
    if words.has(.maxthon) || words.has(.mxbrowser) { return .maxthon }
    if words.has(.coccoc) { return .cocCoc }
    if words.has(.avast) || words.has(.avastsecurebrowser) { return .avast }
    if words.has(.alohabrowser) { return .aloha }
    if words.has(.dolphin) || words.has(.dolphinhdcn) { return .dolphin }
    if words.has(.palemoon) { return .paleMoon }
    if words.has(.silk) { return .silk }
    if words.has(.thunderbird) { return .thunderbird }
    if words.has(.outlook) || words.has(.msoffice) { return .outlook }
    if words.has(.netfront) || words.has(.playstation) { return .netFront }
    if words.has(.opt) { return .operaTouch }
    if words.has(.opx) { return .operaGX }
    if words.has(.mini), words.has(.opera) { return .operaMini }
    if words.has(.opios) { return .operaMini }
    if words.has(.mobi), words.has(.opera) { return .operaMobile }
    if words.has(.opr) {
      return words.has(.android) && words.has(.mobile) ? .operaMobile : .opera
    }
    if words.has(.opera) { return .opera }
    if words.has(.edgios) || words.has(.edga) { return .edgeMobile }
    if words.has(.edge) || words.has(.edg) {
      return words.has(.windowsPhone) ? .edgeMobile : .edge
    }
    if words.has(.electron) { return .electron }
    return nil
  }

  private var mainBrowser: AgentFamily {
    if words.has(.iemobile) { return .internetExplorerMobile }
    if words.has(.msie) || words.has(.trident) { return .internetExplorer }
    if words.has(.fxios) { return .firefoxIOS }
    if words.has(.firefox) {
      // Firefox names itself last; what follows is a browser made of it.
      return words.has(.mobile) || words.has(.tablet) || words.has(.android)
        ? .firefoxMobile : .firefox
    }
    if words.has(.crios) { return .chromeMobileIOS }
    if words.has(.chromium) { return .chromium }
    if words.has(.chrome) {
      if words.has(.wv) || words.has(.android) && words.has(.version) { return .chromeWebView }
      return words.has(.mobile) ? .chromeMobile : .chrome
    }
    if words.has(.blackberry) || words.has(.bb10) || words.has(.playbook) { return .blackBerry }
    if words.has(.android) { return words.has(.applewebkit) ? .android : .other }
    if words.has(.safari), words.has(.cfnetwork) { return .safari }
    if words.has(.applewebkit) {
      if words.isHandheldApple {
        return words.has(.safari) && words.has(.version) ? .mobileSafari : .webKitView
      }
      if words.has(.macintosh) { return words.has(.safari) ? .safari : .appleMail }
    }
    if words.has(.cfnetwork) { return .cfNetwork }
    return .other
  }

  /// The operating system.
  package var system: AgentSystem {
    if words.has(.watchos) { return .watchOS }
    if words.has(.tvos) || words.has(.appletv) { return .tvOS }
    if words.has(.windowsPhone) || words.has(.wds) { return .windowsPhone }
    if words.has(.cros) || words.has(.citrixchromeapp) && words.has(.x11) { return .chromeOS }
    if words.has(.harmonyos) { return .harmonyOS }
    if words.has(.tizen) { return .tizen }
    if words.has(.kaios) { return .kaiOS }
    if words.has(.web0s) || words.has(.webos) || words.has(.hpwos) { return .webOS }
    if words.has(.symbianos) || words.has(.symbian) || words.has(.symbos) || words.has(.series60) {
      return .symbian
    }
    if words.has(.blackberry) || words.has(.bb10) { return .blackBerry }
    if words.isHandheldApple || words.has(.crios) || words.has(.fxios) || words.has(.edgios) {
      return .iOS
    }
    if words.has(.android) || words.has(.adr) || words.has(.silk) || words.has(.juc)
      || words.has(.oculusbrowser) || words.has(.fb4a)
    {
      return .android
    }
    if words.has(.freebsd) { return .freeBSD }
    if words.has(.windows) || words.has(.windowsce) || words.has(.winnt) || words.has(.win95)
      || words.has(.win98)
    {
      return .windows
    }
    if words.has(.ios) || words.has(.fbios) { return .iOS }
    if words.has(.darwin), words.has(.cfnetwork) {
      // Macs name their processor or model; handhelds do neither.
      return words.has(.x86) || words.has(.i386) || words.has(.macbook) ? .macOS : .iOS
    }
    if words.has(.macintosh) || words.has(.macos) || words.has(.darwin) { return .macOS }
    if words.has(.mobile) || words.has(.tablet), words.has(.firefox) || words.has(.gecko),
      !words.has(.linux), !words.has(.x11)
    {
      return .firefoxOS
    }
    if words.has(.ubuntu) { return .ubuntu }
    return words.has(.linux) || words.has(.x11) ? .linux : .other
  }

  /// The kind of device.
  package var device: AgentDevice {
    if family == .bot { return .bot }
    if words.has(.ipad) || words.has(.tablet) || words.has(.playbook) || words.has(.silk)
      || words.has(.kindle)
    {
      return .tablet
    }
    switch system {
    case .iOS, .windowsPhone, .symbian, .blackBerry, .firefoxOS, .kaiOS: return .mobile
    case .android, .harmonyOS:
      if words.has(.tv) || words.has(.crkey) || words.has(.oculusbrowser) { return .other }
      if words.has(.mobile) || words.has(.mini) || words.has(.mobi) || words.has(.fb4a) {
        return .mobile
      }
      // A browser on Android that does not say Mobile runs on a tablet; an app says neither.
      return words.has(.applewebkit) || words.has(.gecko) ? .tablet : .mobile
    case .macOS, .windows, .chromeOS, .freeBSD: return .desktop
    case .linux, .ubuntu:
      if words.has(.tv) || words.has(.crkey) || words.has(.hbbtv) { return .other }
      return words.has(.mobile) ? .mobile : .desktop
    case .tizen: return words.has(.mobile) ? .mobile : .other
    case .tvOS, .watchOS, .webOS: return .other
    case .other: return words.has(.mobile) || words.has(.mini) ? .mobile : .other
    }
  }

  /// Returns the first number of the family's version, if it has at most three digits.
  package func major(
    of family: AgentFamily, in bytes: Span<UInt8>, from: Int, to end: Int
  ) -> Int? {
    let names: [AgentWord]
    switch family {
    case .chrome, .chromeMobile, .chromeWebView: names = [.chrome]
    case .chromeMobileIOS: names = [.crios]
    case .chromium: names = [.chromium]
    case .safari, .mobileSafari, .android: names = [.version]
    case .firefox, .firefoxMobile: names = [.firefox]
    case .firefoxIOS: names = [.fxios]
    case .thunderbird: names = [.thunderbird]
    case .edge, .edgeMobile: names = [.edg, .edge, .edga, .edgios]
    case .internetExplorer: names = [.msie, .rv]
    case .internetExplorerMobile: names = [.iemobile]
    case .opera: names = words.has(.opr) ? [.opr] : words.has(.version) ? [.version] : [.opera]
    case .operaMobile: names = words.has(.opr) ? [.opr] : [.version]
    case .operaMini: names = [.mini, .opios]
    case .operaTouch: names = [.opt]
    case .operaGX: names = [.opx]
    case .samsung: names = [.samsungbrowser]
    case .silk: names = [.silk]
    case .yandex: names = [.yabrowser]
    case .uc: names = [.ucbrowser]
    case .vivaldi: names = [.vivaldi]
    case .miui: names = [.miuibrowser]
    case .huawei: names = [.huaweibrowser]
    case .whale: names = [.whale]
    default: return nil
    }
    return AgentWord.version(after: names, in: bytes, from: from, to: end)
  }
}
