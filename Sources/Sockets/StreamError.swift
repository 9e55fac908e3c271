public import SystemPackage

/// What went wrong on a stream or a datagram channel: which operation, on what, and why.
///
/// Text is made of it elsewhere.
public struct StreamError: Error {
  /// What was being done.
  public enum Operation: Sendable, Hashable {
    case resolve, open, bind, listen, accept, connect, setOption(String)
    case read, write, closeWrite, acknowledge, close, convert, start
  }

  /// What it was done to, as the user would recognise it.
  public enum Subject: Sendable, Hashable {
    /// What the user wrote.
    case endpoint(String)
    /// A peer, or an address of ours.
    case address(SocketAddress)
    case standardInput, standardOutput, standardError
    case file(String)
    /// A program that we start or have started.
    case program(String)

    /// Whether it is on this side of the connection: then the failure is ours and not the peer's.
    public var isLocal: Bool {
      switch self {
      case .standardInput, .standardOutput, .standardError, .file, .program: true
      case .endpoint, .address: false
      }
    }
  }

  /// Why it failed.
  public enum Cause: Sendable {
    /// What the kernel said.
    case system(Errno)
    /// What `getaddrinfo(3)` said: one of its `EAI_` numbers.
    case resolver(Int32)
    /// A deadline came first.
    case timedOut(Timeout)
    /// The task was cancelled.
    case cancelled
    /// Our own side had closed it.
    case closed
    /// A name had no address of the family that was asked for.
    case noAddress
    /// Every address was tried; one error each, in the order in which they failed.
    case attempts([StreamError])
    /// What a layer above the kernel said.
    case layer(any LayerError)
  }

  /// What was being done.
  public var operation: Operation { facts.operation }
  /// What it was done to.
  public var subject: Subject { facts.subject }
  /// Why it failed.
  public var cause: Cause { facts.cause }

  /// In a box: every function that may throw it, and waits, keeps room for it, for each client that
  /// is served.
  private let facts: Facts

  private final class Facts: Sendable {
    let operation: Operation
    let subject: Subject
    let cause: Cause

    init(_ operation: Operation, _ subject: Subject, _ cause: Cause) {
      (self.operation, self.subject, self.cause) = (operation, subject, cause)
    }
  }

  /// Puts the three together.
  public init(_ operation: Operation, _ subject: Subject, _ cause: Cause) {
    facts = Facts(operation, subject, cause)
  }

  /// The kernel's error, if that is the cause; for several attempts, the last one's.
  public var errno: Errno? {
    switch cause {
    case .system(let errno): errno
    case .attempts(let errors): errors.last?.errno
    default: nil
    }
  }

  /// Whether it only says that the task was cancelled.
  public var isCancellation: Bool {
    if case .cancelled = cause { true } else { false }
  }

  /// Whether the other end has reset the connection: `ECONNRESET`.
  public var isReset: Bool { errno == .connectionReset }

  /// Whether the other end refused: `ECONNREFUSED`.
  public var isRefusal: Bool { errno == .connectionRefused }

  /// Whether there is no way to the other end, which another address of it may have.
  public var isUnreachable: Bool {
    errno == .networkUnreachable || errno == .noRouteToHost || errno == .addressFamilyNotSupported
      || errno == .addressNotAvailable
  }

  /// Nobody reads any more what is written there.
  public static func readerGone(_ subject: Subject) -> StreamError {
    StreamError(.write, subject, .system(.brokenPipe))
  }

  /// Whether nobody reads any more what was written: `EPIPE`.
  public var isReaderGone: Bool { errno == .brokenPipe }
}

/// The timeouts that a user can name.
public enum Timeout: Sendable, Hashable {
  case connect, accept, idle, total, wait
  /// What was sent was not acknowledged in time; so many bytes are in doubt.
  case acknowledgement(bytesInDoubt: Int)
}

/// An error of a layer above the kernel: TLS, a proxy, a character set.
public protocol LayerError: Error {
  /// Which of the failures of the exit status table it is.
  var failure: FailureClass { get }
  /// The cause in words: lower case, no full stop.
  var text: String { get }
}

/// The kinds of failure that a program's exit status tells apart.
public enum FailureClass: Sendable, Hashable, CaseIterable {
  case answerIsNo, unresolved, unreachable, timedOut, lost, security, local, policy, program,
    usage
}

/// Runs system calls and says of their error what was being done to what.
func mapped<Result: ~Copyable>(
  _ operation: StreamError.Operation, _ subject: StreamError.Subject,
  _ body: () throws(Errno) -> Result
) throws(StreamError) -> Result {
  do throws(Errno) {
    return try body()
  } catch {
    throw StreamError(operation, subject, .system(error))
  }
}
