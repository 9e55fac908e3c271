import Relaying
package import Sockets
import SystemPackage

/// Sends lines of characters without end, and throws away what comes: RFC 864.
package struct CharacterGenerator: Responder {
  /// Every line that there is, once: 95 of 72 characters, each begins with the next one.
  static let pattern: [UInt8] = {
    let characters = Array(UInt8(ascii: " ")...UInt8(ascii: "~"))
    return characters.indices.flatMap { start in
      (0..<72).map { characters[(start + $0) % characters.count] } + [13, 10]
    }
  }()

  private let pattern: [UInt8]

  /// Makes one; all clients share what is sent.
  package init() {
    // One attempt should be worth it.
    pattern = Array([[UInt8]](repeating: Self.pattern, count: 9).joined())
  }

  /// Serves until the client has ended or is gone, which is how this service is left.
  package func serve(_ client: ClientStream) async throws(StreamError) {
    let outcome = await withTaskGroup(of: Result<Void, StreamError>.self) { group in
      group.addTask { await result { () throws(StreamError) in try await generate(client) } }
      group.addTask {
        await result { () throws(StreamError) in
          try await client.readToEnd(limit: ScratchBuffer.size) { (_) throws(StreamError) in [] }
        }
      }
      let first = await group.next() ?? .success(())
      group.cancelAll()
      return first
    }
    do throws(StreamError) {
      try outcome.get()
      try await client.closeWrite()
    } catch {
      if !error.isReaderGone && error.errno != .connectionReset { throw error }
    }
  }

  private func generate(_ client: ClientStream) async throws(StreamError) {
    var position = 0
    var writesInARow = 0
    while true {
      let rest = pattern.span.bytes.extracting(droppingFirst: position)
      let count = try client.tryWrite(rest)
      position = (position + count) % pattern.count
      writesInARow += 1
      if count < rest.byteCount {
        writesInARow = 0
        try await client.stream.waitWritable(by: .never)
      } else if writesInARow == ClientStream.fairShare {
        writesInARow = 0
        try await client.giveTurn()
      }
    }
  }
}
