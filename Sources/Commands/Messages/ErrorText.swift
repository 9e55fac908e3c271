import ByteText
import Glibc
import Sockets
import SystemPackage

/// The timeouts of a conversation, for the message that says which one fired.
struct TimeoutNames: Sendable {
  var connect: Duration?
  var accept: Duration?
  var idle: Duration?
  var total: Duration?
  var wait: Duration?
  var reply: Duration?
  var acknowledgement: Duration?

  func text(_ timeout: Timeout) -> String {
    switch timeout {
    case .connect: text("no answer", connect, "--connect-timeout")
    case .accept: text("nobody connected", accept, "--accept-timeout")
    case .idle: text("nothing moved", idle, "--idle-timeout")
    case .total: text("not done", total, "--timeout")
    case .wait: text("nothing listens there", wait, "--wait")
    case .acknowledgement(let count):
      text("not acknowledged", acknowledgement, "--ack-timeout")
        + ", " + String(count) + " bytes are in doubt"
    }
  }

  private func text(_ what: String, _ length: Duration?, _ option: String) -> String {
    guard let length else { return what + " in time" }
    return what + " within " + length.text + " (" + option + ")"
  }
}

extension StreamError {
  /// Operation, subject and cause in one line.
  func text(_ timeouts: TimeoutNames = TimeoutNames()) -> String {
    let subject = subject.text
    // What concerns the whole conversation is said of no single operation.
    let words = subject.isEmpty ? [] : [operation.text, subject].filter { !$0.isEmpty }
    let head = words.joined(separator: " ")
    switch cause {
    case .attempts(let errors):
      // Each has its own address.
      return errors.map { $0.text(timeouts) }.joined(separator: "; ")
    default:
      return (head.isEmpty ? "" : head + ": ") + causeText(timeouts)
    }
  }

  private func causeText(_ timeouts: TimeoutNames) -> String {
    switch cause {
    case .system(let errno): systemText(errno)
    case .resolver(let code): String(cString: gai_strerror(code))
    case .timedOut(let timeout): timeouts.text(timeout)
    case .cancelled: "interrupted"
    case .closed: "closed"
    case .noAddress:
      operation == .bind ? "the peer has another family" : "no address of that family"
    case .attempts: ""
    case .layer(let error): safeLine(error.text)
    }
  }

  private func systemText(_ errno: Errno) -> String {
    if operation == .bind, case .address(.unix) = subject, errno == .fileExists {
      return "something is there that is no socket"
    }
    return String(cString: strerror(errno.rawValue))
  }
}

extension StreamError.Operation {
  /// The verb; empty where the subject says it all.
  var text: String {
    switch self {
    case .resolve: "resolve"
    case .open: "open"
    case .bind: "bind"
    case .listen: "listen"
    case .accept: "accept"
    case .connect: "connect"
    case .setOption(let name): "set " + name + " for"
    case .read: "read"
    case .write: "write"
    case .closeWrite: "half-close"
    case .acknowledge: "write"
    case .close: "close"
    case .convert: ""
    case .start: "start"
    }
  }
}

extension StreamError.Subject {
  /// As the user would recognise it, safe to show.
  var text: String {
    switch self {
    case .endpoint(let text): safeLine(text)
    case .address(let address): safeLine(address.description)
    case .standardInput: "standard input"
    case .standardOutput: "standard output"
    case .standardError: "standard error"
    case .file(let path): safeLine(path)
    case .program(let name): safeLine(name)
    }
  }
}
