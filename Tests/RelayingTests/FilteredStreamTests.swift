import Relaying
import Sockets
import TestSupport
import Testing

@Suite struct FilteredSourceTests {
  @Test(arguments: [1, 2, 3, 100])
  func `what is read is converted, whatever the pieces`(size: Int) async throws {
    try await onLoop { _ async throws in
      let base = PiecewiseSource(Array("a\nb\r\n\n".utf8), pieces: size)
      let source = FilteredSource(base, LineEndings())
      #expect(try await source.readToEnd() == Array("a\r\nb\r\n\r\n".utf8))
      #expect(try await source.read(limit: 5) == nil)
    }
  }

  @Test func `a reader with little room gets everything`() async throws {
    try await onLoop { _ async throws in
      let source = FilteredSource(PiecewiseSource(Array("\n\n".utf8), pieces: 9), LineEndings())
      var bytes: [UInt8] = []
      while let byte = try await source.read(limit: 1) { bytes += byte }
      #expect(bytes == Array("\r\n\r\n".utf8))
    }
  }

  @Test func `good bytes come before the error`() async throws {
    try await onLoop { _ async throws in
      let base = PiecewiseSource([0x61, 0x62, 0xff, 0x63], pieces: 9)
      let source = FilteredSource(base, try strictConverter())
      #expect(try await source.read(limit: 9) == Array("ab".utf8))
      for _ in 0..<2 {
        #expect(await streamError { try await source.read(limit: 9) }?.operation == .convert)
      }
    }
  }

  @Test func `an incomplete character at the end is an error after the good bytes`() async throws {
    try await onLoop { _ async throws in
      let base = PiecewiseSource([0x61, 0xe4], pieces: 9)
      let source = FilteredSource(base, try strictConverter())
      #expect(try await source.read(limit: 9) == [0x61])
      #expect(await streamError { try await source.read(limit: 9) }?.operation == .convert)
    }
  }
}

@Suite struct FilteredSinkTests {
  @Test(arguments: [1, 2, 3, 100], [1, 2, 100])
  func `what is written is converted, also by a sink that blocks`(
    size: Int, room: Int
  ) async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: room, on: loop)
      let sink = FilteredSink(base, LineEndings())
      for piece in pieces(of: Array("a\nb\r\n\n".utf8), size) { try await sink.write(piece) }
      try await sink.closeWrite(by: .never)
      #expect(base.bytes == Array("a\r\nb\r\n\r\n".utf8))
      #expect(base.isEnded)
    }
  }

  @Test(arguments: [1, 100])
  func `good bytes are written before the error`(room: Int) async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: room, on: loop)
      let sink = FilteredSink(base, try strictConverter())
      let error = await streamError {
        try await sink.write([0x61, 0x62, 0x63, 0xff, 0x64])
        try await sink.closeWrite(by: .never)
      }
      #expect(error?.operation == .convert)
      #expect(base.bytes == Array("abc".utf8))
      #expect(!base.isEnded)
      #expect(await streamError { try await sink.write([0x61]) }?.operation == .convert)
    }
  }

  @Test(arguments: [1, 100])
  func `an incomplete character at the end is an error after the good bytes`(
    room: Int
  ) async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: room, on: loop)
      let sink = FilteredSink(base, try strictConverter())
      try await sink.write([0x61, 0x62, 0x63, 0xe4])
      for _ in 0..<2 {
        let error = await streamError { try await sink.closeWrite(by: .never) }
        #expect(error?.operation == .convert)
        #expect(base.bytes == Array("abc".utf8))
      }
      #expect(!base.isEnded)
    }
  }

  @Test func `little is held back when the base takes nothing`() async throws {
    try await onLoop { loop async throws in
      let base = NarrowSink(room: 0, on: loop)
      let sink = FilteredSink(base, LineEndings())
      let taken = try sink.fill(with: 10)
      #expect(taken <= 65536)
    }
  }
}
