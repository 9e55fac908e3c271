import ByteText
import Relaying
import Scripting
import Sockets
import SystemPackage
import Transcripts

/// A command whose script speaks to its one peer.
final class ScriptConversation: Conversation, @unchecked Sendable {
  private let scriptPlan: ConversationPlan.ScriptPlan
  private let script: Script
  private let context: ConversationContext
  private let flows = Flows()
  private let idle: IdleWatch
  private let reports: ScriptReports
  private var local: LocalSide?
  private var endpoint: (any ScriptEndpoint)?
  private var result: ScriptResult?
  private var begun: Deadline?
  private var socket: StreamSocket?
  private var tcp: TCPInfo?

  init(_ scriptPlan: ConversationPlan.ScriptPlan, _ script: Script, _ context: ConversationContext)
  {
    (self.scriptPlan, self.script, self.context) = (scriptPlan, script, context)
    idle = IdleWatch(context.plan.idleTimeout, on: context.loop)
    reports = ScriptReports(
      scriptPlan.report, secrets: scriptPlan.values.secrets,
      isVerbose: context.messages.isVerbose, context.timeouts, context.messages)
  }

  private var plan: ConversationPlan { context.plan }
  var hasBegun: Bool { begun != nil }

  func run() async -> StreamError? {
    do throws(StreamError) {
      let local = try await LocalSide(context, flows: flows, readsInput: false)
      self.local = local
      let endpoint = try await open(local)
      self.endpoint = endpoint
      begun = .now
      flows.begin()
      idle.begin()
      let result = try await firstResult { [self] group in
        group.addTask { [self] in .success(await converse(endpoint, local)) }
        group.addTask { [self] in
          await idle.failure { [flows] in flows.lastMoved }.map { .failure($0) }
        }
      }
      if case .cancelled = result.outcome { return nil }
      let run = scriptRun(result)
      reports.tell(run)
      return reports.failure(of: [run])
    } catch {
      return error
    }
  }

  // MARK: The peer

  private func open(_ local: LocalSide) async throws(StreamError) -> any ScriptEndpoint {
    let endpoint = try await openEndpoint(
      context, flows, isOnlyPeer: true, recorders: { local.recorders(for: $0) })
    // The script begins when there is somebody to talk with.
    if endpoint is ListeningEndpoint { _ = try await endpoint.channel(by: .never) }
    return endpoint
  }

  private func converse(_ endpoint: any ScriptEndpoint, _ local: LocalSide) async -> ScriptResult {
    socket = (endpoint as? StreamEndpoint)?.socket
    var environment = ScriptEnvironment(
      scriptPlan.values, expectLimit: scriptPlan.expectLimit, context,
      print: scriptPrinter(plan, local.sink, context.messages))
    environment.peer = endpoint
    environment.count(in: flows)
    var result = await ScriptRunner(script, environment).run()
    tcp = tcpInfo()
    if case .passed = result.outcome {
      do throws(StreamError) {
        try await endpoint.close()
      } catch {
        let place = script.statements.last?.place ?? Place(line: 1, column: 1)
        result.outcome = .failed(ScriptFailure(.stream(error), "", at: place))
      }
    }
    self.result = result
    return result
  }

  private func scriptRun(_ result: ScriptResult?) -> ScriptRun {
    ScriptRun(scriptPlan.name, .ran(script, result.map { [$0] } ?? [], per: .run))
  }

  // MARK: The end

  func finish(_ failure: StreamError?) async -> StreamError? {
    let deadline = failure?.patience(context.timeouts) ?? .never
    tcp = tcp ?? tcpInfo()
    endpoint?.abort()
    (endpoint as? ListeningEndpoint)?.stop()
    let hasResult = if case .cancelled? = result?.outcome { false } else { result != nil }
    if !hasResult { endFromOutside(failure) }
    var failure = failure
    let report = await writeReport(by: deadline)
    failure = failure ?? report
    let isClean = failure == nil
    let ending = await local?.finish(isClean: isClean, endsSink: true, by: deadline)
    return failure ?? ending ?? nil
  }

  /// What ended the script, or kept it from beginning, is its result; a signal is none.
  private func endFromOutside(_ failure: StreamError?) {
    let hasBegun = result != nil
    if let failure, !failure.isCancellation {
      let place = result?.interruption?.place ?? script.statements.first?.place
      let ended = ScriptFailure(
        .stream(failure), "", at: place ?? Place(line: 1, column: 1))
      let outcome = ScriptResult.Outcome.failed(ended)
      if result == nil { result = ScriptResult(outcome, steps: [], duration: .zero) }
      result?.outcome = outcome
    }
    if hasBegun { reports.tell(scriptRun(result)) }
  }

  private func writeReport(by deadline: Deadline) async -> StreamError? {
    guard let local, let text = reports.text(of: [scriptRun(result)], elapsed: elapsed) else {
      return nil
    }
    do throws(StreamError) {
      try await reports.write(text, to: local.sink, on: context.loop, by: deadline)
      return nil
    } catch {
      return error
    }
  }

  private var elapsed: Duration { begun.map { Deadline.now.since($0) } ?? .zero }

  private func tcpInfo() -> TCPInfo? {
    guard let socket, socket.local.port != nil else { return nil }
    return try? socket.withSocket { socket throws(Errno) in try socket.tcpInfo() }
  }

  var statistics: Statistics {
    var statistics = Statistics()
    statistics.peer = socket?.peer
    statistics.local = socket?.local
    statistics.bytesSent = flows.sent.bytesWritten
    statistics.bytesReceived = flows.received.bytesWritten
    statistics.duration = elapsed
    statistics.tcp = tcp
    return statistics
  }
}
