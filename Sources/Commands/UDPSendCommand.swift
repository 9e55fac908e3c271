import ArgumentParser
import Relaying
import Sockets
import TLS

/// `sockcat udp-send`: datagrams out, and their replies.
struct UDPSendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "udp-send", abstract: "Send datagrams and print the replies.",
    discussion: """
      Sends standard input as one datagram, or each line of a terminal as one.
      After the last datagram replies are printed until a second passes without
      one.

      Examples:
        printf hello | sockcat udp-send localhost 5000
        sockcat udp-send localhost:5000 --data 'ping' --replies 1
        sockcat udp-send 239.1.2.3:5000 --datagram line < lines.txt
        sockcat udp-send --tls example.org 5684 --data hello
      """)

  @OptionGroup var peer: PeerArguments
  @OptionGroup(title: "Sending") var family: FamilyOptions
  @OptionGroup(title: "Sending") var source: SourceOptions
  @OptionGroup(title: "Sending") var sending: DatagramSendOptions
  @OptionGroup(title: "Sending") var counting: CountOptions
  @OptionGroup(title: "Sending") var group: GroupSendOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "TLS") var tlsClient: TLSClientOptions
  @OptionGroup(title: "TLS") var tlsHandshake: TLSHandshakeOptions
  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup var datagrams: DatagramOptions

  func run() throws { Program.converse(plan) }

  func plan() throws(UsageError) -> ConversationPlan {
    let endpoint = try Endpoint.plannedForDatagrams(peer.words, role: .connect)
    var send = ConversationPlan.DatagramSending()
    send.source = try source.address()
    send.framing = try framing(for: endpoint)
    send.exchange = try exchange()
    try datagrams.script.refuseBeside([
      ("--data", input.data != nil), ("--input", input.input != nil),
      ("--input-format", input.inputFormat != .raw), ("--datagram", sending.datagram != nil),
      ("--interval", sending.interval != nil), ("--datagram-rate", sending.datagramRate != nil),
      ("--replies", sending.replies != nil), ("--send-only", sending.sendOnly),
      ("--count", counting.count != nil),
    ])
    var plan = try datagrams.plan(
      .sendDatagrams(send), endpoint, family, input: try input.plan())
    try group.apply(to: &plan.settings)
    plan.tls = try securityPlan()
    return plan
  }

  private func securityPlan() throws(UsageError) -> ConversationPlan.TLS {
    var plan = try tls.plan()
    try tlsClient.apply(to: &plan)
    tlsHandshake.apply(to: &plan)
    try plan.checkDatagrams(besides: [
      ("--broadcast", group.broadcast), ("--multicast-ttl", group.multicastTtl != nil),
      ("--multicast-interface", group.multicastInterface != nil),
      ("--multicast-loop", group.multicastLoop != nil),
    ])
    return plan
  }

  private func framing(for endpoint: Endpoint) throws(UsageError) -> DatagramFraming? {
    switch sending.datagram {
    case nil: return nil
    case .line: return .line
    case .whole: return .whole
    case .null: return .null
    case .size(let size):
      let plainLimit = endpoint.isInternet ? DatagramSocket.payloadLimit : ScratchBuffer.size
      let limit = tls.tls ? DTLSChannel.payloadLimit : plainLimit
      guard size <= limit else {
        throw UsageError("--datagram: a datagram holds at most " + String(limit) + " bytes")
      }
      return .size(size)
    }
  }

  private func exchange() throws(UsageError) -> DatagramExchange.Policy {
    var policy = DatagramExchange.Policy()
    policy.countLimit = try checked(counting.count, "--count", 1...Int.max)
    if sending.interval != nil && sending.datagramRate != nil {
      throw UsageError("--interval and --datagram-rate exclude each other")
    }
    policy.interval = sending.interval?.duration
    if let rate = sending.datagramRate {
      guard rate > 0, rate.isFinite else { throw UsageError("--datagram-rate needs more than 0") }
      policy.interval = .nanoseconds(Int64(1e9 / max(rate, 1e-6)))
    }
    policy.repliesWanted = try checked(sending.replies, "--replies", 1...Int.max)
    if sending.replyTimeout != nil && sending.replies == nil {
      throw UsageError("--reply-timeout needs --replies N")
    }
    if let timeout = sending.replyTimeout { policy.replyTimeout = timeout.duration }
    if sending.sendOnly && sending.replies != nil {
      throw UsageError("--send-only and --replies exclude each other")
    }
    policy.receives = !sending.sendOnly
    return policy
  }
}

extension Endpoint {
  /// What the words name, unless that has no datagrams.
  static func plannedForDatagrams(
    _ words: [String], role: Role
  ) throws(UsageError) -> Endpoint {
    let endpoint = try planned(words, role: role)
    if case .vsock = endpoint {
      throw UsageError(endpoint.description + ": vsock carries no datagrams here")
    }
    return endpoint
  }
}
