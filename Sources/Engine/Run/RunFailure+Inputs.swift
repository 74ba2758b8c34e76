import Bytes

extension RunFailure {
  /// A file that cannot be trusted ends the run, unless its source leaves such files out.
  static func damaged(_ file: String, of source: String, _ damage: Damage) -> RunFailure {
    RunFailure(
      .badInput,
      "file '\(file)' of source '\(source)' is damaged: \(damage); "
        + "nothing was published; replace the file, or say 'damaged: skip' to leave such files out")
  }
}
