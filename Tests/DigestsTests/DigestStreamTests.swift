import Digests
import Sockets
import TestSupport
import Testing

private func digest(_ bytes: [UInt8]) -> [UInt8] {
  let sha = SHA256()
  sha.update(bytes.span.bytes)
  return sha.finish()
}

@Suite struct DigestStreamTests {
  @Test func `each direction has its own digest`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let stream = DigestStream(pair.near)
      let (out, back) = (patternBytes(200_000), patternBytes(70_001).reversed() as [UInt8])
      async let sending: Void = stream.write(out)
      #expect(try await pair.far.readExactly(out.count) == out)
      try await sending
      try await stream.closeWrite(by: .never)
      async let answering: Void = pair.far.write(back)
      #expect(try await stream.readExactly(back.count) == back)
      try await answering
      try await pair.far.closeWrite(by: .never)
      #expect(try await stream.read(limit: 10) == nil)
      #expect(stream.sent.byteCount == out.count)
      #expect(stream.received.byteCount == back.count)
      #expect(stream.sent.finish() == digest(out))
      #expect(stream.received.finish() == digest(back))
      try await stream.drain(by: .never)
      try stream.close()
      #expect(await streamError { try await stream.read(limit: 1) }?.isClosed == true)
    }
  }

  @Test func `only what was accepted counts as sent`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let stream = DigestStream(pair.near)
      let count = try stream.fill(with: 7)
      #expect(count > 0)
      #expect(stream.sent.byteCount == count)
      #expect(stream.sent.finish() == digest([UInt8](repeating: 7, count: count)))
      stream.abort()
    }
  }

  @Test func `a buffer that holds bytes already keeps them out`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let stream = DigestStream(pair.near)
      try await pair.far.write([1, 2, 3])
      try await stream.waitReadable(by: .never)
      let bytes = try [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
        var span = OutputRawSpan(
          buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
        span.append(9)
        let attempt = try stream.tryRead(into: &span)
        #expect(attempt == .moved(3))
        count = span.byteCount
      }
      #expect(bytes == [9, 1, 2, 3])
      #expect(stream.received.finish() == digest([1, 2, 3]))
    }
  }

  @Test func `an empty write and a wait leave the digest alone`() async throws {
    try await onLoop { loop async throws in
      let pair = try unixPair(on: loop)
      let stream = DigestStream(pair.near)
      #expect(try stream.tryWrite([UInt8]().span.bytes) == .moved(0))
      try await stream.waitWritable(by: .never)
      let error = await streamError {
        try await stream.waitReadable(by: .after(.milliseconds(1)))
      }
      #expect(error?.timeout != nil)
      #expect(stream.sent.finish() == digest([]))
      try pair.far.close()
      try await stream.waitReaderGone()
    }
  }
}
