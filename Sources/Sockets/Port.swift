import CLinux
import SystemPackage

/// One direction of a stream that is nothing but a descriptor, so that the kernel can move its bytes
/// without our looking at them.
///
/// It is asked for before each attempt and not kept: a stream that was closed has none any more.
public struct Port: Sendable {
  /// What the descriptor is.
  enum Kind: Sendable, Hashable {
    /// A regular file or a block device, which never keeps anybody waiting.
    case file
    /// An end of a pipe, non-blocking.
    case pipe
    /// A stream socket, non-blocking.
    case socket
    /// One that carries TCP, whose bytes the kernel can throw away for us.
    case tcp
    /// What takes everything and keeps nothing, as `/dev/null` does; the number may be -1.
    case null
  }

  let kind: Kind
  let number: Int32
  private let owner: any PortOwner

  /// A descriptor, and who remembers what the kernel says of it.
  init(_ kind: Kind, _ number: Int32, of owner: any PortOwner) {
    (self.kind, self.number, self.owner) = (kind, number, owner)
  }

  /// Has the owner remember what went wrong, as it would after its own call.
  func failure(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError {
    owner.portFailed(operation, errno)
  }

  /// Whether an error is one that writing to a pipe or a connection ends with.
  func isBroken(by errno: Errno) -> Bool {
    switch errno {
    case .brokenPipe, .connectionReset, .connectionAbort, .timedOut, .socketNotConnected,
      .networkUnreachable, .noRouteToHost, .hostIsDown, .networkDown, .connectionRefused:
      true
    default: false
    }
  }

  /// Whether it can collect bytes before it tells of them.
  package var collects: Bool { kind == .tcp }

  /// Has a connection tell of bytes only when there are so many, or when it has ended: `SO_RCVLOWAT`
  /// in socket(7), which the kernel heeds for TCP alone.
  package func setLowWaterMark(_ count: Int32) {
    _ = linux_set_low_water_mark(number, count)  // without it, bytes come in smaller pieces
  }

  /// Gives a pipe room for a mebibyte where the user may have that much; 64 KiB are usual.
  package func enlarge() {
    guard kind == .pipe else { return }
    _ = linux_enlarge_pipe(number, 1 << 20)  // what is refused costs speed alone
  }
}

/// Whose descriptor a port is.
protocol PortOwner: AnyObject, Sendable {
  /// Makes an error of what the kernel said when it moved bytes, and remembers it where later calls
  /// have to meet it.
  func portFailed(_ operation: StreamError.Operation, _ errno: Errno) -> StreamError
}
