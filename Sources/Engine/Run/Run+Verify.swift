extension Run {
  /// Reads back what was staged and refuses what must not leave, before anything counts.
  ///
  /// Called once a night, between staging and `prepared`: all files of `staging` are closed and
  /// durable, none of them is visible, and a throw leaves nothing behind.
  func verify(_ staging: Staging) throws {}
}
