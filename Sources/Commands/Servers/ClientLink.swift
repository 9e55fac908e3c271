import ByteText
import Digests
import Relaying
import Serving
import Sockets
import TLS
import Transcripts

/// A client's connection with what stands around it: digests, records, character sets, pace.
struct ClientLink: Sendable {
  let stream: any ByteStream
  let recorders: [Recorder]
  let converters: [CharacterSetConverter]
  /// What records the connection, if anything does.
  let recorded: RecordedStream?
  /// What protects it, if anything does.
  let tls: TLSStream?
  private let digests: DigestStream?

  init(
    _ client: Client, _ tls: TLSStream?, _ plan: ConversationPlan, _ recorders: [Recorder],
    _ loop: EventLoop
  ) {
    self.init(tls ?? client.socket, client.socket.peer, client.flows, plan, recorders, loop)
  }

  /// Puts the layers around a connection.
  init(
    _ base: any ByteStream, _ peer: SocketAddress, _ flows: Flows, _ plan: ConversationPlan,
    _ recorders: [Recorder], _ loop: EventLoop
  ) {
    tls = base as? TLSStream
    var stream = base
    let wantsDigest = plan.report.printsChecksum || plan.report.expectedChecksum != nil
    digests = wantsDigest ? DigestStream(stream) : nil
    stream = digests ?? stream
    self.recorders = recorders
    recorded = recorders.isEmpty ? nil : RecordedStream(stream, in: recorders)
    stream = recorded ?? stream
    var converters: [CharacterSetConverter] = []
    var layers = StreamLayers(stream)
    let subject = StreamError.Subject.address(peer)
    if let encoding = plan.input.encoding {
      if let converter = CharacterSetConverter(
        from: encoding.peer, to: encoding.local, onError: encoding.errors, subject: subject)
      {
        layers.source = FilteredSource(layers.source, converter)
        converters.append(converter)
      }
      if let converter = CharacterSetConverter(
        from: encoding.local, to: encoding.peer, onError: encoding.errors, subject: subject)
      {
        layers.sink = FilteredSink(layers.sink, converter)
        converters.append(converter)
      }
    }
    if plan.input.sendsCRLF { layers.sink = FilteredSink(layers.sink, LineEndings()) }
    if let rate = plan.input.rate {
      layers.source = PacedSource(
        layers.source, Pace(bytesPerSecond: rate), flow: flows.received, on: loop)
      layers.sink = PacedSink(layers.sink, Pace(bytesPerSecond: rate), flow: flows.sent, on: loop)
    }
    self.converters = converters
    self.stream = layers.isBare ? stream : LayeredStream(layers)
  }

  /// Says each direction's digest, and compares what came with what was expected.
  func verdict(_ plan: ConversationPlan, name: String, _ messages: Messages) -> StreamError? {
    guard let digests else { return nil }
    let received = digests.received.finish()
    let sent = digests.sent.finish()
    if plan.report.printsChecksum {
      let head = name.isEmpty ? "" : name + ": "
      messages.say(
        head + "sent sha256:" + hexString(of: sent) + ", " + amountText(digests.sent.byteCount))
      messages.say(
        head + "received sha256:" + hexString(of: received) + ", "
          + amountText(digests.received.byteCount))
    }
    guard let expected = plan.report.expectedChecksum, expected != received else { return nil }
    let text =
      "sha256:" + hexString(of: received) + " was received, not sha256:" + hexString(of: expected)
    return StreamError(.read, .endpoint(""), .layer(Verdict(.answerIsNo, text)))
  }
}

/// The two directions of a stream, each perhaps behind filters.
struct StreamLayers {
  let base: any ByteStream
  var source: any ByteSource
  var sink: any ByteSink

  init(_ base: any ByteStream) { (self.base, source, sink) = (base, base, base) }

  /// Whether nothing stands before the stream.
  var isBare: Bool { source === base && sink === base }
}

/// A stream that is read and written through filters, and closed as it is.
final class LayeredStream: ByteStream, @unchecked Sendable {
  private let layers: StreamLayers

  init(_ layers: StreamLayers) { self.layers = layers }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try layers.source.tryRead(into: &buffer)
  }
  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await layers.source.waitReadable(by: deadline)
  }
  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try layers.sink.tryWrite(bytes)
  }
  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await layers.sink.waitWritable(by: deadline)
  }
  func waitReaderGone() async throws(StreamError) { try await layers.base.waitReaderGone() }
  func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await layers.sink.closeWrite(by: deadline)
  }
  func drain(by deadline: Deadline) async throws(StreamError) {
    try await layers.base.drain(by: deadline)
  }
  func close() throws(StreamError) { try layers.base.close() }
  func abort() { layers.base.abort() }
}

/// Puts a client's name before each of its lines, so that lines of several stay apart.
///
/// A line waits until it is whole, or longer than anybody reads.
struct LineTags: ByteFilter {
  private let tag: [UInt8]
  private var line: [UInt8] = []

  private static let limit = 8 * 1024

  init(_ tag: String) { self.tag = Array(tag.utf8) }

  mutating func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError) {
    bytes.withUnsafeBytes { bytes in
      for byte in bytes {
        line.append(byte)
        if byte == 10 || line.count == Self.limit { release(into: &output) }
      }
    }
  }

  mutating func finish(into output: inout [UInt8]) throws(StreamError) {
    if !line.isEmpty { release(into: &output) }
  }

  /// A line that is cut ends here all the same: the next one may be another client's.
  private mutating func release(into output: inout [UInt8]) {
    output += tag + line
    if line.last != 10 { output.append(10) }
    line.removeAll(keepingCapacity: line.count <= 1024)
  }
}
