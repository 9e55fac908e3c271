import Relaying
package import Sockets

/// Starts a program for each message of a client, one after the other, and sends back what it
/// writes.
package struct MessagePrograms: Sendable {
  /// What is to be done for a message.
  package struct Order: Sendable {
    package var launch: ProgramLaunch
    /// What the program reads.
    package var input: [UInt8]

    /// Puts the two together.
    package init(_ launch: ProgramLaunch, input: [UInt8]) {
      self.launch = launch
      self.input = input
    }
  }

  private let boundary: MessageBoundary
  private let order: @Sendable ([UInt8], _ number: Int) throws(StreamError) -> Order
  private let ended: @Sendable (ExitReason) -> Void

  /// Cuts messages, each as it came: a line with its line feed.
  ///
  /// `order` says what is to be done for one, counted from 1, and may refuse it, which ends the
  /// client. `ended` is told how each program ended.
  package init(
    _ boundary: MessageBoundary,
    order: @escaping @Sendable ([UInt8], _ number: Int) throws(StreamError) -> Order,
    ended: @escaping @Sendable (ExitReason) -> Void = { _ in }
  ) {
    self.boundary = boundary
    self.order = order
    self.ended = ended
  }
}

extension MessagePrograms: Responder {
  /// Serves until the client has ended and every answer was sent.
  ///
  /// - Throws: also that a program cannot be started; a client that is reset takes the running one
  ///   with it.
  package func serve(_ client: ClientStream) async throws(StreamError) {
    var splitter = MessageSplitter(boundary)
    var number = 0
    while let bytes = try await read(client) {
      var messages: [[UInt8]] = []
      splitter.take(bytes.span.bytes) { messages.append($0) }
      for message in messages {
        number += 1
        try await answer(message, number, to: client)
      }
    }
    if let message = splitter.takeRest() { try await answer(message, number + 1, to: client) }
    try await client.closeWrite()
  }

  private func read(_ client: ClientStream) async throws(StreamError) -> [UInt8]? {
    let bytes = try await client.stream.read(limit: 16 * 1024)
    if let count = bytes?.count {
      client.flows.received.bytesRead += count
      client.flows.received.moved(count)
    }
    return bytes
  }

  private func answer(
    _ message: [UInt8], _ number: Int, to client: ClientStream
  ) async throws(StreamError) {
    let order = try order(message, number)
    let program = try ProcessStream(order.launch, on: client.loop)
    do throws(StreamError) {
      ended(try await run(program, order, client))
      try? program.close()  // it has ended, and was read to its end
    } catch {
      try? program.close()  // the error that brought us here says more
      await program.child.waitForTermination()
      throw error
    }
  }

  private func run(
    _ program: ProcessStream, _ order: Order, _ client: ClientStream
  ) async throws(StreamError) -> ExitReason {
    let outcome = await withTaskGroup(of: Result<ExitReason?, StreamError>.self) { group in
      group.addTask {
        await feed(program, order.input)
        return .success(nil)
      }
      group.addTask {
        await result { () throws(StreamError) in try await sendOutput(of: program, to: client) }
      }
      group.addTask {
        await result { () throws(StreamError) in
          try await client.stream.waitReaderGone()
          throw StreamError.readerGone(.endpoint(""))
        }
      }
      defer { group.cancelAll() }
      while let ended = await group.next() {
        if case .success(nil) = ended { continue }
        return ended
      }
      return .success(nil)
    }
    guard let reason = try outcome.get() else {
      throw StreamError(.read, .program(order.launch.executable), .cancelled)
    }
    return reason
  }

  /// A program may not want its input, or not all of it.
  private func feed(_ program: ProcessStream, _ input: [UInt8]) async {
    try? await program.write(input)
    try? await program.closeWrite(by: .never)
  }

  private func sendOutput(
    of program: ProcessStream, to client: ClientStream
  ) async throws(StreamError) -> ExitReason? {
    let pump = Pump(
      from: program, to: client.stream, flow: client.flows.sent, on: client.loop)
    try await pump.run()
    return await program.child.wait()
  }
}

extension MessagePrograms {
  /// Runs each message itself as a command of the shell, which reads nothing.
  ///
  /// What any web page can send to a port is no command: a first line like an HTTP request's ends
  /// the client.
  package static func commandsFromPeer(
    subject: StreamError.Subject, configure: @escaping @Sendable (inout ProgramLaunch) -> Void,
    ended: @escaping @Sendable (ExitReason) -> Void = { _ in }
  ) -> MessagePrograms {
    MessagePrograms(
      .line,
      order: { (message, number) throws(StreamError) in
        let command = withoutLineEnd(message)
        if number == 1, looksLikeHTTPRequest(command) || message.count > commandLimit {
          throw StreamError(.read, subject, .layer(HTTPRequestRefused()))
        }
        var launch = ProgramLaunch.shell(String(decoding: command, as: UTF8.self))
        configure(&launch)
        return Order(launch, input: [])
      }, ended: ended)
  }
}

/// A message that looks like a request of HTTP, where commands were expected.
package struct HTTPRequestRefused: LayerError {
  package var failure: FailureClass { .policy }
  package var text: String { "refused: this is a request of HTTP, not a command" }
}

/// A longer first line is no command of a person, and might be a request whose version was cut off.
private let commandLimit = 64 * 1024

/// Whether a line reads like the first of an HTTP request: a method, a target, a version.
///
/// A method is any token of RFC 9110, 5.6.2.
func looksLikeHTTPRequest(_ line: [UInt8]) -> Bool {
  let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
  guard words.count >= 2, let method = words.first, let last = words.last else { return false }
  return method.allSatisfy(isTokenByte) && last.starts(with: "HTTP/".utf8)
}

private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }
}
