import Sockets

/// Sends a line at a time, and holds every byte that comes back against it.
final class EchoClient: LoadClient {
  private let socket: LoadSocket
  private unowned let load: EchoLoad
  private var lineNumber: Int
  private var linesLeft = 0
  /// Where in the payload is what is not sent yet, and what has not come back.
  private var unsent = 0..<0
  private var awaited = 0..<0
  private var begunAt = Deadline.now
  private var isBroken = false

  /// Begins a connection, whose first line has that number.
  init(of load: EchoLoad, firstLine: Int) throws(BenchmarkError) {
    self.load = load
    lineNumber = firstLine
    socket = try LoadSocket(to: load.server)
    try load.loop.add(self, socket)
  }

  /// Whether everything that was sent has come back.
  var isIdle: Bool { awaited.isEmpty }

  /// How long its present line has been under way.
  var lateness: Duration { isIdle || isBroken ? .zero : Deadline.now.since(begunAt) }

  /// Sends so many lines, each after the echo of the one before.
  func send(lines count: Int) {
    guard !isBroken, isIdle else { return }
    linesLeft = count
    load.busyCount += 1
    beginLine()
  }

  func advance() {
    guard !isBroken else { return }
    receive()
    if !unsent.isEmpty { sendRest() }
  }

  private func beginLine() {
    linesLeft -= 1
    unsent = load.payload.line(lineNumber)
    awaited = unsent
    lineNumber += 1
    begunAt = .now
    sendRest()
  }

  /// Nothing is read after it: there will be an event when there is something.
  private func sendRest() {
    while !unsent.isEmpty, !isBroken {
      switch socket.send(UnsafeRawBufferPointer(rebasing: load.payload.bytes[unsent])) {
      case .moved(let count): unsent.removeFirst(count)
      case .wouldBlock: return
      case .ended, .failed: fail()
      }
    }
  }

  /// Reads the rest of the present line; the next line's echo comes with an event of its own.
  private func receive() {
    let number = lineNumber
    repeat {
      switch socket.receive(into: load.scratch) {
      case .moved(let count): check(UnsafeRawBufferPointer(rebasing: load.scratch[..<count]))
      case .wouldBlock: return
      case .ended, .failed: fail()
      }
    } while !isBroken && !isIdle && lineNumber == number
  }

  private func check(_ bytes: UnsafeRawBufferPointer) {
    // Before anything is awaited, and before it was sent, nothing can be right.
    let expected = awaited.lowerBound..<min(awaited.lowerBound + bytes.count, unsent.lowerBound)
    load.wrongByteCount += load.payload.differences(bytes, from: expected)
    load.wrongByteCount += bytes.count - expected.count
    awaited.removeFirst(expected.count)
    if isIdle, !expected.isEmpty { endLine() }
  }

  private func endLine() {
    load.echoCount += 1
    load.worstLateness = max(load.worstLateness, Deadline.now.since(begunAt))
    if linesLeft > 0 { beginLine() } else { load.busyCount -= 1 }
  }

  private func fail() {
    isBroken = true
    load.brokenCount += 1
    if !isIdle { load.busyCount -= 1 }
  }
}
