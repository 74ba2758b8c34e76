import Bytes

extension RunFailure {
  /// An input that no reader has called complete, cut off or damaged; it must not count as complete.
  static func hasNoEnding(_ name: String, of source: String) -> RunFailure {
    RunFailure(
      .internalError,
      "input '\(name)' of source '\(source)' was not read to its end; nothing was published; this is "
        + "a fault of the program: keep the inputs and report it")
  }

  /// A pipe that ended too early: nothing comes behind it, as it may behind the end of a file.
  static func cutOff(_ name: String, of source: String) -> RunFailure {
    RunFailure(
      .badInput,
      "input '\(name)' of source '\(source)' was cut off: it ends inside a compressed member; nothing was "
        + "published; run again with all of it")
  }

  /// A file that cannot be trusted ends the run, unless its source leaves such files out.
  static func damaged(_ file: String, of source: String, _ damage: Damage) -> RunFailure {
    RunFailure(
      .badInput,
      "file '\(file)' of source '\(source)' is damaged: \(damage); "
        + "nothing was published; replace the file, or say 'damaged: skip' to leave such files out")
  }
}
