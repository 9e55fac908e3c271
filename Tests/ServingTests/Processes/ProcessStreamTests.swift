import Glibc
import Sockets
import TestSupport
import Testing

@testable import Serving

@Suite struct ProcessStreamTests {
  @Test func `a mebibyte goes through cat and comes back`() async throws {
    try await onLoop { loop in
      let stream = try ProcessStream(ProgramLaunch("cat"), on: loop)
      let sent = patternBytes(1 << 20)
      async let writing: Void = {
        try await stream.write(sent)
        try await stream.closeWrite(by: .never)
      }()
      let isSame = try await stream.readToEnd() == sent
      try await writing
      #expect(isSame)
      #expect(await stream.child.wait() == .exited(0))
      try stream.close()
      try stream.close()
    }
  }

  @Test func `a program that does not read takes no more than its pipe holds`() async throws {
    try await onLoop { loop in
      let stream = try ProcessStream(.shell("echo ready; exec sleep 60"), on: loop)
      #expect(try await stream.read(limit: 10) == Array("ready\n".utf8))
      #expect(try stream.fill() <= 1 << 20)
      #expect(try stream.tryWrite([1].span.bytes) == .wouldBlock)
      stream.abort()
      #expect(await stream.child.wait() == .signalled(SIGKILL))
    }
  }

  @Test func `closing its input early ends the writing and not the reading`() async throws {
    try await onLoop { loop in
      let stream = try ProcessStream(.shell("exec <&-; echo closed; seq 100000"), on: loop)
      #expect(try await stream.readExactly(7) == Array("closed\n".utf8))
      try await stream.waitReaderGone()
      let error = await streamError { try await stream.write([1, 2, 3]) }
      #expect(error?.isReaderGone == true)
      #expect(error?.subject == .program("/bin/sh"))
      try await stream.closeWrite(by: .never)
      // More than its pipe held before the writing failed.
      let numbers = try await stream.readToEnd()
      #expect(numbers.count == 588_895)
      #expect(await stream.child.wait() == .exited(0))
    }
  }

  @Test func `a child that was left behind is read to its end`() async throws {
    try await onLoop { loop in
      // A list in the background would have no input of ours without the third descriptor.
      let stream = try ProcessStream(
        .shell("exec 3<&0; (cat; echo late) <&3 & exit 4"), on: loop)
      async let bytes = stream.readToEnd()
      // The program itself is over, which its number shows before its status is taken.
      while !stream.child.hasEnded { await loop.yield() }
      try await stream.write(Array("more, ".utf8))
      try await stream.closeWrite(by: .never)
      #expect(try await bytes == Array("more, late\n".utf8))
      #expect(await stream.child.wait() == .exited(4))
    }
  }

  @Test func `closing ends the program, and wakes who waits`() async throws {
    try await onLoop { loop in
      let stream = try ProcessStream(ProgramLaunch("sleep", ["60"]), on: loop)
      async let error = streamError { try await stream.waitReadable(by: .never) }
      await loop.yield()
      try stream.close()
      #expect(await error?.isClosed == true)
      #expect(await stream.child.wait() == .signalled(SIGTERM))
      #expect(await streamError { try await stream.write([1]) }?.isClosed == true)
      #expect(await streamError { try await stream.read(limit: 1) }?.isClosed == true)
    }
  }
}
