import ByteText
import Glibc
import Relaying
import Sockets
import Transcripts

/// The local side of a conversation: where bytes come from and go to, and the transcripts.
final class LocalSide: @unchecked Sendable {
  let source: any ByteSource
  let sink: any ByteSink
  /// Whether a person types, and whether a person looks.
  let inputIsTerminal: Bool
  let outputIsTerminal: Bool
  /// How many bytes the input has, where that is known: of a regular file and of `--data`.
  let inputSize: Int?
  /// Whether the output goes to a file, by name or by redirection.
  let outputIsFile: Bool
  /// The transcripts: of the output, and of `--dump`.
  let transcripts: [TranscriptWriter]
  private let file: OutputFile?
  private let prompt: Prompt?
  private let converters: [CharacterSetConverter]
  private let recording: ScriptRecording?
  /// What transcripts must not show of a peer that says it.
  private let cover: SecretCover

  /// What a failure of the output is said of; one of `--dump` has its own file.
  var outputSubject: StreamError.Subject { file?.subject ?? .standardOutput }

  /// The two directions as one stream.
  var stream: StandardStreams { StandardStreams(source: source, sink: sink) }

  /// How many bytes could not be converted and were replaced.
  var replacementCount: Int { converters.map(\.replacements).reduce(0, +) }

  /// Where the bytes of a conversation that failed are.
  var keptPartial: String? { file?.keptPartial }

  /// Opens what the plan names.
  ///
  /// `readsInput` is whether standard input may be touched at all.
  init(
    _ context: ConversationContext, flows: Flows, readsInput: Bool
  ) async throws(StreamError) {
    let plan = context.plan
    let loop = context.loop
    prompt = context.prompt
    recording = ScriptRecording(context)
    cover = SecretCover(plan.script?.values.secrets ?? [])
    if let prompt {
      (inputIsTerminal, outputIsTerminal, outputIsFile) = (true, true, false)
      (inputSize, file, converters) = (nil, nil, [])
      let rate = plan.input.rate
      source = Self.paced(prompt.source(flows), rate, flows, loop)
      var transcripts: [TranscriptWriter] = []
      if plan.output.format == .json {
        transcripts.append(TranscriptWriter(Self.format(plan), to: prompt.printer, on: loop))
      }
      sink = Self.paced(prompt.output, rate, flows, loop)
      if let path = plan.output.dump {
        let target = path == "-" ? prompt.printer : try await Self.dumpSink(path, context)
        transcripts.append(Self.dumpWriter(target, plan, loop))
      }
      self.transcripts = transcripts
      return
    }
    let input = try await OpenInput(context, readsInput: readsInput)
    let output = try await OpenOutput(context)
    inputIsTerminal = input.isTerminal
    inputSize = input.size
    outputIsTerminal = output.isTerminal
    outputIsFile = output.isFile
    file = output.file
    var converters: [CharacterSetConverter] = []
    let subject: StreamError.Subject = input.subject
    source = Self.filtered(input.source, plan.input, subject, flows, loop, &converters)
    var transcripts: [TranscriptWriter] = []
    switch plan.output.format {
    case .raw, .escaped:
      sink = Self.filtered(output.sink, plan, output.isTerminal, flows, loop, &converters)
    case .dump, .json:
      let writer = TranscriptWriter(Self.format(plan), to: output.sink, on: loop)
      transcripts.append(writer)
      sink = Self.paced(TranscriptSink(writer), plan.input.rate, flows, loop)
    }
    if let path = plan.output.dump {
      transcripts.append(Self.dumpWriter(try await Self.dumpSink(path, context), plan, loop))
    }
    self.transcripts = transcripts
    self.converters = converters
  }

  /// Whether anything wants to know of every byte besides the output.
  var recordsWhatPasses: Bool { !transcripts.isEmpty || recording != nil }

  /// A recorder in each transcript for one connection.
  func recorders(for connection: TranscriptConnection) -> [Recorder] {
    transcripts.map { Recorder(connection, in: $0, cover: cover) }
      + (prompt?.recorders(for: connection) ?? [])
      + (recording.map { [$0.recorder(for: connection)] } ?? [])
  }

  /// Suspends until nobody reads our output any more; nil if that cannot be known any more.
  func readerGone<Value: Sendable>() async -> Result<Value, StreamError>? {
    do throws(StreamError) {
      try await sink.waitReaderGone()
      return .failure(.readerGone(.standardOutput))
    } catch {
      return nil
    }
  }

  /// Ends the output, transcripts and file; the first failure counts.
  ///
  /// The relay has ended its output already; that is `endsSink` of the others. What a filter holds
  /// back is received data too.
  func finish(
    isClean: Bool, endsSink: Bool = false, by deadline: Deadline
  ) async -> StreamError? {
    var failure: StreamError?
    if endsSink, !deadline.hasPassed {
      do throws(StreamError) {
        try await sink.closeWrite(by: deadline)
      } catch {
        failure = error
      }
    }
    for writer in transcripts {
      do throws(StreamError) {
        try await writer.finish(by: deadline)
      } catch {
        failure = failure ?? error
      }
    }
    do throws(StreamError) {
      try await recording?.finish(by: deadline)
    } catch {
      failure = failure ?? error
    }
    do throws(StreamError) {
      try file?.finish(isClean: isClean && failure == nil)
    } catch {
      failure = failure ?? error
    }
    return failure
  }

  // MARK: Layers

  static func filtered(
    _ base: any ByteSource, _ input: ConversationPlan.Input, _ subject: StreamError.Subject,
    _ flows: Flows, _ loop: EventLoop, _ converters: inout [CharacterSetConverter]
  ) -> any ByteSource {
    var source = base
    switch input.format {
    case .raw: break
    case .escaped: source = FilteredSource(source, EscapedInput(subject))
    case .hex: source = FilteredSource(source, HexInput(input.hexRows, subject))
    }
    if let delay = input.delay {
      source = LinePacedSource(source, delay: delay, flow: flows.sent, on: loop)
    }
    if input.sendsCRLF { source = FilteredSource(source, LineEndings()) }
    if let encoding = input.encoding,
      let converter = CharacterSetConverter(
        from: encoding.local, to: encoding.peer, onError: encoding.errors, subject: subject)
    {
      converters.append(converter)
      source = FilteredSource(source, converter)
    }
    return paced(source, input.rate, flows, loop)
  }

  static func paced(
    _ source: any ByteSource, _ rate: Double?, _ flows: Flows, _ loop: EventLoop
  ) -> any ByteSource {
    guard let rate else { return source }
    return PacedSource(source, Pace(bytesPerSecond: rate), flow: flows.sent, on: loop)
  }

  static func filtered(
    _ base: any ByteSink, _ plan: ConversationPlan, _ isTerminal: Bool, _ flows: Flows,
    _ loop: EventLoop, _ converters: inout [CharacterSetConverter]
  ) -> any ByteSink {
    var sink = base
    if plan.output.format == .escaped {
      sink = FilteredSink(sink, EscapedOutput())
    } else if isTerminal && !plan.output.isRawOnTerminal {
      sink = FilteredSink(sink, SafeOutput())
    }
    if let encoding = plan.input.encoding,
      let converter = CharacterSetConverter(
        from: encoding.peer, to: encoding.local, onError: encoding.errors,
        subject: .standardOutput)
    {
      converters.append(converter)
      sink = FilteredSink(sink, converter)
    }
    return paced(sink, plan.input.rate, flows, loop)
  }

  static func paced(
    _ sink: any ByteSink, _ rate: Double?, _ flows: Flows, _ loop: EventLoop
  ) -> any ByteSink {
    guard let rate else { return sink }
    return PacedSink(sink, Pace(bytesPerSecond: rate), flow: flows.received, on: loop)
  }

  static func format(_ plan: ConversationPlan) -> TranscriptFormat {
    guard plan.output.format == .json else { return dumpFormat(plan) }
    switch plan.output.payload {
    case nil: return .json(.automatic)
    case .text: return .json(.text)
    case .base64: return .json(.base64)
    }
  }

  private static func dumpFormat(_ plan: ConversationPlan) -> TranscriptFormat {
    .dump(withTime: plan.report.isVerbose, withNumber: plan.servesMany)
  }

  static func dumpWriter(
    _ sink: any ByteSink, _ plan: ConversationPlan, _ loop: EventLoop
  ) -> TranscriptWriter {
    TranscriptWriter(dumpFormat(plan), to: sink, on: loop)
  }

  static func dumpSink(
    _ path: String, _ context: ConversationContext
  ) async throws(StreamError) -> any ByteSink {
    if path != "-" {
      return try await OutputFile.open(path, isAtomic: false, appends: false, on: context.loop)
    }
    return StandardErrorSink(context.messages.sink)
  }
}

/// Standard error as a sink: never ended, because messages go there too, and when it is broken
/// that ends nothing either.
final class StandardErrorSink: ByteSink {
  private let base: any ByteSink

  init(_ base: any ByteSink) { self.base = base }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    do throws(StreamError) {
      return try base.tryWrite(bytes)
    } catch {
      return .moved(bytes.byteCount)
    }
  }
  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await base.waitWritable(by: deadline)
  }
  func waitReaderGone() async throws(StreamError) { try await base.waitReaderGone() }
  func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}
