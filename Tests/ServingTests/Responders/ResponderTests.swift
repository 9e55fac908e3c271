import Relaying
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import Serving

/// Serves the far end of a pair and closes it at the end.
func serving(
  _ responder: some Responder, _ stream: StreamSocket, _ flows: Flows = Flows()
) -> Task<StreamError?, Never> {
  Task(executorPreference: stream.loop) {
    let client = ClientStream(stream, flows: flows, on: stream.loop)
    let error = await streamError { try await responder.serve(client) }
    try? stream.close()
    return error
  }
}

@Suite struct ResponderTests {
  @Test(arguments: [Transport.tcp, .unixStream])
  func `echo gives back every byte and then the end`(transport: Transport) async throws {
    try await onLoop { loop in
      let (near, far) = try await transport.pair(on: loop)
      let flows = Flows()
      let task = serving(Echo(), far, flows)
      let bytes = patternBytes(5_000_001)
      async let sending: Void = {
        try await near.write(bytes)
        try await near.closeWrite(by: .never)
      }()
      let isSame = try await near.readToEnd() == bytes
      try await sending
      #expect(isSame)
      #expect(await task.value == nil)
      #expect(flows.received.bytesRead == bytes.count)
      #expect(flows.sent.bytesWritten == bytes.count)
    }
  }

  @Test func `discard takes everything and gives nothing`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let flows = Flows()
      let task = serving(Discard(), far, flows)
      try await near.write(patternBytes(2_000_000))
      try await near.closeWrite(by: .never)
      #expect(try await near.readToEnd() == [])
      #expect(await task.value == nil)
      #expect(flows.received.bytesRead == 2_000_000)
      #expect(flows.sent.bytesWritten == 0)
    }
  }

  @Test func `chargen sends the lines of RFC 864`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = serving(CharacterGenerator(), far)
      let lines = try await near.readExactly(74 * 96)
      let text = String(decoding: lines, as: UTF8.self).split(separator: "\r\n")
      #expect(
        text[0] == ##" !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefg"##)
      #expect(
        text[1] == ##"!"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefgh"##)
      #expect(text[94].hasPrefix("~ !\"#"))
      #expect(text[95] == text[0])
      // It goes on, around the end of what it keeps.
      let more = try await near.readExactly(74 * 95 * 20)
      let isSame = more.dropFirst(74 * 94).prefix(74 * 96).elementsEqual(lines)
      #expect(isSame)
      try near.close()
      #expect(await task.value == nil)
    }
  }

  @Test func `chargen stops when the client has half-closed`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let task = serving(CharacterGenerator(), far)
      try await near.write([1, 2, 3])
      _ = try await near.readExactly(1_000_000)
      try await near.closeWrite(by: .never)
      _ = try await near.readToEnd()
      #expect(await task.value == nil)
    }
  }

  static let conversations: [(MessageBoundary, String, String)] = [
    (.line, "a\nbc\r\n", "1:1:a:A\n2:2:bc:BC\n"),
    (.line, "a\nrest", "1:1:a:A\n2:4:rest:REST\n"),
    (.line, "\n\n", "1:0::\n2:0::\n"),
    (.line, "", ""),
    (.chunk, "a\nb", "1:3:a\nb:A\nB\n"),
  ]

  @Test(arguments: conversations)
  func `each message is answered`(boundary: MessageBoundary, sent: String, answer: String)
    async throws
  {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let responder = Respond(
        ResponseTemplate(Array("{n}:{bytes}:{message}:{upper}\n".utf8)), to: boundary, peer: "p",
        local: "l", time: { "t" })
      let task = serving(responder, far)
      try await near.write(Array(sent.utf8))
      try await near.closeWrite(by: .never)
      #expect(try await String(decoding: near.readToEnd(), as: UTF8.self) == answer)
      #expect(await task.value == nil)
    }
  }

  @Test func `a line is answered as soon as it is whole`() async throws {
    try await onLoop { loop in
      let (near, far) = try await tcpPair(on: loop)
      let template = ResponseTemplate(Array("{peer} {local} {time} {message}\n".utf8))
      let task = serving(
        Respond(template, to: .line, peer: "p", local: "l", time: { "t" }), far)
      for byte in "on" { try await near.write(Array(String(byte).utf8)) }
      let early = await streamError { try await near.read(limit: 9, by: soon) }
      #expect(early?.timeout == .total)
      try await near.write(Array("e\n".utf8))
      #expect(try await near.readExactly(10) == Array("p l t one\n".utf8))
      near.abort()
      #expect(await task.value?.errno == .connectionReset)
    }
  }
}

@Suite struct MessageSplitterTests {
  private func messages(
    _ pieces: [String], _ boundary: MessageBoundary = .line, limit: Int = 8
  ) -> [String] {
    var splitter = MessageSplitter(boundary, limit: limit)
    var messages: [[UInt8]] = []
    for piece in pieces { splitter.take(piece.utf8.span.bytes) { messages.append($0) } }
    if let rest = splitter.takeRest() { messages.append(rest) }
    #expect(splitter.takeRest() == nil)
    return messages.map { String(decoding: $0, as: UTF8.self) }
  }

  static let rows: [([String], [String])] = [
    (["a\nb\n"], ["a\n", "b\n"]),
    (["a", "b", "\n", "c"], ["ab\n", "c"]),
    (["\n"], ["\n"]),
    (["1234567\n"], ["1234567\n"]),
    (["12345678\n"], ["12345678", "\n"]),
    (["123", "4567890123456789", "0\n"], ["12345678", "90123456", "7890\n"]),
  ]

  @Test(arguments: rows)
  func `lines are cut anywhere and put together again`(pieces: [String], lines: [String]) {
    #expect(messages(pieces) == lines)
  }

  @Test func `a chunk is a message whatever is in it`() {
    #expect(messages(["a\nb", "\n"], .chunk, limit: 2) == ["a\nb", "\n"])
  }
}
