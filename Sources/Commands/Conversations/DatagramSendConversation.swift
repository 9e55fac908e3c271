import ByteText
import Relaying
import Sockets
import SystemPackage
import TLS
import Terminal
import Transcripts

/// `udp-send`: datagrams out, and their replies.
final class DatagramSendConversation: Conversation, @unchecked Sendable {
  private let sending: ConversationPlan.DatagramSending
  let context: ConversationContext
  private let flows = Flows()
  private let text: DatagramText?
  private var local: LocalSide?
  private(set) var exchange: DatagramExchange?
  private(set) var socket: DatagramSocket?
  private var channel: DTLSChannel?
  let idle: IdleWatch
  private var recorders: [Recorder] = []
  private var begun: Deadline?
  private var hasEnded = false

  init(_ sending: ConversationPlan.DatagramSending, _ context: ConversationContext) {
    self.sending = sending
    self.context = context
    // The prompt converts what is typed and shown by itself.
    text = context.prompt == nil ? DatagramText(context.plan.input.encoding) : nil
    idle = IdleWatch(context.plan.idleTimeout, on: context.loop)
  }

  private var plan: ConversationPlan { context.plan }
  private var subject: StreamError.Subject { .endpoint(plan.endpoint.description) }
  var hasBegun: Bool { begun != nil }

  func run() async -> StreamError? {
    do throws(StreamError) {
      let local = try await LocalSide(context.withoutEncoding, flows: flows, readsInput: true)
      self.local = local
      let exchange = DatagramExchange(
        makeReader(local), policy: sending.exchange, on: context.loop)
      self.exchange = exchange
      try await firstResult { [self] group in
        group.addTask { [self] in
          await result { () throws(StreamError) in try await run(exchange, local) }
        }
        if exchange.receives { group.addTask { await local.readerGone() } }
        if let prompt = context.prompt {
          group.addTask { await prompt.nextAction().map { _ in .success(()) } }
        }
      }
      if context.prompt == nil, exchange.sentCount == 0 {
        context.messages.say(
          "the input is empty, nothing was sent", hint: "--data '' sends an empty datagram")
      }
      return nil
    } catch {
      return replyFailure(error)
    }
  }

  private func makeReader(_ local: LocalSide) -> DatagramReader {
    let limit = plan.datagramLimit
    if let prompt = context.prompt {
      return DatagramReader(messages: prompt.input, limit: limit, on: context.loop)
    }
    var sendsEmptyInput = false
    if case .data = plan.input.origin { sendsEmptyInput = true }
    var convert: (@Sendable ([UInt8]) throws(StreamError) -> [UInt8])?
    if let text {
      convert = { [subject = inputSubject] bytes throws(StreamError) in
        try text.sent(bytes, subject)
      }
    }
    return DatagramReader(
      local.source, framing: sending.framing ?? (local.inputIsTerminal ? .line : .whole),
      limit: limit, sendsEmptyInput: sendsEmptyInput, on: context.loop,
      convert: convert,
      stillWaiting: { [messages = context.messages] count in
        messages.say(
          "waiting for the end of the input, " + amountText(count) + " so far",
          hint: "--datagram line sends each line at once")
      })
  }

  private var inputSubject: StreamError.Subject {
    switch plan.input.origin {
    case .standard: .standardInput
    case .data: .file("--data")
    case .file(let path): .file(path)
    }
  }

  private func run(_ exchange: DatagramExchange, _ local: LocalSide) async throws(StreamError) {
    let departure = DatagramDeparture(sending, context)
    let inherited = try departure.inheritedSocket()
    try await context.security.prepare()
    // What is too long for a datagram is known before anything is looked up or sent.
    try await exchange.prepare()
    let addresses: [SocketAddress]
    if let peer = inherited?.peer {
      addresses = [peer]
    } else {
      addresses = try await departure.addresses()
    }
    begun = .now
    var observer = DatagramExchange.Observer()
    observer.opened = { [self] address, socket in opened(address, socket) }
    observer.refused = { [messages = context.messages] address, error in
      messages.note(error.text() + ", the next address is tried")
    }
    observer.clock = { WallClock.now }
    observer.hides = { [self] hides in
      for recorder in recorders { recorder.hidesSent = hides }
    }
    if context.prompt != nil || local.recordsWhatPasses {
      observer.sent = { [self] bytes, peer, time in
        output(local).noteSent(bytes, to: peer, time: time)
        context.prompt?.redrawSoon()
      }
    }
    observer.reply = { [self] reply in
      await result { () throws(StreamError) in
        try await output(local).write(
          reply.bytes, reply.datagram, peer: reply.datagram.sender ?? exchange.peer)
      }
    }
    try await firstResult { [observer] group in
      group.addTask {
        await result { () throws(StreamError) in
          try await exchange.run(
            to: addresses, observer: observer, through: self.layer,
            open: { address throws(StreamError) in
              if let inherited { return inherited }
              return try departure.socket(to: address)
            })
        }
      }
      group.addTask { [idle] in await idle.failure { exchange.lastMoved }.map { .failure($0) } }
    }
  }

  /// DTLS, where that is wanted.
  private var layer: DatagramExchange.Layer? {
    guard context.security.isOn else { return nil }
    return { [self] socket, address throws(StreamError) in
      let channel = try await context.security.secure(socket, to: address)
      self.channel = channel
      return channel
    }
  }

  private func opened(_ address: SocketAddress, _ socket: DatagramSocket) {
    context.messages.note("sending to " + address.shown + " from " + socket.local.shown)
    self.socket = socket
    var connection = TranscriptConnection(peer: address, local: socket.local)
    connection.note(channel?.facts)
    let recorders = local?.recorders(for: connection) ?? []
    self.recorders = recorders
    context.prompt?.input.hides = { hides in
      for recorder in recorders { recorder.hidesSent = hides }
    }
    context.prompt?.view.redraw()
  }

  private func output(_ local: LocalSide) -> DatagramOutput {
    DatagramOutput(local, plan.output, text, recorders)
  }

  /// Replies that were wanted and did not come are the answer no.
  private func replyFailure(_ error: StreamError) -> StreamError {
    guard case .timedOut(.wait) = error.cause, let wanted = sending.exchange.repliesWanted else {
      return error
    }
    let text =
      String(exchange?.replyCount ?? 0) + " of " + String(wanted) + " replies within "
      + sending.exchange.replyTimeout.text + " (--reply-timeout)"
    return StreamError(.read, error.subject, .layer(Verdict(.answerIsNo, text)))
  }

  func finish(_ failure: StreamError?) async -> StreamError? {
    noteEnd(failure)
    let deadline = failure?.patience(context.timeouts) ?? .never
    let ending = await local?.finish(isClean: failure == nil, endsSink: true, by: deadline)
    return failure ?? ending ?? nil
  }

  private func noteEnd(_ failure: StreamError?) {
    // A second time if a signal comes while a slow output is waited for.
    guard !hasEnded else { return }
    hasEnded = true
    if let failure, !failure.isCancellation, !failure.isOutputReaderGone {
      recorders.record(failure: failure, context.timeouts)
    }
    if hasBegun { for recorder in recorders { recorder.record(.closed) } }
  }

  func tellTheRest(_ messages: Messages) { messages.tellReplacements(of: text) }

  var statistics: Statistics {
    var statistics = Statistics()
    statistics.peer = exchange?.peer
    statistics.local = exchange?.local
    statistics.bytesSent = exchange?.sentByteCount ?? 0
    statistics.datagramsSent = exchange?.sentCount ?? 0
    statistics.bytesReceived = exchange?.replyByteCount ?? 0
    statistics.datagramsReceived = exchange?.replyCount ?? 0
    statistics.duration = begun.map { Deadline.now.since($0) } ?? .zero
    return statistics
  }
}
