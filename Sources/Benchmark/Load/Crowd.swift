import Sockets

/// Clients of one echo server who come and go.
final class Crowd {
  let loop: LoadLoop
  let server: SocketAddress
  let payload: Payload
  /// What is received goes here, and is looked at at once.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  /// How many have come.
  private(set) var arrivedCount = 0
  /// How many are there.
  private(set) var presentCount = 0
  /// How many got what they came for.
  private(set) var servedCount = 0
  /// How many were refused or cut off.
  private(set) var brokenCount = 0
  var wrongByteCount = 0

  /// What has gone wrong, as ``Figure/faults``.
  var faults: Double { Double(wrongByteCount + brokenCount) }

  /// Makes a crowd of nobody.
  init(on server: Server, _ payload: Payload, in loop: LoadLoop) {
    self.server = server.address
    self.payload = payload
    self.loop = loop
  }

  deinit { scratch.deallocate() }

  /// Lets another one come.
  func admit(sending range: Range<Int>, _ ending: Visitor.Ending) throws(BenchmarkError) {
    arrivedCount += 1
    presentCount += 1
    try Visitor.admit(to: self, sending: range, ending)
  }

  /// Lets go of one, whose connection is closed by that.
  func dismiss(_ number: Int32, wasServed: Bool) {
    presentCount -= 1
    if wasServed { servedCount += 1 } else { brokenCount += 1 }
    loop.remove(number)
  }
}
