import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

/// What our standard streams can be.
enum LocalKind: CaseIterable, Sendable {
  case pipe, socketPair, terminal

  /// The end that others hold, and ours: `near` to read from, `far` to write into it.
  func open() throws -> (near: Int32, far: Int32) {
    switch self {
    case .pipe:
      let pipe = try makePipe()
      return (pipe.read, pipe.write)
    case .socketPair:
      var numbers: [Int32] = [-1, -1]
      guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) == 0 else {
        throw Errno(rawValue: errno)
      }
      return (numbers[0], numbers[1])
    case .terminal:
      let terminal = try makeTerminal()
      var settings = termios()
      tcgetattr(terminal.program, &settings)
      cfmakeraw(&settings)
      tcsetattr(terminal.program, TCSANOW, &settings)
      return (terminal.program, terminal.emulator)
    }
  }
}

/// Where `/proc/self/fd` would be; the second is nowhere, so that the slower way is taken.
let descriptorDirectories = ["/proc/self/fd", "/nowhere"]

@Suite struct DescriptorSourceTests {
  @Test(arguments: LocalKind.allCases, descriptorDirectories)
  func `what is written arrives, and flags stay`(kind: LocalKind, directory: String) async throws {
    try await onLoop { loop in
      let (near, far) = try kind.open()
      let flags = fcntl(near, F_GETFL)
      let source = DescriptorSource(
        near, subject: .standardInput, on: loop, descriptors: directory)
      #expect(source.isTerminal == (kind == .terminal))
      #expect(try source.attemptRead(limit: 10) == .wouldBlock)
      #expect(fcntl(near, F_GETFL) == flags)
      async let first = source.read(limit: 10)
      await loop.yield()
      #expect(write(far, "abc\0d", 5) == 5)
      #expect(try await first == Array("abc\0d".utf8))
      #expect(try source.attemptRead(limit: 10) == .wouldBlock)
      #expect(fcntl(near, F_GETFL) == flags)
      #expect(write(far, "xy", 2) == 2)
      #expect(try await source.read(limit: 1) == [UInt8(ascii: "x")])
      #expect(try await source.read(limit: 1) == [UInt8(ascii: "y")])
      async let end = source.read(limit: 1)
      await loop.yield()
      close(far)
      #expect(try await end == nil)
      #expect(fcntl(near, F_GETFL) == flags)
      close(near)
    }
  }

  @Test(arguments: [LocalKind.pipe, .socketPair], descriptorDirectories)
  func `more than the buffers hold arrives`(kind: LocalKind, directory: String) async throws {
    try await onLoop { loop in
      let (near, far) = try kind.open()
      let sent = patternBytes(3_000_000)
      async let isWritten = beside { () -> Bool in
        let count = sent.withUnsafeBytes { write(far, $0.baseAddress, $0.count) }
        close(far)
        return count == sent.count
      }
      let source = DescriptorSource(near, subject: .standardInput, on: loop, descriptors: directory)
      // A Bool alone: the difference of large arrays would be looked for, for minutes.
      let isSame = try await source.readToEnd() == sent
      #expect(isSame)
      #expect(await isWritten)
      close(near)
    }
  }

  @Test(arguments: LocalKind.allCases, descriptorDirectories)
  func `an empty read moves nothing and is no end`(
    kind: LocalKind, directory: String
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try kind.open()
      let source = DescriptorSource(near, subject: .standardInput, on: loop, descriptors: directory)
      #expect(try source.attemptRead(limit: 0) == .moved(0))
      #expect(write(far, "x", 1) == 1)
      try await source.waitReadable(by: .never)
      #expect(try source.attemptRead(limit: 0) == .moved(0))
      #expect(try await source.read(limit: 5) == [UInt8(ascii: "x")])
      close(near)
      close(far)
    }
  }

  @Test func `a file is read to its end without waiting`() async throws {
    try await onLoop { loop in
      let directory = try TemporaryDirectory()
      let content = patternBytes(1_000_000)
      try directory.write(content, to: "f")
      let file = try Descriptor(opening: directory.path(of: "f"), flags: O_RDONLY)
      let source = DescriptorSource(file.number, subject: .file("f"), on: loop)
      #expect(try await source.readToEnd() == content)
      #expect(try source.attemptRead(limit: 1) == .endOfFile)
      // The offset is the shared one: whoever comes after us reads on from there.
      #expect(lseek(file.number, 0, SEEK_CUR) == content.count)
    }
  }

  @Test(arguments: descriptorDirectories)
  func `dev null is at its end`(directory: String) async throws {
    try await onLoop { loop in
      let file = try Descriptor(opening: "/dev/null", flags: O_RDWR)
      let source = DescriptorSource(
        file.number, subject: .standardInput, on: loop, descriptors: directory)
      #expect(try await source.readToEnd() == [])
      let sink = DescriptorSink(
        file.number, subject: .standardOutput, on: loop, descriptors: directory)
      try await sink.write(patternBytes(1_000_000))
    }
  }

  @Test func `an error names the source`() async throws {
    try await onLoop { loop in
      let directory = try Descriptor(opening: "/", flags: O_RDONLY)
      let source = DescriptorSource(directory.number, subject: .standardInput, on: loop)
      let error = await streamError { try await source.read(limit: 1) }
      #expect(error?.errno == .isDirectory)
      #expect(error?.subject == .standardInput)
    }
  }

  @Test(arguments: descriptorDirectories)
  func `closing tells the writer of a pipe`(directory: String) async throws {
    try await onLoop { loop in
      let (near, far) = try LocalKind.pipe.open()
      let source = DescriptorSource(near, subject: .standardInput, on: loop, descriptors: directory)
      async let waiting = streamError { try await source.waitReadable(by: .never) }
      await loop.yield()
      source.close()
      #expect(await waiting?.isClosed == true)
      #expect(write(far, "x", 1) == -1)
      #expect(errno == EPIPE)
      // The number stays taken, by something without content.
      #expect(fcntl(near, F_GETFD) >= 0)
      close(near)
      close(far)
    }
  }

  @Test(arguments: [LocalKind.pipe, .terminal], descriptorDirectories)
  func `a source that goes away closes what it opened`(
    kind: LocalKind, directory: String
  ) async throws {
    try await onLoop { loop in
      let (near, far) = try kind.open()
      let before = try openDescriptorCount()
      for _ in 0..<1000 {
        _ = DescriptorSource(near, subject: .standardInput, on: loop, descriptors: directory)
      }
      #expect(try openDescriptorCount() < before + 500)
      close(near)
      close(far)
    }
  }
}

@Suite struct DescriptorSinkTests {
  @Test(arguments: LocalKind.allCases, descriptorDirectories)
  func `a slow reader stops the writer, and gets everything`(
    kind: LocalKind, directory: String
  ) async throws {
    try await onLoop { loop in
      // Ours is the end that is written into: of a terminal the program's, of a pipe the other one.
      let (first, second) = try kind.open()
      let (ours, theirs) = kind == .pipe ? (second, first) : (first, second)
      let flags = fcntl(ours, F_GETFL)
      let sink = DescriptorSink(ours, subject: .standardOutput, on: loop, descriptors: directory)
      #expect(fcntl(ours, F_GETFL) == flags)
      // If it waited in the kernel, nobody would ever read.
      let count = try sink.fill()
      #expect(count > 0)
      #expect(fcntl(ours, F_GETFL) == flags)
      let late = await streamError { try await sink.waitWritable(by: .after(.milliseconds(5))) }
      let isSettled = late?.timeout == .total
      if kind != .terminal { #expect(isSettled) }

      let sent = patternBytes(500_000)
      async let received = beside { () -> [UInt8] in
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 3000)
        while received.count < count + sent.count {
          let got = read(theirs, &chunk, chunk.count)
          if got <= 0 { break }
          received += chunk[..<got]
        }
        return received
      }
      try await sink.write(sent)
      #expect(fcntl(ours, F_GETFL) == flags)
      try await sink.closeWrite(by: .never)
      // A Bool alone: the difference of large arrays would be looked for, for minutes.
      let isSame = await Array(received.dropFirst(count)) == sent
      #expect(isSame)
      close(ours)
      close(theirs)
    }
  }

  @Test(arguments: LocalKind.allCases, descriptorDirectories)
  func `a reader that goes is noticed while nothing is written`(
    kind: LocalKind, directory: String
  ) async throws {
    try await onLoop { loop in
      let (first, second) = try kind.open()
      let (ours, theirs) = kind == .pipe ? (second, first) : (first, second)
      let sink = DescriptorSink(ours, subject: .standardOutput, on: loop, descriptors: directory)
      async let gone: Void = sink.waitReaderGone()
      for _ in 0..<5 { await loop.yield() }
      close(theirs)
      try await gone
      let error = await streamError { try await sink.write([1]) }
      #expect(error?.errno == (kind == .terminal ? .ioError : .brokenPipe))
      #expect(error?.subject == .standardOutput)
      close(ours)
    }
  }

  @Test(arguments: descriptorDirectories)
  func `a reader that was gone before is noticed`(directory: String) async throws {
    try await onLoop { loop in
      let pipe = try makePipe()
      close(pipe.read)
      let sink = DescriptorSink(
        pipe.write, subject: .standardOutput, on: loop, descriptors: directory)
      try await sink.waitReaderGone()
      #expect(await streamError { try await sink.write([1]) }?.isReaderGone == true)
      close(pipe.write)
    }
  }

  @Test func `a file has no reader that could go`() async throws {
    try await onLoop { loop in
      let directory = try TemporaryDirectory()
      let file = try Descriptor(opening: directory.path(of: "f"), flags: O_WRONLY | O_CREAT)
      let sink = DescriptorSink(file.number, subject: .file("f"), on: loop)
      async let gone = streamError { try await sink.waitReaderGone() }
      for _ in 0..<5 { await loop.yield() }
      try await sink.write(patternBytes(300_000))
      try await sink.closeWrite(by: .never)
      #expect(await gone?.isClosed == true)
      #expect(try directory.read("f") == patternBytes(300_000))
    }
  }

  @Test func `a full disk is an error`() async throws {
    try await onLoop { loop in
      let full = try Descriptor(opening: "/dev/full", flags: O_WRONLY)
      let sink = DescriptorSink(full.number, subject: .standardOutput, on: loop)
      let error = await streamError { try await sink.write([1]) }
      #expect(error?.errno == .noSpace)
      #expect(error?.operation == .write)
    }
  }

  @Test(arguments: [LocalKind.pipe, .socketPair], descriptorDirectories)
  func `the end reaches the reader`(kind: LocalKind, directory: String) async throws {
    try await onLoop { loop in
      let (theirs, ours) = try kind.open()
      let sink = DescriptorSink(ours, subject: .standardOutput, on: loop, descriptors: directory)
      try await sink.write([1, 2])
      try await sink.closeWrite(by: .never)
      try await sink.closeWrite(by: .never)
      let content = await beside { () -> [Int] in
        var chunk = [UInt8](repeating: 0, count: 10)
        return [read(theirs, &chunk, 10), read(theirs, &chunk, 10)]
      }
      #expect(content == [2, 0])
      // It would land on a number that was ours.
      let other = try kind.open()
      #expect(await streamError { try await sink.write([1]) }?.errno == .badFileDescriptor)
      close(other.near)
      close(other.far)
      close(ours)
      close(theirs)
    }
  }

  @Test(arguments: descriptorDirectories)
  func `a terminal stays open`(directory: String) async throws {
    try await onLoop { loop in
      let (near, far) = try LocalKind.terminal.open()
      let sink = DescriptorSink(near, subject: .standardOutput, on: loop, descriptors: directory)
      try await sink.closeWrite(by: .never)
      try await sink.write([1])
      var byte: UInt8 = 0
      #expect(read(far, &byte, 1) == 1)
      close(near)
      close(far)
    }
  }
}

@Suite struct StandardStreamsTests {
  @Test func `a source and a sink are one stream`() async throws {
    try await onLoop { loop in
      let pipe = try makePipe()
      let sink = DescriptorSink(pipe.write, subject: .standardOutput, on: loop)
      let streams = StandardStreams(source: BytesSource([1, 2, 3]), sink: sink)
      #expect(try await streams.read(limit: 2) == [1, 2])
      #expect(try await streams.readToEnd() == [3])
      try await streams.write([4])
      try await streams.drain(by: .never)
      try streams.close()
      streams.abort()
      try await streams.closeWrite(by: .never)
      let source = DescriptorSource(pipe.read, subject: .standardInput, on: loop)
      #expect(try await source.readToEnd() == [4])
      close(pipe.read)
      close(pipe.write)
    }
  }

  @Test func `bytes that are there end when they were given`() async throws {
    #expect(try BytesSource().attemptRead(limit: 1) == .endOfFile)
    let source = BytesSource([1, 2])
    #expect(try source.attemptRead(limit: 0) == .moved(0))
    #expect(try source.attemptRead(limit: 1) == .moved(1))
    #expect(try source.attemptRead(limit: 5) == .moved(1))
    #expect(try source.attemptRead(limit: 5) == .endOfFile)
  }

  @Test func `what discards takes everything, and its reader never goes`() async throws {
    try await onLoop { loop in
      let sink = DiscardSink(on: loop)
      try await sink.write(patternBytes(1_000_000))
      let task = Task(executorPreference: loop) {
        await streamError { try await sink.waitReaderGone() }
      }
      await loop.yield()
      task.cancel()
      #expect(await task.value?.isCancellation == true)
    }
  }

  @Test func `what was closed fails at the first byte`() async throws {
    try await onLoop { loop in
      let sink = ClosedSink(subject: .standardOutput, on: loop)
      try await sink.write([])
      try await sink.closeWrite(by: .never)
      let error = await streamError { try await sink.write([1]) }
      #expect(error?.errno == .badFileDescriptor)
      #expect(error?.subject == .standardOutput)
    }
  }
}
