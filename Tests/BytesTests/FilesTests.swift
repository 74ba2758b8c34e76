import Bytes
import Foundation
import Support
import Testing

/// An empty folder that is removed at the end of a test.
private func withFolder(_ body: (String) throws -> Void) throws {
  let path = NSTemporaryDirectory() + "/bytes-tests-" + UUID().uuidString
  try Folder.make(path, mode: 0o700)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}

/// Writes a file in one go.
private func write(_ text: String, to path: String) throws {
  var file = try OutputFile(path: path)
  try file.write(Array(text.utf8))
  try file.close()
}

/// Returns the error that `body` throws.
private func fault(_ body: () throws -> Void) -> SystemFault? {
  do {
    try body()
    return nil
  } catch { return error as? SystemFault }
}

@Suite struct FilesTests {
  @Test func createsExclusivelyWithMode() throws {
    try withFolder { folder in
      let path = folder + "/out"
      var file = try OutputFile(path: path, mode: 0o640)
      try file.write(Array("hello".utf8))
      try file.write(Array(" world".utf8).span)
      let written = file.byteCount
      #expect(written == 11)
      try file.truncate(to: 5)
      try file.write(Array("!".utf8))
      try file.sync()
      try file.close()
      let whole = try WholeFile(path: path)
      #expect(whole.bytes == Array("hello!".utf8))
      #expect(whole.facts.mode == 0o640)
      #expect(whole.facts.kind == .file)
      #expect(whole.facts.byteCount == 6)
      #expect(whole.facts.isOwnedByThisProcess)
      let second = fault { _ = try OutputFile(path: path) }
      #expect(second?.description == "cannot create '\(path)': it exists already")
      #expect(second?.exists == true)
      #expect(try WholeFile(path: path).bytes == Array("hello!".utf8))
    }
  }

  @Test func modeDoesNotDependOnUmask() throws {
    try withFolder { folder in
      let file = try OutputFile(path: folder + "/open", mode: 0o666)
      try file.close()
      #expect(try FileFacts(of: folder + "/open").mode == 0o666)
      try Folder.make(folder + "/wide", mode: 0o750)
      #expect(try FileFacts(of: folder + "/wide").mode == 0o750)
      try Folder.setMode(of: folder + "/wide", to: 0o700)
      #expect(try FileFacts(of: folder + "/wide").mode == 0o700)
    }
  }

  /// A file is known again under another name, and not once another one or more bytes lie there.
  @Test func factsTellOneFileFromAnother() throws {
    try withFolder { folder in
      func write(_ name: String, _ text: String) throws {
        var file = try OutputFile(path: folder + name)
        try file.write(Array(text.utf8))
        try file.close()
      }
      try write("/a", "hello")
      let facts = try FileFacts(of: folder + "/a")
      #expect(try FileFacts(of: folder + "/a") == facts)
      try Folder.rename(folder + "/a", to: folder + "/b")
      #expect(try FileFacts(of: folder + "/b").isSameFile(as: facts))
      try write("/a", "hello")
      #expect(try !FileFacts(of: folder + "/a").isSameFile(as: facts))
      let handle = try #require(FileHandle(forWritingAtPath: folder + "/b"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("!".utf8))
      try handle.close()
      #expect(try !FileFacts(of: folder + "/b").isSameFile(as: facts))
    }
  }

  @Test func neverWritesThroughLinks() throws {
    try withFolder { folder in
      let target = folder + "/target"
      let link = folder + "/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      let occupied = fault { _ = try OutputFile(path: link) }
      #expect(occupied?.exists == true)
      #expect(try !FileFacts.exists(target))
      #expect(try FileFacts.exists(link))
      try write("secret", to: target)
      let refused = fault { _ = try WholeFile(path: link) }
      #expect(refused?.description == "cannot open '\(link)': it is a symbolic link")
      #expect(refused?.isLink == true)
      #expect(try WholeFile(path: link, followsLinks: true).bytes.count == 6)
      #expect(try FileFacts(of: link).kind == .link)
      #expect(try FileFacts(of: link, followsLinks: true).kind == .file)
      #expect(fault { _ = try Folder.setMode(of: link, to: 0o777) }?.isLink == true)
    }
  }

  @Test func wholeFileHasALimit() throws {
    try withFolder { folder in
      let path = folder + "/file"
      try write("12345", to: path)
      #expect(try WholeFile(path: path, limit: 5).bytes == Array("12345".utf8))
      #expect(
        fault { _ = try WholeFile(path: path, limit: 4) }?.description
          == "cannot read '\(path)': the file is too large")
      #expect(
        fault { _ = try WholeFile(path: folder) }?.description
          == "cannot read '\(folder)': it is a folder")
      let absent = fault { _ = try WholeFile(path: folder + "/absent") }
      #expect(absent?.description == "cannot open '\(folder)/absent': no such file or folder")
      #expect(absent?.isMissing == true)
      #expect(
        fault { _ = try WholeFile(path: "/dev/zero") }?.description
          == "cannot read '/dev/zero': it is a pipe or a device and no file")
    }
  }

  /// One of the system's own says that it has no bytes, as one that grows says too few.
  @Test func wholeFileIsReadToItsEnd() throws {
    let bytes = try #require(FileManager.default.contents(atPath: "/proc/self/limits"))
    let whole = try WholeFile(path: "/proc/self/limits")
    #expect(whole.facts.byteCount == 0)
    #expect(whole.bytes == [UInt8](bytes))
    #expect(
      fault { _ = try WholeFile(path: "/proc/self/limits", limit: 10) }?.description
        == "cannot read '/proc/self/limits': the file is too large")
  }

  /// A pipe that nobody writes to would be waited for, with the night's lock held.
  @Test func pipesAndDevicesAreNoFiles() throws {
    try withFolder { folder in
      let pipe = folder + "/pipe"
      try #require(unsafe mkfifo(pipe, 0o600) == 0)
      for path in [pipe, "/dev/zero"] {
        let expected = "cannot read '\(path)': it is a pipe or a device and no file"
        #expect(fault { _ = try WholeFile(path: path) }?.description == expected)
        #expect(fault { _ = try BlockReader(path: path) }?.description == expected)
        #expect(fault { _ = try PositionedFile(path: path) }?.description == expected)
      }
      #expect(
        fault { _ = try BlockReader(path: folder) }?.description
          == "cannot read '\(folder)': it is a folder")
    }
  }

  /// Whoever reads here and there must tell a file that has changed from one that cannot be read.
  @Test func whatIsNoLongerThereIsAFault() throws {
    try withFolder { folder in
      let path = folder + "/file"
      try write("12345", to: path)
      let file = try PositionedFile(path: path)
      #expect(try file.read(1..<3) == Array("23".utf8))
      #expect(try file.read(5..<5).isEmpty)
      try #require(unsafe truncate(path, 2) == 0)
      #expect(try file.read(1..<2) == Array("2".utf8))
      for range in [1..<3, 4..<9] {
        #expect(
          fault { _ = try file.read(range) }?.description
            == "cannot read all of '\(path)': input/output error")
      }
    }
  }

  @Test func namesAreSortedByBytes() throws {
    try withFolder { folder in
      for name in ["b", "a", "B", "ä", "a.b", ".dot", "10", "9"] {
        try write("", to: folder + "/" + name)
      }
      #expect(try Folder.names(in: folder) == [".dot", "10", "9", "B", "a", "a.b", "b", "ä"])
      #expect(fault { _ = try Folder.names(in: folder + "/absent") }?.isMissing == true)
    }
  }

  @Test func renamesNeverReplace() throws {
    try withFolder { folder in
      try write("one", to: folder + "/one")
      try write("two", to: folder + "/two")
      let refused = fault { try Folder.rename(folder + "/one", to: folder + "/two") }
      #expect(
        refused?.description
          == "cannot rename '\(folder)/one' to '\(folder)/two': it exists already")
      #expect(try WholeFile(path: folder + "/two").bytes == Array("two".utf8))
      try Folder.rename(folder + "/one", to: folder + "/three")
      #expect(try Folder.names(in: folder) == ["three", "two"])
      try Folder.make(folder + "/empty")
      try Folder.make(folder + "/full")
      #expect(fault { try Folder.rename(folder + "/full", to: folder + "/empty") }?.exists == true)
      try Folder.sync(folder)
    }
  }

  @Test func aNameThatIsNoTextIsShown() throws {
    try withFolder { folder in
      try #require(
        makeFile(named: Array("k".utf8) + [0xFC] + Array("che.txt".utf8), in: folder))
      #expect(
        fault { _ = try Folder.names(in: folder) }?.description
          == "cannot read the name 'k\u{FFFD}che.txt' in '\(folder)': it is not UTF-8")
      // Who looks for others is not stopped by it.
      #expect(try Folder.names(in: folder) { $0.hasSuffix(".csv") } == [])
    }
  }

  @Test func makesIntermediateFolders() throws {
    try withFolder { folder in
      let deep = folder + "/a/b/c"
      #expect(fault { try Folder.make(deep) }?.isMissing == true)
      try Folder.make(deep, mode: 0o700, intermediate: true)
      try Folder.make(deep, mode: 0o750, intermediate: true)
      #expect(try FileFacts(of: deep).mode == 0o700)
      #expect(fault { try Folder.make(deep) }?.exists == true)
      try write("", to: folder + "/file")
      for path in [folder + "/file", folder + "/file/below"] {
        #expect(
          fault { try Folder.make(path, intermediate: true) }?.reason
            == "a part of the path is not a folder")
      }
    }
  }

  /// In a folder of the kernel's nothing can be made, although it is there.
  @Test func aFolderThatTakesNoNamesIsAFault() {
    #expect(fault { try Folder.make("/proc/sparsam/x", intermediate: true) } != nil)
    #expect(fault { try Folder.make("/proc/sparsam", intermediate: true) }?.isMissing == true)
  }

  @Test func removingATreeNeverFollowsLinks() throws {
    try withFolder { folder in
      let kept = folder + "/kept"
      try Folder.make(kept)
      try write("precious", to: kept + "/file")
      let tree = folder + "/tree"
      try Folder.make(tree + "/x/y", intermediate: true)
      try write("1", to: tree + "/x/y/one")
      try write("2", to: tree + "/two")
      for (link, target) in [("/x/folder", kept), ("/file", kept + "/file"), ("/gone", "nowhere")] {
        try FileManager.default.createSymbolicLink(
          atPath: tree + link, withDestinationPath: target)
      }
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/entry", withDestinationPath: kept)
      try Folder.removeTree(tree)
      try Folder.removeTree(folder + "/entry")
      try Folder.removeTree(folder + "/absent")
      #expect(try Folder.names(in: folder) == ["kept"])
      #expect(try WholeFile(path: kept + "/file").bytes == Array("precious".utf8))
      try Folder.removeFile(kept + "/file")
      #expect(fault { try Folder.removeFile(kept + "/file") }?.isMissing == true)
    }
  }

  @Test func oneHolderHasTheLock() throws {
    try withFolder { folder in
      let path = folder + "/lock"
      do {
        let first = try FileLock.take(path)
        let isTaken = first != nil
        #expect(isTaken)
        let second = try FileLock.take(path)
        let isRefused = second == nil
        #expect(isRefused)
        _ = consume first
      }
      let third = try FileLock.take(path)
      let isFree = third != nil
      #expect(isFree)
      #expect(try FileFacts(of: path).mode & 0o077 == 0)
    }
  }

  @Test func readsFilesAndDescriptors() throws {
    try withFolder { folder in
      let text = logLines(5000, seed: 8)
      var packed: [UInt8] = []
      var compressor = Compressor(.zstd)
      compressor.compress(text, appendingTo: &packed)
      let path = folder + "/no-suffix"
      var file = try OutputFile(path: path)
      try file.write(packed)
      try file.close()
      var reader = try BlockReader(path: path, blockSize: 1000)
      var bytes: [UInt8] = []
      while let block = try reader.next() { bytes += block.bytes }
      #expect(bytes == text)
      let count = reader.compressedByteCount
      #expect(count == packed.count)

      // A pipe gives the bytes of the magic one by one.
      let pipe = Pipe()
      let writer = Thread { [packed] in
        for byte in packed.prefix(20) { pipe.fileHandleForWriting.write(Data([byte])) }
        pipe.fileHandleForWriting.write(Data(packed.dropFirst(20)))
        try? pipe.fileHandleForWriting.close()
      }
      writer.start()
      var piped = BlockReader(descriptor: pipe.fileHandleForReading.fileDescriptor)
      bytes = []
      while let block = try piped.next() { bytes += block.bytes }
      #expect(bytes == text)
      let ending = piped.ending
      #expect(ending == .complete)

      #expect(fault { _ = try BlockReader(path: folder + "/absent") }?.isMissing == true)
      let unreadable = fault {
        var reader = try BlockReader(path: folder)
        _ = try reader.next()
      }
      #expect(unreadable?.description == "cannot read '\(folder)': it is a folder")
    }
  }

  @Test func filesCutTwiceHoldWhatWasWrittenLast() throws {
    try withFolder { folder in
      let path = folder + "/long"
      var file = try OutputFile(path: path)
      let piece = [UInt8]((0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) })
      for _ in 0..<4 { try file.write(piece) }
      try file.truncate(to: 2 * piece.count + 5)
      for _ in 0..<4 { try file.write(piece) }
      try file.truncate(to: 10)
      for _ in 0..<4 { try file.write(piece) }
      try file.sync()
      try file.close()
      let expected = Array(piece.prefix(10)) + piece + piece + piece + piece
      let isWhole = try WholeFile(path: path).bytes == expected
      #expect(isWhole)
    }
  }

  @Test func locksFoldersThatAreThere() throws {
    try withFolder { folder in
      do {
        let held = try FileLock.take(folder: folder)
        let isHeld = held != nil
        #expect(isHeld)
        let second = try FileLock.take(folder: folder)
        let isRefused = second == nil
        #expect(isRefused)
      }
      let third = try FileLock.take(folder: folder)
      let isFree = third != nil
      #expect(isFree)
      let absent = fault { _ = try FileLock.take(folder: folder + "/absent") }
      #expect(absent?.operation == "open")
      try write("", to: folder + "/file")
      let noFolder = fault { _ = try FileLock.take(folder: folder + "/file") }
      #expect(noFolder?.operation == "open")
    }
  }

  @Test func refusesPathsWithZeroBytes() {
    #expect(fault { _ = try WholeFile(path: "a\0b") }?.operation == "open")
    #expect(fault { try Folder.removeTree("a\0b") }?.operation == "remove")
    #expect(fault { _ = try FileFacts(of: "a\0b") }?.operation == "examine")
  }

  @Test func faultsSpeakPlainly() {
    let full = SystemFault(operation: "write", path: "out/x", errno: ENOSPC)
    #expect(full.description == "cannot write 'out/x': no space left on device")
    #expect(full.isNoSpace)
    #expect(SystemFault(operation: "write", path: "x", errno: EDQUOT).isNoSpace)
    #expect(!SystemFault(operation: "write", path: "x", errno: EIO).isNoSpace)
    let strange = SystemFault(operation: "write", path: "x", errno: 9999)
    #expect(strange.description == "cannot write 'x': system error 9999")
  }

  /// A child process with a limit on file sizes stands for a full disk.
  @Test func shortWritesEndInAFault() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let path = NSTemporaryDirectory() + "/bytes-tests-" + UUID().uuidString
      var file = try OutputFile(path: path)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let limited = Process.limitFileSize(to: 1000)
      try #require(limited)
      try file.write([UInt8](repeating: 1, count: 600))
      var found: SystemFault?
      do throws(SystemFault) {
        try file.write([UInt8](repeating: 2, count: 600))
      } catch { found = error }
      let fault = try #require(found)
      try #require(fault.isNoSpace)
      try #require(fault.description == "cannot write '\(path)': the file is too large")
      // The part that still fitted was written and counted, and can be cut off again.
      let written = file.byteCount
      try #require(written == 1000)
      try file.truncate(to: 600)
      try file.close()
      let whole = try WholeFile(path: path)
      try #require(whole.bytes == [UInt8](repeating: 1, count: 600))
    }
  }
}

extension Process {
  /// Limits the files that this process writes; whether the system agreed.
  fileprivate static func limitFileSize(to byteCount: UInt) -> Bool {
    var limit = rlimit(rlim_cur: byteCount, rlim_max: byteCount)
    return unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0
  }
}
