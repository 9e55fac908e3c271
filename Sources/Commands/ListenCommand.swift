import ArgumentParser
import ByteText
import Relaying
import Sockets

/// `sockcat listen`: a stream from a peer.
struct ListenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen", abstract: "Take a stream from a peer.",
    discussion: """
      Serves one client: prints what it sends, sends it standard input, and
      ends when both directions have ended. A lone PORT is on loopback; :PORT is
      on every address.

      Examples:
        sockcat listen 8080
        sockcat listen :9000 --output backup.tar
        sockcat listen unix:/tmp/socket -x
      """)

  @OptionGroup var place: PlaceArguments
  @OptionGroup(title: "Listening") var family: FamilyOptions
  @OptionGroup(title: "Listening") var unixType: TypeOptions
  @OptionGroup(title: "Listening") var listening: ListenOptions
  @OptionGroup(title: "Listening") var ready: ReadyOptions
  @OptionGroup var stream: StreamOptions

  func run() throws { Program.converse(plan) }

  func plan() throws(UsageError) -> ConversationPlan {
    let endpoint = try Endpoint.planned(place.endpoint, role: .listen)
    var listen = ConversationPlan.Listening()
    listen.type = try unixType.socketType(for: endpoint)
    if listen.type == .datagram {
      throw UsageError(
        "a datagram socket does not listen",
        hint: "sockcat udp-recv " + safeLine(endpoint.description))
    }
    listen.acceptTimeout = listening.acceptTimeout?.duration
    listen.backlog = try checked(listening.backlog, "--backlog", 1...65535) ?? 128
    listen.ready = try ready.plan()
    listen.relay = try stream.relayPolicy()
    listen.relay.ignoresEmptyInput = true
    return try stream.plan(.listen(listen), endpoint, family)
  }
}
