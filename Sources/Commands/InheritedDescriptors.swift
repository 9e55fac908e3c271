import Glibc
import Sockets

/// The numbers that a command line names: descriptors that others opened for us.
///
/// Whether they are open can be told only before we open anything ourselves.
extension ConversationPlan {
  /// Where `fd:N` is not open: its number.
  var missingEndpoint: Int32? {
    guard case .descriptor(let number) = endpoint, !isOpen(number) else { return nil }
    return number
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
    if case .descriptor(number) = endpoint {
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
