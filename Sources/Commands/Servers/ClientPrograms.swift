import ByteText
import Glibc
import Relaying
import Serving
import Sockets
import TLS

/// The programs that a plan lets peers talk to.
final class ClientPrograms: Sendable {
  /// The program as messages call it.
  let name: String
  private let launch: ProgramLaunch
  private let errorStream: ProgramLaunch.Stream
  private let loop: EventLoop

  /// Finds the program and opens what its standard error goes to; nil if the plan has none.
  init?(_ plan: ConversationPlan, _ loop: EventLoop) async throws(StreamError) {
    guard let programs = plan.programs else { return nil }
    launch = plan.launch ?? .shell("")
    if plan.launch != nil { try launch.check() }
    let isShell = launch.executable == "/bin/sh" && launch.arguments.first == "-c"
    let command = isShell ? launch.arguments.last ?? "" : launch.executable
    name = command.isEmpty ? "the command" : safeLine(command)
    self.loop = loop
    switch programs.errorStream {
    case .inherit: errorStream = .inherit
    case .merge: errorStream = .merge
    case .file(let path):
      // It stays open as long as we run.
      errorStream = .descriptor(
        try await openFile(
          path, flags: O_WRONLY | O_CREAT | O_APPEND, subject: .file(path), on: loop))
    }
  }

  private func configure(
    _ launch: inout ProgramLaunch, _ peer: SocketAddress, _ local: SocketAddress, _ word: String?,
    _ tls: TLSFacts?
  ) {
    launch.environment = ClientEnvironment.variables(
      peer: peer, local: local, protocol: word ?? local.protocolName)
    launch.environment.merge(tls?.environment ?? TLSFacts.noEnvironment) { $1 }
    launch.standardError = errorStream
  }

  /// How to start it for a peer.
  func launch(
    peer: SocketAddress, local: SocketAddress, protocol word: String? = nil,
    tls: TLSFacts? = nil
  ) -> ProgramLaunch {
    var launch = launch
    configure(&launch, peer, local, word, tls)
    return launch
  }

  // MARK: Serving

  /// Whether the connection itself can be the program's standard streams: nothing of ours has to see
  /// what passes.
  func handsOver(_ plan: ConversationPlan) -> Bool {
    !plan.tls.isOn && plan.output.format == .raw && plan.output.dump == nil
      && plan.report.stats == nil
      && plan.output.recordedScript == nil && plan.output.recordedMock == nil
      && !plan.report.isVerbose
      && !plan.report.printsChecksum && plan.report.expectedChecksum == nil
      && plan.report.progress != true && plan.input.rate == nil && plan.input.encoding == nil
      && !plan.input.sendsCRLF && plan.idleTimeout == nil
  }

  /// Gives a client's connection to the program.
  func handOver(
    _ client: Client, ended: (ExitReason) throws(StreamError) -> Void
  ) async throws(StreamError) {
    let launch = launch(peer: client.socket.peer, local: client.socket.local)
    try ended(try await HandedOverSocket.serve(client.socket, with: launch, on: loop))
  }

  /// Serves a client by a program, or by one for each of its messages.
  func serve(
    _ client: Client, _ stream: ClientStream, _ tls: TLSFacts?, _ answer: ConversationPlan.Answer,
    ended: @escaping @Sendable (ExitReason) throws(StreamError) -> Void
  ) async throws(StreamError) {
    let (peer, local) = (client.socket.peer, client.socket.local)
    switch answer {
    case .programPerMessage(_, let boundary):
      let launch = launch(peer: peer, local: local, tls: tls)
      let worst = WorstEnd(ended)
      let responder = MessagePrograms(
        boundary,
        order: { (message, _) throws(StreamError) in .init(launch, input: message) },
        ended: { worst.note($0) })
      try await responder.serve(stream)
      try worst.check()
    case .commandsFromPeer:
      let worst = WorstEnd(ended)
      let responder = MessagePrograms.commandsFromPeer(
        subject: .address(peer),
        configure: { [self] launch in configure(&launch, peer, local, nil, tls) },
        ended: { worst.note($0) })
      try await responder.serve(stream)
      try worst.check()
    default:
      let responder = ProgramResponder(
        launch(peer: peer, local: local, tls: tls), knowsFullClose: local.family == .unix)
      try ended(try await responder.serve(stream))
    }
  }

  /// What is wrong with how a program ended; nil if nothing is.
  func failure(_ reason: ExitReason) -> StreamError? {
    reason.isSuccess
      ? nil : StreamError(.convert, .program(name), .layer(ProgramFailed(reason: reason)))
  }
}

/// How several programs ended: the first that failed is what is told at the end.
private final class WorstEnd: @unchecked Sendable {
  private var failure: StreamError?
  private let ended: @Sendable (ExitReason) throws(StreamError) -> Void

  init(_ ended: @escaping @Sendable (ExitReason) throws(StreamError) -> Void) {
    self.ended = ended
  }

  func note(_ reason: ExitReason) {
    do throws(StreamError) {
      try ended(reason)
    } catch {
      failure = failure ?? error
    }
  }

  func check() throws(StreamError) {
    if let failure { throw failure }
  }
}

/// A program that we started has ended with another status than 0.
struct ProgramFailed: LayerError {
  let reason: ExitReason
  var failure: FailureClass { .program }
  var text: String { reason.text }
}

extension ExitReason {
  /// In words: `ended with status 3`, `was killed by SIGTERM`.
  var text: String {
    switch self {
    case .exited(let status): "ended with status " + String(status)
    case .signalled(let signal):
      "was killed by " + signalName(signal)
    }
  }

  /// As a shell gives it.
  var status: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let signal): 128 + signal
    }
  }
}

/// A signal by its name, `SIGTERM`, or its number.
private func signalName(_ number: Int32) -> String {
  let names = [
    SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP", SIGABRT: "ABRT",
    SIGBUS: "BUS", SIGFPE: "FPE", SIGKILL: "KILL", SIGUSR1: "USR1", SIGSEGV: "SEGV",
    SIGUSR2: "USR2", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM", SIGXCPU: "XCPU",
    SIGXFSZ: "XFSZ", SIGSYS: "SYS",
  ]
  return names[number].map { "SIG" + $0 } ?? "signal " + String(number)
}

extension ConversationPlan {
  /// The program that a peer talks to; nil if there is none, or if peers send commands.
  fileprivate var launch: ProgramLaunch? {
    switch kind {
    case .connect(let connect): return connect.program
    case .receiveDatagrams(let receive): return receive.program
    case .sendDatagrams: return nil
    case .listen(let listen):
      switch listen.serving?.answer {
      case .program(let launch)?, .programPerMessage(let launch, _)?: return launch
      default: return nil
      }
    }
  }
}

extension SocketAddress {
  /// The word for a stream's protocol.
  fileprivate var protocolName: String {
    switch family {
    case .unix: "unix"
    case .vsock: "vsock"
    default: "tcp"
    }
  }
}
