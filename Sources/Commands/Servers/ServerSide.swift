import ByteText
import Glibc
import Relaying
import Serving
import Sockets
import TLS
import Transcripts

/// What the clients of a server share: our input, our output, and the transcripts.
final class ServerSide: @unchecked Sendable {
  /// Where the bytes for all clients come from; nil if each has a source of its own, or none.
  let source: (any ByteSource)?
  /// Whether a person types that.
  let inputIsTerminal: Bool
  /// What a failure of the output is said of.
  let outputSubject: StreamError.Subject
  /// Our output for what clients say; nil where transcripts or files are that.
  let output: SharedOutput?
  private let sink: (any ByteSink)?
  private let outputIsTerminal: Bool
  private let transcripts: [TranscriptWriter]
  private let folder: OutputFolder?
  private let file: OutputFile?
  private let cover: SecretCover
  private let recording: ScriptRecording?
  private let context: ConversationContext
  private let serving: ConversationPlan.Serving
  /// How many bytes could not be converted and were replaced.
  private(set) var replacementCount = 0

  private var plan: ConversationPlan { context.plan }

  /// Opens what the plan names.
  init(
    _ context: ConversationContext, _ serving: ConversationPlan.Serving, readsInput: Bool
  ) async throws(StreamError) {
    self.context = context
    recording = ScriptRecording(context)
    self.serving = serving
    let plan = context.plan
    cover = SecretCover(plan.script?.values.secrets ?? [])
    let loop = context.loop
    var transcripts: [TranscriptWriter] = []
    let printer: any ByteSink
    if let prompt = context.prompt {
      (source, inputIsTerminal, outputIsTerminal) = (prompt.input, true, false)
      (sink, file, outputSubject) = (prompt.output, nil, .standardOutput)
      printer = prompt.printer
      if plan.output.format == .json {
        transcripts.append(TranscriptWriter(LocalSide.format(plan), to: printer, on: loop))
      }
    } else {
      let input = try await OpenInput(context, readsInput: readsInput)
      source = readsInput ? Self.shared(input, plan, loop) : nil
      inputIsTerminal = readsInput && input.isTerminal
      let opened = try await OpenOutput(context)
      (file, outputIsTerminal) = (opened.file, opened.isTerminal)
      outputSubject = opened.file?.subject ?? .standardOutput
      printer = StandardErrorSink(context.messages.sink)
      if plan.output.format == .json || plan.output.format == .dump {
        transcripts.append(TranscriptWriter(LocalSide.format(plan), to: opened.sink, on: loop))
        sink = nil
      } else {
        sink = opened.sink
      }
    }
    if let path = plan.output.dump {
      let target = path == "-" ? printer : try await LocalSide.dumpSink(path, context)
      transcripts.append(LocalSide.dumpWriter(target, plan, loop))
    }
    self.transcripts = transcripts
    folder = try serving.folder.map { path throws(StreamError) in try OutputFolder(path, on: loop) }
    let sharesOutput = serving.answer.usesOutput && serving.folder == nil
    output = sharesOutput ? sink.map { SharedOutput(to: $0, on: loop) } : nil
  }

  /// The input for all, without what is done for each client by itself.
  private static func shared(
    _ input: OpenInput, _ plan: ConversationPlan, _ loop: EventLoop
  ) -> any ByteSource {
    var common = plan.input
    (common.encoding, common.sendsCRLF, common.rate) = (nil, false, nil)
    var converters: [CharacterSetConverter] = []
    return LocalSide.filtered(
      input.source, common, input.subject, Flows(), loop, &converters)
  }

  /// Records what passes on one connection.
  func recorders(for connection: TranscriptConnection) -> [Recorder] {
    transcripts.map { Recorder(connection, in: $0, cover: cover) }
      + (context.prompt?.recorders(for: connection) ?? [])
      + (recording.map { [$0.recorder(for: connection)] } ?? [])
  }

  /// Suspends until nobody reads our output any more; nil if that cannot be known any more.
  func readerGone() async -> Result<Void, StreamError>? {
    do throws(StreamError) {
      if output != nil, let sink {
        try await sink.waitReaderGone()
      } else if let writer = transcripts.first, plan.output.format != .raw {
        try await writer.waitReaderGone()
      } else {
        return nil
      }
      return .failure(.readerGone(.standardOutput))
    } catch {
      return nil
    }
  }

  // MARK: For one client

  /// What a client's connection is, with all that stands around it.
  func link(_ client: Client, _ tls: TLSStream?) -> ClientLink {
    let connection = TranscriptConnection(number: client.number, client.socket, tls)
    return ClientLink(client, tls, plan, recorders(for: connection), context.loop)
  }

  /// Notes what is left of a client that has gone.
  func noteEnd(of link: ClientLink) {
    replacementCount += link.converters.map(\.replacements).reduce(0, +)
  }

  /// Where what a client says goes.
  func sink(for client: Client) async throws(StreamError) -> any ByteSink {
    if let folder { return try await folder.open(client) }
    guard let output else {
      return transcripts.first.map { TranscriptSink($0) } ?? DiscardSink(on: context.loop)
    }
    var sink: any ByteSink = output
    if let tag = tag(for: client) { sink = FilteredSink(sink, LineTags(tag)) }
    if plan.output.format == .escaped {
      sink = FilteredSink(sink, EscapedOutput())
    } else if outputIsTerminal && !plan.output.isRawOnTerminal {
      sink = FilteredSink(sink, SafeOutput())
    }
    return sink
  }

  private func tag(for client: Client) -> String? {
    if context.prompt != nil { return "[" + String(client.number) + "] " }
    return serving.tagsLines ? "[" + client.name + "] " : nil
  }

  /// A source of a client's own, from its start.
  func ownSource(for client: Client) async throws(StreamError) -> any ByteSource {
    let base: any ByteSource
    let subject: StreamError.Subject
    switch plan.input.origin {
    case .data(let bytes): (base, subject) = (BytesSource(bytes), .file("--data"))
    case .file(let path):
      subject = .file(path)
      let file = try await openFile(path, flags: O_RDONLY, subject: subject, on: context.loop)
      base = OwnedSource(file, subject: subject, on: context.loop)
    case .standard: return BytesSource()
    }
    var own = plan.input
    (own.encoding, own.sendsCRLF, own.rate) = (nil, false, nil)
    var converters: [CharacterSetConverter] = []
    return LocalSide.filtered(base, own, subject, client.flows, context.loop, &converters)
  }

  // MARK: The end

  /// Writes out what waits and ends outputs and files; the first failure counts.
  func finish(isClean: Bool, by deadline: Deadline) async -> StreamError? {
    var failure: StreamError?
    if !deadline.hasPassed, let output {
      failure = await error { () throws(StreamError) in try await output.closeWrite(by: deadline) }
      if let sink, failure == nil {
        failure = await error { () throws(StreamError) in try await sink.closeWrite(by: deadline) }
      }
    }
    for writer in transcripts {
      let late = await error { () throws(StreamError) in try await writer.finish(by: deadline) }
      failure = failure ?? late
    }
    let unwritten = await error { () throws(StreamError) in
      try await recording?.finish(by: deadline)
    }
    failure = failure ?? unwritten
    let isWhole = isClean && failure == nil
    let last = await error { () throws(StreamError) in try file?.finish(isClean: isWhole) }
    return failure ?? last
  }

  private func error(_ body: () async throws(StreamError) -> Void) async -> StreamError? {
    do throws(StreamError) {
      try await body()
      return nil
    } catch {
      return error
    }
  }
}
