import ByteText
import Relaying
import Scripting
import Serving
import Sockets
import TLS
import Transcripts

/// A script for each client, with variables and a state of its own.
extension ServeConversation {
  func runScript(
    _ client: Client, _ link: ClientLink, _ side: ServerSide
  ) async throws(StreamError) {
    guard let scriptPlan = plan.script, let script = scriptPlan.script else { return }
    let sink = try await side.sink(for: client)
    let endpoint = ClientEndpoint(client, link, context)
    var environment = ScriptEnvironment(
      scriptPlan.values, expectLimit: scriptPlan.expectLimit, context,
      print: scriptPrinter(plan, sink, messages))
    environment.peer = endpoint
    environment.count(in: client.flows)
    if messages.isVerbose {
      environment.log = { [messages, name = name(of: client)] in messages.say(name + ": " + $0) }
    }
    let result = await ScriptRunner(script, environment).run()
    let closing = await Sockets.result { () throws(StreamError) in
      if case .passed = result.outcome { try await endpoint.close() }
      try await sink.closeWrite(by: .after(.seconds(1)))
    }
    try judge(result, script, scriptPlan, client)
    try closing.get()
  }

  private func reports(_ scriptPlan: ConversationPlan.ScriptPlan) -> ScriptReports {
    ScriptReports(
      scriptPlan.report, secrets: scriptPlan.values.secrets, isVerbose: messages.isVerbose,
      context.timeouts, messages)
  }

  /// Tells what came of it; without `-k` it decides our status too.
  private func judge(
    _ result: ScriptResult, _ script: Script, _ scriptPlan: ConversationPlan.ScriptPlan,
    _ client: Client
  ) throws(StreamError) {
    if case .cancelled = result.outcome { throw StreamError(.read, .endpoint(""), .cancelled) }
    scriptResults.append(result)
    let run = ScriptRun(scriptPlan.name, .ran(script, [result], per: .client))
    let reports = reports(scriptPlan)
    reports.tell(run)
    guard let failure = reports.failure(of: [run]) else { return }
    client.socket.abort()
    note(programFailure: failure)
    throw failure
  }

  /// The report on all clients, if one was asked for.
  ///
  /// What ended the server before any client had failed is a result too.
  func writeScriptReport(
    _ side: ServerSide, _ failure: StreamError?, by deadline: Deadline
  ) async -> StreamError? {
    guard let scriptPlan = plan.script, let script = scriptPlan.script else { return nil }
    if let failure, !failure.isCancellation, !scriptResults.contains(where: { $0.failure != nil }) {
      let place = script.statements.first?.place ?? Place(line: 1, column: 1)
      let ended = ScriptFailure(.stream(failure), "", at: place)
      scriptResults.append(ScriptResult(.failed(ended), steps: [], duration: .zero))
    }
    let reports = reports(scriptPlan)
    let run = ScriptRun(scriptPlan.name, .ran(script, scriptResults, per: .client))
    guard let text = reports.text(of: [run], elapsed: statistics.duration) else { return nil }
    let outcome = await result { () throws(StreamError) in
      let sink: any ByteSink = side.output ?? DiscardSink(on: context.loop)
      try await reports.write(text, to: sink, on: context.loop, by: deadline)
    }
    if case .failure(let error) = outcome { return error }
    return nil
  }
}

/// A client that a script speaks to; whoever took it closes it.
private final class ClientEndpoint: ScriptEndpoint, @unchecked Sendable {
  private let client: Client
  private var link: ClientLink
  private let context: ConversationContext
  private var isClosed = false

  init(_ client: Client, _ link: ClientLink, _ context: ConversationContext) {
    (self.client, self.link, self.context) = (client, link, context)
  }

  func channel(by deadline: Deadline) async throws(StreamError) -> ScriptChannel {
    if isClosed { throw StreamError(.read, .address(client.socket.peer), .closed) }
    return .stream(link.stream)
  }

  func fact(_ name: String) -> String? {
    switch name {
    case "address": client.socket.fact("local-address")
    case "port": client.socket.fact("local-port")
    default: client.socket.fact(name)
    }
  }

  func close() async throws(StreamError) {
    guard !isClosed else { return }
    isClosed = true
    try await leave(
      link.stream, isOver: client.socket.isOver, flows: client.flows, context)
    try link.tls?.checkEnd()
    try client.socket.close()
  }

  func abort() {
    isClosed = true
    client.socket.abort()
  }

  func startTLS(name: String?, by deadline: Deadline) async throws(StreamError) {
    if link.tls != nil { throw .alreadySecured }
    let tls = try await context.security.secure(client.socket, name: name, by: deadline)
    link = ClientLink(client, tls, context.plan, link.recorders, context.loop)
  }

  func hideSent(_ hides: Bool) { link.recorded?.hidesSent = hides }
}
