/// A client who sends something once and leaves; only the loop holds on to it.
final class Visitor: LoadClient {
  /// How it leaves.
  enum Ending: CaseIterable {
    /// Closes when it has had its whole echo.
    case closes
    /// Half-closes when it has sent everything, and stays until the server closes.
    case halfCloses
    /// Resets the connection when it has sent everything.
    case resets
    /// Closes when it has sent everything and has read nothing, as the kernel does for a process
    /// that is killed.
    case isKilled
  }

  private let socket: LoadSocket
  private unowned let crowd: Crowd
  private let ending: Ending
  private let start: Int
  /// Where in the payload is what is not sent yet, and what has not come back.
  private var unsent: Range<Int>
  private var awaited: Range<Int>

  private init(
    of crowd: Crowd, sending range: Range<Int>, _ ending: Ending
  ) throws(BenchmarkError) {
    self.crowd = crowd
    self.ending = ending
    start = range.lowerBound
    unsent = range
    awaited = range
    socket = try LoadSocket(to: crowd.server)
  }

  /// Begins a connection.
  static func admit(
    to crowd: Crowd, sending range: Range<Int>, _ ending: Ending
  ) throws(BenchmarkError) {
    let visitor = try Visitor(of: crowd, sending: range, ending)
    try crowd.loop.add(visitor, visitor.socket)
  }

  func advance() {
    let hadSent = unsent.lowerBound > start
    if !unsent.isEmpty, !sendRest() { return leave(served: false) }
    if unsent.isEmpty, ending == .resets || ending == .isKilled { return leave(served: true) }
    // Before anything was sent nothing has come; later there is an event.
    if hadSent || unsent.isEmpty && awaited.isEmpty { receive() }
  }

  /// Sends what can be sent; false if the connection is gone.
  private func sendRest() -> Bool {
    while !unsent.isEmpty {
      switch socket.send(UnsafeRawBufferPointer(rebasing: crowd.payload.bytes[unsent])) {
      case .moved(let count): unsent.removeFirst(count)
      case .wouldBlock: return true
      case .ended, .failed: return false
      }
    }
    if ending == .halfCloses { socket.endWriting() }
    return true
  }

  private func receive() {
    while true {
      switch socket.receive(into: crowd.scratch) {
      case .moved(let count): check(UnsafeRawBufferPointer(rebasing: crowd.scratch[..<count]))
      case .wouldBlock: return
      case .ended: return leave(served: awaited.isEmpty)
      case .failed: return leave(served: false)
      }
      if awaited.isEmpty, ending == .closes { return leave(served: true) }
    }
  }

  private func check(_ bytes: UnsafeRawBufferPointer) {
    let expected = awaited.prefix(bytes.count)
    crowd.wrongByteCount += crowd.payload.differences(bytes, from: expected)
    crowd.wrongByteCount += bytes.count - expected.count
    awaited.removeFirst(expected.count)
  }

  private func leave(served: Bool) {
    if ending == .resets { socket.loseAtClose() }
    crowd.dismiss(socket.number, wasServed: served)
  }
}
