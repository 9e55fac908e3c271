import Sockets
import SystemPackage

/// What the exit status says: a promise to scripts, and a table in the manual.
enum ExitStatus: Int32, CaseIterable {
  /// Done as asked, to the end.
  case success = 0
  /// An expectation was not met, no reply came where one was asked for.
  case answerIsNo = 1
  /// A name could not be resolved.
  case unresolved = 2
  /// Could not connect or bind: refused, unreachable, in use, not permitted.
  case unreachable = 3
  /// A timeout fired.
  case timedOut = 4
  /// The connection was lost: reset, aborted, cut short.
  case lost = 5
  /// TLS: handshake, certificate or name refused, ended without close_notify.
  case security = 6
  /// Local input or output failed: disk full, file unreadable.
  case local = 7
  /// Refused by policy.
  case policy = 8
  /// A program that we started failed.
  case program = 9
  /// The command line or the script is wrong.
  case usage = 64
  /// A bug in sockcat.
  case bug = 70
}

extension ExitStatus {
  /// Which row of the table an error is.
  init(_ error: StreamError) {
    switch error.cause {
    case .timedOut: self = .timedOut
    case .noAddress where error.operation == .bind: self = .unreachable
    case .resolver, .noAddress: self = .unresolved
    case .attempts(let errors):
      // Timed out only if nothing worse is known than that nobody answered.
      let allTimedOut = errors.allSatisfy { ExitStatus($0) == .timedOut }
      self = allTimedOut ? .timedOut : .unreachable
    case .layer(let error): self = ExitStatus(error.failure)
    case .cancelled, .closed: self = error.subject.isLocal ? .local : .lost
    case .system where error.operation == .start: self = .program
    case .system where error.subject.isLocal: self = .local
    case .system(let errno):
      switch error.operation {
      case .resolve: self = .unresolved
      // The kernel gives up too, after its own two minutes.
      case .connect where errno == .timedOut: self = .timedOut
      case .open, .bind, .listen, .accept, .connect, .setOption: self = .unreachable
      case .write where errno == .messageTooLong: self = .usage
      case .read where Self.isRefusal(errno), .write where Self.isRefusal(errno):
        self = .unreachable
      case .read, .write, .closeWrite, .acknowledge, .close: self = .lost
      case .convert: self = .local
      case .start: self = .program
      }
    }
  }

  /// The row of a kind of failure.
  init(_ failure: FailureClass) {
    switch failure {
    case .answerIsNo: self = .answerIsNo
    case .unresolved: self = .unresolved
    case .unreachable: self = .unreachable
    case .timedOut: self = .timedOut
    case .lost: self = .lost
    case .security: self = .security
    case .local: self = .local
    case .policy: self = .policy
    case .program: self = .program
    case .usage: self = .usage
    }
  }

  /// What a datagram that nobody takes comes back with.
  private static func isRefusal(_ errno: Errno) -> Bool {
    errno == .connectionRefused || errno == .noRouteToHost || errno == .networkUnreachable
      || errno == .permissionDenied || errno == .notPermitted || errno == .noSuchFileOrDirectory
  }
}
