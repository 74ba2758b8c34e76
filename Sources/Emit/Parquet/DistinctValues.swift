import Records

/// A value of fixed size that columns hold, with the one that stands for null.
protocol ChunkValue: FixedWidthInteger, Sendable {
  static var null: Self { get }

  /// The values of a column or of its dictionary.
  static func all(of values: Values) -> [Self]
}

extension Int64: ChunkValue {
  static var null: Int64 { Values.nullNumber }

  static func all(of values: Values) -> [Int64] {
    guard case .number(let numbers) = values else {
      preconditionFailure("a column of numbers holds numbers")
    }
    return numbers
  }
}

extension UInt128: ChunkValue {
  static var null: UInt128 { 0 }

  static func all(of values: Values) -> [UInt128] {
    guard case .identity(let identities) = values else {
      preconditionFailure("a column of tokens holds identities")
    }
    precondition(
      identities.tokens.count == identities.fingerprints.count,
      "tokens are made before a column leaves")
    return identities.tokens
  }
}

/// A table that gives every distinct value a code: 0, 1, 2… in order of first sight.
///
/// Codes depend on the order alone, never on the secret with which the process hashes.
struct DistinctValues<Value: ChunkValue> {
  private(set) var values: [Value] = []

  /// Open addressing with linear probes; the code plus one, zero is free.
  private var slots = [UInt32](repeating: 0, count: 1024)
  private var mask = 1023
  private let secret = hashSecret

  init() {}

  /// Returns the code of `value`, a new one if it was never seen.
  mutating func code(of value: Value) -> UInt32 {
    var slot = firstSlot(of: value)
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if values[Int(entry &- 1)] == value { return entry &- 1 }
      slot = (slot &+ 1) & mask
    }
    values.append(value)
    slots[slot] = UInt32(values.count)
    if values.count &* 2 > slots.count { grow() }
    return UInt32(values.count &- 1)
  }

  /// Numbers come from strangers: without a secret they could choose values that collide.
  private func firstSlot(of value: Value) -> Int {
    let word = UInt64(truncatingIfNeeded: value) ^ secret
    let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: product.high ^ product.low) & mask
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    mask = slots.count &- 1
    for index in values.indices {
      var slot = firstSlot(of: values[index])
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = UInt32(index &+ 1)
    }
  }
}

private let hashSecret = UInt64.random(in: .min ... .max)
