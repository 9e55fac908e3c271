import ByteText
import Glibc
import Relaying
import Sockets
import SystemPackage
import TLS

/// What a person would look up next, where it can be known.
enum Hints {
  /// Added to a message: who holds the port, which family listens.
  static func fact(about error: StreamError, type: SocketType) -> String? {
    guard case .address(let address) = error.subject else { return nil }
    if error.errno == .addressInUse { return holder(of: address, type: type) }
    return nil
  }

  /// Who holds an address in use.
  static func holder(of address: SocketAddress, type: SocketType) -> String? {
    guard let port = address.port else { return nil }
    let rivals = SocketTable.entries(type: type).filter {
      $0.local.port == port && $0.isListening && overlaps($0.local, address)
    }
    guard let rival = rivals.first else { return nil }
    guard let holder = SocketTable.holder(ofInode: rival.inode) else {
      return "held by user " + userName(rival.user)
    }
    return "held by " + safeLine(holder.name) + ", pid " + String(holder.process)
  }

  /// Whether two bound addresses of one port exclude each other.
  private static func overlaps(_ left: SocketAddress, _ right: SocketAddress) -> Bool {
    isWildcard(left) || isWildcard(right) || left == right
  }

  private static func isWildcard(_ address: SocketAddress) -> Bool {
    switch address {
    case .ipv4(let address, _): address == .any
    case .ipv6(let address, _, _): address == .any
    default: false
    }
  }

  private static func userName(_ number: UInt32) -> String {
    for line in TextFile.lines(of: "/etc/passwd") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, UInt32(fields[2]) == number { return safeLine(String(fields[0])) }
    }
    return String(number)
  }

  /// A second line: something that can be typed.
  static func hint(for error: StreamError, plan: ConversationPlan) -> String? {
    switch error.cause {
    case .resolver: return unknownName(error, plan)
    case .layer(let layer) where layer.failure == .usage && error.operation == .convert:
      return plan.isDatagram && plan.input.format == .raw ? smallerDatagrams : nil
    case .noAddress where plan.family != nil:
      return "without " + (plan.family == .ipv4 ? "-4" : "-6")
    case .layer(let cause as TLSFailure): return cause.hint
    case .layer(let cause) where cause is ProgramRefused:
      if case .address(let address) = error.subject, address.family == .unix {
        return "--allow-user NAME, or --allow any"
      }
      return "--allow 192.0.2.0/24, or --allow any"
    case .layer(let cause) where cause is DatagramTooLong:
      return "--datagram line or --datagram SIZE"
    default: break
    }
    if error.operation == .setOption("TCP_CONGESTION") {
      return "cat /proc/sys/net/ipv4/tcp_available_congestion_control"
    }
    switch error.errno {
    case .connectionRefused?: return otherFamily(error, plan)
    case .permissionDenied? where error.operation == .bind:
      guard case .address(let address) = error.subject, let port = address.port, port < 1024 else {
        return nil
      }
      return "ports below 1024 need root or CAP_NET_BIND_SERVICE"
    case .messageTooLong? where plan.isDatagram: return smallerDatagrams
    case .permissionDenied? where plan.isDatagram && !plan.settings.broadcast:
      return "--broadcast, if it is a broadcast address"
    default: return nil
    }
  }

  /// What gives datagrams more room than a buffer of so many bytes, of which `wanted` were asked for.
  ///
  /// `limit` is what everybody may ask for on this host; `--rcvbuf` with more than that would be cut
  /// to it without a word.
  static func hint(droppedWith size: Int, wanted: Int, limit: Int) -> String {
    let setting = "sysctl -w net.core.rmem_max="
    if size < wanted { return setting + String(wanted) }
    let larger = min(4 * size, Int(Int32.max) / 2)
    let option = "--rcvbuf " + String(larger)
    return larger <= limit ? option : setting + String(larger) + ", then " + option
  }

  private static let smallerDatagrams = "--datagram line or --datagram SIZE"

  /// The nearest name of `/etc/hosts`, or the service that was probably meant.
  private static func unknownName(_ error: StreamError, _ plan: ConversationPlan) -> String? {
    if case .resolver(EAI_SERVICE) = error.cause { return unknownService(plan.endpoint) }
    guard case .host(let host, let port) = plan.endpoint else { return nil }
    let names = KnownHosts.fromHostsFile()
    guard let near = nearestName(to: host, among: names), near != host else { return nil }
    return "did you mean " + safeLine(Endpoint.host(near, port).description) + "?"
  }

  private static func unknownService(_ endpoint: Endpoint) -> String? {
    let port: Endpoint.Port
    switch endpoint {
    case .host(_, let named), .loopback(let named), .everywhere(let named): port = named
    default: return nil
    }
    let near = nearestName(to: port.description, among: DynamicValues.services())
    return near.map { "did you mean " + safeLine($0) + "?" }
      ?? "a number, or a name in /etc/services"
  }

  /// A port of this host that listens, but only in the family that was not tried.
  private static func otherFamily(_ error: StreamError, _ plan: ConversationPlan) -> String? {
    var tried: [SocketAddress] = []
    if case .attempts(let errors) = error.cause {
      tried = errors.compactMap {
        if case .address(let address) = $0.subject { address } else { nil }
      }
    } else if case .address(let address) = error.subject {
      tried = [address]
    }
    guard let port = tried.first?.port, tried.allSatisfy(\.isLocal) else { return nil }
    let type: SocketType = plan.isDatagram ? .datagram : .stream
    let listeners = SocketTable.entries(type: type).filter {
      $0.isListening && $0.local.port == port
    }
    guard let listener = listeners.first(where: { entry in !tried.contains { entry.local == $0 } })
    else { return nil }
    if listener.local.family == .ipv6, !tried.contains(where: { $0.family == .ipv6 }) {
      return "the port listens only on IPv6: [::1]:" + String(port)
    }
    if listener.local.family == .ipv4, !tried.contains(where: { $0.family == .ipv4 }) {
      return "the port listens only on IPv4: 127.0.0.1:" + String(port)
    }
    return "the port listens on " + listener.local.description
  }
}

extension ConversationPlan {
  /// The subcommand.
  var commandName: String {
    switch kind {
    case .connect: "connect"
    case .listen: "listen"
    case .sendDatagrams: "udp-send"
    case .receiveDatagrams: "udp-recv"
    }
  }

  var isDatagram: Bool {
    switch kind {
    case .sendDatagrams, .receiveDatagrams: true
    case .connect, .listen: false
    }
  }

  /// The most bytes that a datagram can have.
  var datagramLimit: Int {
    if tls.isOn { return DTLSChannel.payloadLimit }
    return endpoint.isInternet ? DatagramSocket.payloadLimit : ScratchBuffer.size
  }
}
