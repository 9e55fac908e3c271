import Glibc

/// The other end of a stream, held by the test itself: it says when bytes go, and sees what came.
///
/// It listens on 127.0.0.1, on a port of the kernel's choice. All waiting is done on the caller's
/// thread.
public final class TestPeer {
  /// How a stream that we read has ended.
  public enum End: Sendable { case half, reset }

  /// Where it listens.
  public private(set) var port = 0
  /// Everything that the present connection has brought.
  public private(set) var received: [UInt8] = []
  private let listener: Int32
  private var connection: Int32 = -1
  private var ending: End?

  /// Begins to listen.
  public init() throws {
    let listener = socket(AF_INET, streamType | closeOnExec, 0)
    guard listener >= 0 else { throw TestError(couldNot: "make a socket") }
    self.listener = listener
    var (address, length) = loopback(port: 0)
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw TestError(couldNot: "listen") }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit {
    close()
    Glibc.close(listener)
  }

  /// Waits for a client, which takes the place of an earlier one.
  public func accept(within limit: Duration = .seconds(15)) throws {
    guard waitUntilReady([(listener, POLLIN)], until: .now + limit) else {
      throw TestError("nobody has connected within \(limit)")
    }
    close()
    (received, ending) = ([], nil)
    connection = Glibc.accept(listener, nil, nil)
    guard connection >= 0 else { throw TestError(couldNot: "accept") }
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    _ = fcntl(connection, F_SETFL, O_NONBLOCK)
  }

  /// Sends text.
  public func send(_ text: String, within limit: Duration = .seconds(15)) throws {
    try send(Array(text.utf8), within: limit)
  }

  /// Sends bytes.
  public func send(_ bytes: [UInt8], within limit: Duration = .seconds(15)) throws {
    let deadline = ContinuousClock.now + limit
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno != EAGAIN { throw TestError(couldNot: "send to the client") }
      rest = rest.dropFirst(max(0, count))
      guard count > 0 || waitUntilReady([(connection, POLLOUT)], until: deadline) else {
        throw TestError("the client takes no bytes for \(limit)")
      }
    }
  }

  /// Waits until exactly this text has come since the connection, or the last ``forget()``.
  public func waitFor(_ text: String, within limit: Duration = .seconds(15)) throws {
    try waitFor(Array(text.utf8), within: limit)
  }

  /// Waits until exactly these bytes have come since the connection, or the last ``forget()``.
  public func waitFor(_ bytes: [UInt8], within limit: Duration = .seconds(15)) throws {
    let deadline = ContinuousClock.now + limit
    while received.count < bytes.count, ending == nil, try readMore(until: deadline) {}
    guard received == bytes else {
      throw TestError("'\(shown(bytes))' was expected, '\(shown(received))' has come")
    }
  }

  /// Waits until what has come ends so.
  public func waitFor(ending: String, within limit: Duration = .seconds(15)) throws {
    let deadline = ContinuousClock.now + limit
    let bytes = Array(ending.utf8)
    while received.suffix(bytes.count) != bytes[...] {
      guard self.ending == nil, try readMore(until: deadline) else {
        throw TestError("'\(ending)' was expected at its end, '\(shown(received))' has come")
      }
    }
  }

  /// Takes what has come as seen.
  public func forget() { received = [] }

  /// Waits for the end, and says which.
  public func waitForEnd(within limit: Duration = .seconds(15)) throws -> End {
    let deadline = ContinuousClock.now + limit
    while true {
      if let ending { return ending }
      guard try readMore(until: deadline) else {
        throw TestError("the client has not ended within \(limit)")
      }
    }
  }

  /// Reads what is there, waiting for something; false when the time is over.
  private func readMore(until deadline: ContinuousClock.Instant) throws -> Bool {
    guard waitUntilReady([(connection, POLLIN)], until: deadline) else { return false }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &chunk, chunk.count, 0)
    if count > 0 {
      received += chunk[..<count]
    } else if count == 0 {
      ending = .half
    } else if errno == ECONNRESET {
      ending = .reset
    } else if errno != EAGAIN {
      throw TestError(couldNot: "read from the client")
    }
    return true
  }

  /// Says that nothing more will come.
  public func closeWrite() { shutdown(connection, Int32(SHUT_WR)) }

  /// Closes the connection; harmless when repeated.
  public func close() {
    if connection >= 0 { Glibc.close(connection) }
    connection = -1
  }
}

/// Text that a message can show.
private func shown(_ bytes: [UInt8]) -> String {
  String(decoding: bytes.prefix(500), as: UTF8.self).debugDescription
    + (bytes.count > 500 ? " and so on, \(bytes.count) bytes" : "")
}

private let streamType = Int32(SOCK_STREAM.rawValue)
private let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)

/// 127.0.0.1.
private func loopback(port: UInt16) -> (sockaddr_in, socklen_t) {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return (address, socklen_t(MemoryLayout<sockaddr_in>.size))
}
