/// A seeded source of choices: the same seed gives the same files on every machine.
///
/// SplitMix64 after Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
/// Only integers are used, because floating-point functions differ between C libraries.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Creates the generator of one object, so that object `index` is the same at every file size.
  init(seed: UInt64, stream: Stream, index: Int) {
    var mixer = Dice(seed: seed ^ (stream.rawValue &* 0xD134_2543_DE82_EF95))
    var inner = Dice(seed: mixer.next() ^ UInt64(bitPattern: Int64(index)))
    state = inner.next()
  }

  /// What is drawn: each kind of object has numbers of its own.
  enum Stream: UInt64 {
    case customer = 1
    case visit
    case arrival
    case order
    case accessLine
    case event
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Returns a number from 0 up to, not including, `bound`; `bound` is 1 or more.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Returns a number from 0 up to `bound` that is small more often than large.
  mutating func skewed(_ bound: Int) -> Int {
    let first = below(bound)
    return below(first + 1)
  }

  /// Returns whether an event of `permille` in a thousand happens.
  mutating func happens(_ permille: Int) -> Bool { below(1000) < permille }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// Returns `count` hexadecimal digits.
  mutating func hex(_ count: Int) -> String {
    var text = ""
    for _ in 0..<count { text += String(below(16), radix: 16) }
    return text
  }

  /// Returns `count` letters and digits as advertising networks make them.
  mutating func token(_ count: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var text = ""
    for _ in 0..<count { text.append(pick(alphabet)) }
    return text
  }
}
