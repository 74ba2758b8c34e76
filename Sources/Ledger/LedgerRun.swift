/// A run as the ledger knows it. Times are UTC in ISO 8601, dates `YYYY-MM-DD`.
package struct LedgerRun: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// It made the partitions of a date from raw files.
    case night
    /// It wrote published partitions anew, without some of their rows.
    case rewrite
    /// The evidence of it was found; an earlier ledger knew it.
    case adopted
  }

  package enum State: String, Hashable, Sendable {
    /// It has begun; what it staged counts for nothing.
    case intent
    /// All that it makes is staged, verified and durable: it will be published, come what may.
    case prepared
    case published
    /// It ended without publishing anything.
    case dropped
  }

  package var name: String
  package var kind: Kind
  package var pipeline: String
  /// SHA-256 of the pipeline file, in hex.
  package var pipelineDigest: String
  package var date: String
  /// The output folder, absolute.
  package var folder: String
  package var state = State.intent
  /// Whether its partitions take the place of others.
  package var replaces: Bool
  /// The run that made its date anew.
  package var replacedBy: String?
  package var begun: String
  package var prepared: String?
  /// When it was published or dropped.
  package var ended: String?

  package init(
    name: String, kind: Kind, pipeline: String, pipelineDigest: String, date: String,
    folder: String, replaces: Bool = false, begun: String
  ) {
    self.name = name
    self.kind = kind
    self.pipeline = pipeline
    self.pipelineDigest = pipelineDigest
    self.date = date
    self.folder = folder
    self.replaces = replaces
    self.begun = begun
  }
}

/// A partition that a run has staged, with its files.
package struct LedgerPartition: Hashable, Sendable {
  package struct File: Hashable, Sendable {
    /// The name inside the partition.
    package var name: String
    /// In hex.
    package var sha256: String
    package var byteCount: Int
    package var rowCount: Int

    package init(name: String, sha256: String, byteCount: Int, rowCount: Int) {
      self.name = name
      self.sha256 = sha256
      self.byteCount = byteCount
      self.rowCount = rowCount
    }
  }

  package var run: String
  package var output: String
  package var table: String
  package var date: String
  /// Its folder below the output folder.
  package var path: String
  /// Its folder below the run's staging folder.
  package var staged: String
  package var deleteAfter: String?
  /// The date of its earliest event, from which a shorter retention counts; `nil` for an empty one.
  package var earliest: String?
  /// Whole percent of the records read, for row tables.
  package var sharePublished: Int?
  package var files: [File]
  /// The run whose partition stands in its place.
  package var replacedBy: String?
  /// When it was deleted for good.
  package var removed: String?

  package init(
    run: String, output: String, table: String, date: String, path: String, staged: String,
    deleteAfter: String?, sharePublished: Int?, files: [File]
  ) {
    self.run = run
    self.output = output
    self.table = table
    self.date = date
    self.path = path
    self.staged = staged
    self.deleteAfter = deleteAfter
    self.sharePublished = sharePublished
    self.files = files
  }

  package var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }
}

/// What a run writes down at the moment from which it will be published, come what may.
package struct LedgerPreparation: Sendable {
  package var partitions: [LedgerPartition]
  package var inputs: [LedgerInput]
  /// Unfinished files that it has left for a later night.
  package var deferred: [DeferredFile]
  /// Files that were left once and are deferred no longer, whatever their names are now.
  package var resolved: [DeferredFile]
  package var releases: [Release]
  /// Whom the tokens of each key reach, by its name; the first audience of a key stays.
  package var audiences: [String: String]

  package init(
    partitions: [LedgerPartition], inputs: [LedgerInput] = [], deferred: [DeferredFile] = [],
    resolved: [DeferredFile] = [], releases: [Release] = [], audiences: [String: String] = [:]
  ) {
    self.audiences = audiences
    self.resolved = resolved
    self.partitions = partitions
    self.inputs = inputs
    self.deferred = deferred
    self.releases = releases
  }
}
