import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct StreamSocketTests {
  static let streams = [Transport.tcp, .unixStream]

  @Test(arguments: Transport.allCases)
  func `bytes of every value arrive`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let bytes = [UInt8](UInt8.min...UInt8.max) + [0, 0, 0]
      try await near.write(bytes)
      let isSame1 = try await far.readExactly(bytes.count) == bytes
      #expect(isSame1)
      try await far.write(bytes)
      let isSame2 = try await near.readExactly(bytes.count) == bytes
      #expect(isSame2)
    }
  }

  @Test(arguments: Transport.allCases)
  func `an empty read moves nothing and is no end`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      #expect(try near.attemptRead(limit: 0) == .moved(0))
      try await far.write([1])
      try await near.waitReadable(by: .never)
      #expect(try near.attemptRead(limit: 0) == .moved(0))
      #expect(try await near.read(limit: 5) == [1])
    }
  }

  @Test(arguments: Self.streams)
  func `an empty write moves nothing`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      #expect(try near.tryWrite(bytes([]).span.bytes) == .moved(0))
      #expect(try far.attemptRead(limit: 5) == .wouldBlock)
    }
  }

  @Test func `an empty packet is a message, not the end`() async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(type: .sequencedPacket, on: loop)
      for size in [0, 1, 0] {
        #expect(try near.tryWrite([UInt8](repeating: 1, count: size).span.bytes) == .moved(size))
      }
      try await near.closeWrite(by: .never)
      for size in [0, 1, 0] { #expect(try far.attemptRead(limit: 5) == .moved(size)) }
      #expect(try far.attemptRead(limit: 5) == .endOfFile)
    }
  }

  @Test func `a packet that does not fit is an error`() async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(type: .sequencedPacket, on: loop)
      try await near.write([1, 2, 3])
      #expect(await streamError { try await far.read(limit: 2) }?.errno == .messageTooLong)
    }
  }

  @Test(arguments: [SocketType.stream, .sequencedPacket])
  func `descriptors that a peer sends are not kept`(type: SocketType) async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(type: type, on: loop)
      let pipe = try makePipe()
      _ = try near.withSocket { socket throws(Errno) in
        try socket.send([1], ancillary: [.descriptors([pipe.write, pipe.write])])
      }
      close(pipe.write)
      #expect(try await far.read(limit: 5) == [1])
      var byte: UInt8 = 0
      _ = fcntl(pipe.read, F_SETFL, O_NONBLOCK)
      // The end of file: nobody holds the other end any more.
      #expect(read(pipe.read, &byte, 1) == 0)
      close(pipe.read)
    }
  }

  @Test(arguments: Self.streams)
  func `a short read leaves the rest`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      try await near.write([1, 2, 3, 4, 5])
      #expect(try await far.read(limit: 2) == [1, 2])
      #expect(try await far.read(limit: 2) == [3, 4])
      #expect(try await far.read(limit: 2) == [5])
      #expect(try far.attemptRead(limit: 2) == .wouldBlock)
    }
  }

  @Test(arguments: Transport.allCases)
  func `one byte at a time arrives`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let sent = patternBytes(2000)
      async let received = far.readToEnd()
      for byte in sent { try await near.write([byte]) }
      try await near.closeWrite(by: .never)
      let isSame3 = try await received == sent
      #expect(isSame3)
    }
  }

  @Test(arguments: Transport.allCases)
  func `more than the buffers hold arrives`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let sent = patternBytes(8_000_000)
      async let received = far.readToEnd()
      try await near.write(sent)
      try await near.closeWrite(by: .never)
      let isSame4 = try await received == sent
      #expect(isSame4)
    }
  }

  @Test(arguments: Transport.allCases)
  func `a peer that half-closes may still be answered`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      try await far.write([1])
      try await far.closeWrite(by: .never)
      #expect(try await near.readToEnd() == [1])
      #expect(try near.attemptRead(limit: 1) == .endOfFile)
      #expect(!near.isOver)
      try await near.write([2])
      try await near.closeWrite(by: .never)
      #expect(try await far.readToEnd() == [2])
    }
  }

  @Test(arguments: Transport.allCases)
  func `what a peer sent before it closed is read, then the end`(
    transport: Transport
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      try await far.write([1, 2])
      try far.close()
      #expect(try await near.readToEnd() == [1, 2])
      #expect(try near.attemptRead(limit: 1) == .endOfFile)
    }
  }

  @Test(arguments: Transport.allCases)
  func `writing to a peer that is gone fails, and keeps failing`(
    transport: Transport
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      try far.close()
      let error = await streamError { while true { try await near.write([1]) } }
      #expect(error?.operation == .write)
      #expect([.brokenPipe, .connectionReset].contains(error?.errno))
      #expect(await streamError { try await near.write([1]) }?.errno == error?.errno)
      #expect(await streamError { try await near.read(limit: 1) }?.errno == error?.errno)
    }
  }

  @Test func `what came before a reset is read, then the error, again and again`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      try await far.write([1, 2])
      try await near.waitReadable(by: .never)
      far.abort()
      #expect(try await near.read(limit: 5) == [1, 2])
      for _ in 0..<3 {
        #expect(await streamError { try await near.read(limit: 5) }?.errno == .connectionReset)
        #expect(await streamError { try await near.write([1]) }?.errno == .connectionReset)
        let closing = await streamError { try await near.closeWrite(by: .never) }
        #expect(closing?.errno == .connectionReset)
      }
    }
  }

  @Test func `a reset that a write met first is not lost to the reader`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      try await far.write([1, 2])
      try await near.waitReadable(by: .never)
      far.abort()
      #expect(await streamError { try await near.write([1]) }?.errno == .connectionReset)
      #expect(try await near.read(limit: 5) == [1, 2])
      let error = await streamError { try await near.read(limit: 5) }
      #expect(error?.errno == .connectionReset)
      #expect(error?.operation == .write)
    }
  }

  @Test func `a reset wakes who waits for the reader to go, and stays known`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      async let gone = streamError { try await near.waitReaderGone() }
      await loop.yield()
      far.abort()
      #expect(await gone?.errno == .connectionReset)
      #expect(await streamError { try await near.read(limit: 5) }?.errno == .connectionReset)
      #expect(await streamError { try await near.waitReaderGone() }?.errno == .connectionReset)
    }
  }

  @Test(arguments: [SocketType.stream, .sequencedPacket])
  func `a full close is known on Unix sockets, a half-close is none`(
    type: SocketType
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try unixPair(type: type, on: loop)
      async let gone: Void = near.waitReaderGone()
      try await far.closeWrite(by: .never)
      for _ in 0..<5 { await loop.yield() }
      #expect(!near.isOver)
      try far.close()
      try await gone
      #expect(near.isOver)
    }
  }

  @Test(arguments: Transport.allCases)
  func `a peer that never reads stops the writer`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      var total = try near.fill()
      // TCP's window opens a little more while the first bytes are on their way.
      while await streamError({ try await near.waitWritable(by: .after(.milliseconds(20))) }) == nil
      {
        total += try near.fill()
      }
      #expect(total > 0)
      #expect(total < 32 << 20)
      async let room: Void = near.waitWritable(by: .never)
      _ = try await far.readExactly(total)
      try await room
      #expect(try near.fill() > 0)
    }
  }

  @Test(arguments: Transport.allCases)
  func `a cancelled wait loses nothing`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let reading = Task(executorPreference: loop) {
        await streamError { try await near.waitReadable(by: .never) }
      }
      let watching = Task(executorPreference: loop) {
        await streamError { try await near.waitReaderGone() }
      }
      await loop.yield()
      reading.cancel()
      watching.cancel()
      #expect(await reading.value?.isCancellation == true)
      #expect(await watching.value?.isCancellation == true)
      try await far.write([1])
      #expect(try await near.read(limit: 5) == [1])
    }
  }

  @Test(arguments: Transport.allCases)
  func `a wait ends at its deadline and loses nothing`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let error = await streamError { try await near.read(limit: 5, by: .after(.milliseconds(1))) }
      #expect(error?.operation == .read)
      #expect(error?.timeout == .total)
      try await far.write([1])
      #expect(try await near.read(limit: 5) == [1])
    }
  }

  @Test(arguments: Transport.allCases)
  func `two who wait both wake`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      async let first: Void = near.waitReadable(by: .never)
      async let second: Void = near.waitReadable(by: .never)
      await loop.yield()
      try await far.write([1])
      try await first
      try await second
    }
  }

  @Test(arguments: Transport.allCases)
  func `two who read share the bytes`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      async let first = near.readToEnd()
      async let second = near.readToEnd()
      for byte in 0..<100 { try await far.write([UInt8(byte)]) }
      try await far.closeWrite(by: .never)
      #expect(try await (first + second).sorted() == Array(0..<100))
    }
  }

  @Test(arguments: Transport.allCases)
  func `a second closeWrite is harmless`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      try await near.closeWrite(by: .never)
      try await near.closeWrite(by: .never)
      #expect(try await far.readToEnd() == [])
      #expect(await streamError { try await near.write([1]) }?.errno == .brokenPipe)
    }
  }

  @Test(arguments: Transport.allCases)
  func `closing wakes every wait, and every later call says so`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      _ = try near.fill()
      async let reading = streamError { try await near.waitReadable(by: .never) }
      async let watching = streamError { try await near.waitReaderGone() }
      await loop.yield()
      try near.close()
      #expect(await reading?.isClosed == true)
      #expect(await watching?.isClosed == true)
      try near.close()
      near.abort()
      #expect(await streamError { try await near.read(limit: 1) }?.isClosed == true)
      #expect(await streamError { try await near.write([1]) }?.isClosed == true)
      #expect(await streamError { try await near.closeWrite(by: .never) }?.isClosed == true)
      let isDetached = near.detach() != nil
      #expect(!isDetached)
      try far.close()
    }
  }

  @Test(arguments: Transport.allCases)
  func `a detached socket lives on without the stream`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      async let waiting = streamError { try await near.waitReadable(by: .never) }
      await loop.yield()
      let number = near.detach()?.detach()
      #expect(await waiting?.isClosed == true)
      let again = try StreamSocket(SocketDescriptor(owning: try #require(number)), on: loop)
      try await again.write([1])
      #expect(try await far.read(limit: 5) == [1])
    }
  }

  @Test func `an inherited descriptor keeps its flags and waits in the loop alone`() async throws {
    try await onLoop { loop in
      var numbers: [Int32] = [-1, -1]
      #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) == 0)
      let near = try StreamSocket(SocketDescriptor(owning: numbers[0]), on: loop)
      let far = try StreamSocket(SocketDescriptor(owning: numbers[1]), on: loop)
      #expect(try near.attemptRead(limit: 5) == .wouldBlock)
      let sent = patternBytes(2_000_000)
      async let received = far.readToEnd()
      try await near.write(sent)
      try await near.closeWrite(by: .never)
      let isSame5 = try await received == sent
      #expect(isSame5)
      for number in numbers { #expect(fcntl(number, F_GETFL) & O_NONBLOCK == 0) }
    }
  }

  @Test func `both ends know each other's address`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      #expect(near.local == far.peer)
      #expect(near.peer == far.local)
      #expect(near.type == .stream)
      #expect(try unixPair(type: .sequencedPacket, on: loop).near.type == .sequencedPacket)
    }
  }

  @Test func `an error names the peer`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      far.abort()
      let error = await streamError { try await near.readToEnd() }
      #expect(error?.subject == .address(near.peer))
      #expect(error?.subject.isLocal == false)
    }
  }
}

extension ByteSource {
  /// One attempt, whose bytes are thrown away.
  func attemptRead(limit: Int) throws(StreamError) -> Attempt {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(limit, 1), alignment: 16)
    defer { memory.deallocate() }
    let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<limit])
    var space = OutputRawSpan(buffer: part, initializedCount: 0)
    return try tryRead(into: &space)
  }
}

/// An array literal of bytes, where nothing else says so.
func bytes(_ values: [UInt8]) -> [UInt8] { values }
