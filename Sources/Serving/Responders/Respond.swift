package import Sockets

/// Answers each message with what a template makes of it.
package struct Respond: Responder {
  private let template: ResponseTemplate
  private let boundary: MessageBoundary
  private let peer: String
  private let local: String
  private let time: @Sendable () -> String

  /// A longer line is answered in parts: nobody makes us keep more of it.
  static let lineLimit = 64 * 1024

  /// Answers one client, whose name and ours the template may use; a line is one without its end.
  package init(
    _ template: ResponseTemplate, to boundary: MessageBoundary, peer: String, local: String,
    time: @escaping @Sendable () -> String
  ) {
    self.template = template
    self.boundary = boundary
    self.peer = peer
    self.local = local
    self.time = time
  }

  /// Serves until the client has ended and has got every answer.
  package func serve(_ client: ClientStream) async throws(StreamError) {
    var splitter = MessageSplitter(boundary, limit: Self.lineLimit)
    var number = 0
    // Many short lines with long answers come to much more than was read.
    let limit = boundary == .line ? 1024 : readLimit
    try await client.readToEnd(limit: limit) { (bytes) throws(StreamError) in
      var answers: [UInt8] = []
      splitter.take(bytes) { message in
        number += 1
        answers += answer(to: message, number)
      }
      return answers
    }
    if let message = splitter.takeRest() {
      try await client.write(answer(to: message, number + 1))
    }
    try await client.closeWrite()
  }

  private func answer(to message: [UInt8], _ number: Int) -> [UInt8] {
    template.answer(
      ResponseTemplate.Facts(
        peer: peer, local: local, time: time(),
        message: boundary == .line ? withoutLineEnd(message) : message, number: number))
  }
}
