/// Somebody who is measured.
struct Contender: Hashable, Sendable {
  /// What it is to us.
  enum Role: Sendable {
    /// One of our own programs, or a way to call it.
    case ours
    /// A program that does what ours does.
    case peer
    /// A measure of what the machine can do.
    case yardstick
  }

  /// What the table calls it.
  let name: String
  var role = Role.peer

  static let sockcat = Contender(name: "sockcat", role: .ours)
  static let sockcatStatic = Contender(name: "sockcat-static", role: .ours)
  static let ncat = Contender(name: "ncat")
  static let openbsd = Contender(name: "nc.openbsd")
  static let traditional = Contender(name: "nc.traditional")
  static let socat = Contender(name: "socat")
  /// With `-b 1048576`.
  static let socatLarge = Contender(name: "socat-1M")
  static let iperf = Contender(name: "iperf3", role: .yardstick)

  /// Those who move streams over TCP, ourselves first.
  static let streams: [Contender] = [
    .sockcat, .ncat, .openbsd, .traditional, .socat, .socatLarge,
  ]

  /// Those who know a transport, ourselves first.
  static func streams(over transport: Transport) -> [Contender] {
    transport == .tcp ? streams : streams.filter { $0 != .traditional }
  }
}
