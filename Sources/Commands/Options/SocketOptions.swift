import ArgumentParser

/// Options of every socket.
struct SocketOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Send buffer of the kernel.", valueName: "size"))
  var sndbuf: SizeValue?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Receive buffer of the kernel.", valueName: "size"))
  var rcvbuf: SizeValue?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Hops that a packet may take.", valueName: "n"))
  var ttl: Int32?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Class of the packets, 0 to 63.", valueName: "n"))
  var dscp: Int32?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Tie the socket to a network interface.", valueName: "interface"),
    completion: .custom(DynamicValues.interfaces))
  var interface: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Mark packets for routing and filters.", valueName: "n"))
  var mark: Int32?
}

/// Options of stream sockets.
struct StreamSocketOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Send small pieces at once.")
  var nodelay = true

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Probe a silent connection.", valueName: "idle[,interval[,count]]"))
  var keepalive: KeepAliveValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long a close waits for what is not sent; 0 resets.", valueName: "duration"))
  var linger: DurationValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Congestion control of TCP.", valueName: "name"),
    completion: .custom(DynamicValues.congestionControls))
  var congestion: String?

  @Flag(help: "Use Multipath TCP.")
  var mptcp = false

  @Flag(help: "Use TCP Fast Open.")
  var fastopen = false
}

/// Stream or messages.
struct TypeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The type of a Unix socket.", valueName: "type"))
  var type: UnixType = .stream
}
