import Glibc

/// A system call that failed: what was attempted, on what, and why.
package struct SystemFault: Error, Hashable, Sendable {
  /// The attempt as a verb, such as "write".
  package var operation: String

  /// The path, or the name of a stream such as "standard input".
  package var path: String

  /// The system's error number.
  package var errno: Int32

  package init(operation: String, path: String, errno: Int32) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }
}

extension SystemFault {
  /// Bytes that are not what they were a moment ago, of which the system itself has said nothing.
  package static func inputOutput(_ operation: String, _ path: String) -> SystemFault {
    SystemFault(operation: operation, path: path, errno: EIO)
  }

  /// Whether the device, the quota or the size limit of the process is exhausted.
  package var isNoSpace: Bool {
    errno == ENOSPC || errno == EDQUOT || errno == EFBIG
  }

  /// Whether the file or folder does not exist.
  package var isMissing: Bool { errno == ENOENT }

  /// Whether something of that name exists already.
  package var exists: Bool { errno == EEXIST || errno == ENOTEMPTY }

  /// Whether the permission is missing.
  package var isForbidden: Bool { errno == EACCES || errno == EPERM }

  /// Whether a link stands where a file or folder itself was demanded.
  package var isLink: Bool { errno == ELOOP }
}

extension SystemFault: CustomStringConvertible {
  /// A sentence without its full stop, such as "cannot write 'out/x': no space left on device".
  package var description: String { "cannot \(operation) '\(path)': \(reason)" }

  /// The error number in words; an own table, because the C library's depends on the locale.
  package var reason: String {
    switch errno {
    case EACCES: "permission denied"
    case EAGAIN: "it is in use"
    case EBADF: "it is not open"
    case EBUSY: "it is busy"
    case EDQUOT: "the disk quota is exceeded"
    case EEXIST: "it exists already"
    case EFBIG: "the file is too large"
    case EILSEQ: "it is not UTF-8"
    case EINVAL: "the system does not support it"
    case EIO: "input/output error"
    case EISDIR: "it is a folder"
    case ELOOP: "it is a symbolic link"
    case EMFILE: "this program has too many files open"
    case EMLINK: "it has too many links"
    case ENAMETOOLONG: "the name is too long"
    case ENFILE: "the system has too many files open"
    case ENODEV: "it is a pipe or a device and no file"
    case ENOENT: "no such file or folder"
    case ENOLCK: "the system has no locks left"
    case ENOMEM: "out of memory"
    case ENOSPC: "no space left on device"
    case ENOTDIR: "a part of the path is not a folder"
    case ENOTEMPTY: "the folder is not empty"
    case ENXIO: "there is no such device"
    case EOPNOTSUPP: "the file system does not support it"
    case EPERM: "operation not permitted"
    case EPIPE: "the reader has gone away"
    case EROFS: "the file system is read-only"
    case ESTALE: "the file on the network has changed"
    case ETXTBSY: "it is being executed"
    case EXDEV: "it lies on another device"
    default: "system error \(errno)"
    }
  }
}
