import Glibc
import Sockets

/// The numbers that a command line names: descriptors that others opened for us.
///
/// Whether they are open can be told only before we open anything ourselves.
extension ConversationPlan {
  /// The endpoint's sockets, if others opened them for us.
  var inheritedSockets: [Int32] {
    switch endpoint {
    case .descriptor(let number): [number]
    case .activation: activated
    case .host, .loopback, .everywhere, .unix, .abstract, .vsock: []
    }
  }

  /// Why the endpoint's descriptors are not there; nil if they are, or if it has none.
  var missingEndpoint: String? {
    if endpoint == .activation, activated.isEmpty {
      return endpoint.description + ": no socket was handed over to this process (LISTEN_FDS)"
    }
    guard let number = inheritedSockets.first(where: { !isOpen($0) }) else { return nil }
    return "fd:" + String(number) + ": " + String(cString: strerror(EBADF))
  }

  /// Takes over what a service manager left in the environment, so that no child of ours does.
  ///
  /// The corresponding C function is `sd_listen_fds`.
  mutating func claimActivation() {
    guard endpoint == .activation else { return }
    let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
    let values = names.map { name in getenv(name).map { String(cString: $0) } ?? "" }
    for name in names { unsetenv(name) }
    guard let process = Int32(values[0]), process == getpid(), let count = Int32(values[1]),
      (1...1024).contains(count)
    else { return }
    activated = Array(3..<3 + count)
    for number in activated { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }  // tells of none it cannot
  }

  /// Refuses numbers that cannot be what was meant.
  func checkDescriptors() throws(UsageError) {
    if case .descriptor(let number) = endpoint, (0...2).contains(number) {
      throw UsageError(
        "fd:" + String(number) + ": the socket has to be another number than 0, 1 and 2",
        hint: "fd:3 3<&" + String(number))
    }
    guard let number = ready?.descriptor else { return }
    let name = "--ready-fd " + String(number)
    if inheritedSockets.contains(number) {
      throw UsageError(name + " and " + endpoint.description + " are the same descriptor")
    }
    if !isOpen(number) { throw UsageError(name + ": " + String(cString: strerror(EBADF))) }
  }

  /// Whom a listener tells that it is ready.
  var ready: Ready? {
    switch kind {
    case .listen(let listen): listen.ready
    case .receiveDatagrams(let receive): receive.ready
    case .connect, .sendDatagrams: nil
    }
  }
}

private func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) >= 0 }
