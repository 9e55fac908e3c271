import Glibc
import Relaying
package import Sockets
import SystemPackage

/// Sends a file from its start, then our end, and reads what the client sends to its end.
///
/// Each client opens the file for itself: one that is replaced meanwhile stays whole for those who
/// have it. A regular file needs no memory for a client that is slow; what comes after its start is
/// sent as it is when it is read.
package struct FileResponder: Responder {
  private let path: String

  /// Sends the file of a path.
  package init(path: String) { self.path = path }

  /// Serves until all was sent and the client has ended.
  ///
  /// - Throws: also that the file cannot be opened or read, with its name.
  package func serve(_ client: ClientStream) async throws(StreamError) {
    let outcome = await withTaskGroup(of: Result<Bool, StreamError>.self) { group in
      group.addTask {
        await result { () throws(StreamError) in
          try await send(to: client)
          return true
        }
      }
      group.addTask {
        await result { () throws(StreamError) in
          try await client.readToEnd(limit: ScratchBuffer.size) { (_) throws(StreamError) in [] }
          return false
        }
      }
      while let ended = await group.next() {
        guard case .failure = ended else { continue }
        group.cancelAll()
        return ended
      }
      return .success(true)
    }
    _ = try outcome.get()
  }

  private func send(to client: ClientStream) async throws(StreamError) {
    let subject = StreamError.Subject.file(path)
    let file: Descriptor
    do throws(Errno) {
      // A named pipe that nobody writes to is empty and not waited for.
      file = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
    } catch {
      throw StreamError(.open, subject, .system(error))
    }
    var status = stat()
    if fstat(file.number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG {
      try await sendInPlace(file, to: client)
    } else {
      let source = PipeSource(file, subject: subject, on: client.loop)
      defer { source.close() }
      let pump = Pump(from: source, to: client.stream, flow: client.flows.sent, on: client.loop)
      try await pump.run()
    }
    try await client.closeWrite()
  }

  /// What the client does not take is read again.
  private func sendInPlace(
    _ file: borrowing Descriptor, to client: ClientStream
  ) async throws(StreamError) {
    var offset = 0
    var attemptsInARow = 0
    while true {
      let (read, written) = try step(file.number, at: offset, client)
      if read == 0 { return }
      offset += written
      attemptsInARow += 1
      if written < read {
        attemptsInARow = 0
        try await client.stream.waitWritable(by: .never)
      } else if attemptsInARow == ClientStream.fairShare {
        attemptsInARow = 0
        try await client.giveTurn()
      }
    }
  }

  private func step(
    _ number: Int32, at offset: Int, _ client: ClientStream
  ) throws(StreamError) -> (read: Int, written: Int) {
    try client.loop.scratch.withSpace { (space) throws(StreamError) in
      do throws(Errno) {
        try space.withUnsafeMutableBytes { whole, count throws(Errno) in
          count = try systemCall { pread(number, whole.baseAddress, whole.count, offset) }
        }
      } catch {
        throw StreamError(.read, .file(path), .system(error))
      }
      let bytes = space.bytes
      return (bytes.byteCount, try client.tryWrite(bytes))
    }
  }
}
