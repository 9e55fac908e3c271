package import Sockets

/// Sends back what comes, and its end after it: RFC 862.
package struct Echo: Responder {
  /// Makes one.
  package init() {}

  /// Serves until the client has ended and has got everything.
  package func serve(_ client: ClientStream) async throws(StreamError) {
    try await client.readToEnd(limit: readLimit) { (bytes) throws(StreamError) in
      let done = try client.tryWrite(bytes)
      return bytes.extracting(droppingFirst: done).withUnsafeBytes { Array($0) }
    }
    try await client.closeWrite()
  }
}

/// Throws away what comes: RFC 863.
package struct Discard: Responder {
  /// Makes one.
  package init() {}

  /// Serves until the client has ended.
  package func serve(_ client: ClientStream) async throws(StreamError) {
    try await client.readToEnd(limit: ScratchBuffer.size) { (_) throws(StreamError) in [] }
    try await client.closeWrite()
  }
}
