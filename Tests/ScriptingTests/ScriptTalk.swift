import Scripting
import Sockets
import TestSupport

/// What came of a run of a script against a peer that says some pieces, one after the other.
struct ScriptTalk: Sendable {
  let failure: Scripting.ScriptFailure?
  let printed: String
  let logged: [String]
  let sent: [UInt8]

  /// Why it failed, or that it passed.
  var outcome: String { failure?.message ?? "passed" }

  /// Runs it; a secret, if there is one, is the variable `given`.
  static func run(
    _ script: String, against pieces: [[UInt8]], secret: [UInt8]? = nil, logs: Bool = false,
    on loop: EventLoop
  ) async throws -> ScriptTalk {
    let (near, far) = try unixPair(on: loop)
    let notes = Notes()
    var environment = ScriptEnvironment(
      on: loop, readFile: { _, _ in [] }, print: { bytes in notes.printed += bytes })
    environment.peer = SocketEndpoint(near)
    if let secret { (environment.variables, environment.secrets) = (["given": secret], [secret]) }
    environment.log = { notes.logged.append($0) }
    environment.logsFromTheStart = logs
    let runner = Scripting.ScriptRunner(parsed(script).script, environment)
    async let sent = far.readToEnd()
    async let result = runner.run()
    for piece in pieces {
      try await far.write(piece)
      for _ in 0..<3 { await loop.yield() }
    }
    try await far.closeWrite(by: .never)
    let failure = await result.failure
    try near.close()
    let talk = ScriptTalk(
      failure: failure, printed: String(decoding: notes.printed, as: UTF8.self),
      logged: notes.logged, sent: try await sent)
    try far.close()
    return talk
  }
}

private final class Notes: @unchecked Sendable {
  var printed: [UInt8] = []
  var logged: [String] = []
}

/// One end of a socket pair as a script's peer.
private final class SocketEndpoint: ScriptEndpoint {
  private let socket: StreamSocket

  init(_ socket: StreamSocket) { self.socket = socket }

  func channel(by deadline: Deadline) -> ScriptChannel { .stream(socket) }
  func fact(_ name: String) -> String? { nil }
  func close() throws(StreamError) { try socket.close() }
  func abort() { socket.abort() }
  func hideSent(_ hides: Bool) {}
  func startTLS(name: String?, by deadline: Deadline) {}
}
