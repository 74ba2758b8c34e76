import Records

/// Why a key cannot be used; the run stops and nothing is published.
///
/// A fault names files, modes and check values, never a byte of a key.
package struct KeyFault: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// Ledger or manifest knows the epoch, and its file is gone.
    case missing
    /// The file holds another secret than the one that made the epoch's tokens.
    case otherSecret(expected: String, found: String)
    case symbolicLink
    case notAFile
    case notAFolder
    case wrongOwner(owner: UInt32, user: UInt32)
    case openFile(mode: UInt32)
    case openFolder(mode: UInt32)
    case empty
    case wrongLength(byteCount: Int)
    case text
    case constant
    /// The system refuses it; the reason in the system's words.
    case unreadable(String)
  }

  package var reason: Reason

  /// The file or folder.
  package var path: String

  /// The key name, and the epoch where one is concerned.
  package var name: String
  package var epoch: String?
}

extension KeyFault: CustomStringConvertible {
  package var description: String {
    let key = epoch.map { "key '\(name)' of epoch '\($0)'" } ?? "key '\(name)'"
    return switch reason {
    case .missing:
      "\(key) is missing: its tokens were published before, and '\(path)' is gone; restore that "
        + "file, or write down its destruction with 'sparsam keys destroy \(name) "
        + "\(epoch ?? "EPOCH") --yes'"
    case .otherSecret(let expected, let found):
      "\(key) is another one than before: '\(path)' has check \(found), and the ledger knows "
        + "\(expected); restore the right file"
    case .symbolicLink:
      "\(key) cannot be trusted: '\(path)' is a symbolic link; put the file or folder itself there"
    case .notAFile:
      "\(key) cannot be read: '\(path)' is not a regular file; put the key file there"
    case .notAFolder:
      "\(key) cannot be read: '\(path)' is not a folder; move away what stands there"
    case .wrongOwner(let owner, let user):
      "\(key) cannot be trusted: '\(path)' belongs to user \(owner), and this run is user \(user); "
        + "run as the owner, or give it to this user"
    case .openFile(let mode):
      "\(key) is not kept safe: '\(path)' has mode \(mode.padded(to: 4, radix: 8)) and must have 0400; "
        + "run 'chmod 0400' on it after making sure that nobody has read it"
    case .openFolder(let mode):
      "\(key) is not kept safe: the folder '\(path)' has mode \(mode.padded(to: 4, radix: 8)) and must have "
        + "0700; run 'chmod 0700' on it after making sure that nobody has read its keys"
    case .empty:
      "\(key) is unusable: '\(path)' is empty and must hold 32 random bytes; restore the file"
    case .wrongLength(let byteCount):
      "\(key) is unusable: '\(path)' holds \(byteCount) bytes and must hold 32 random ones; "
        + "restore the file"
    case .text:
      "\(key) is unusable: '\(path)' holds text, such as a passphrase or digits, and must hold 32 "
        + "random bytes; restore the file, or move it away where no token was made with it"
    case .constant:
      "\(key) is unusable: '\(path)' repeats one byte and must hold 32 random ones; restore the file"
    case .unreadable(let reason):
      "\(key) cannot be read: '\(path)': \(reason)"
    }
  }
}
