/// A line of the kernel's tables of sockets, `/proc/net/tcp`, `udp` and `unix`.
enum SocketLine {
  /// Whether it is of a TCP socket of this host that listens on a port.
  static func isListening(_ line: Substring, port: UInt16) -> Bool {
    let fields = line.split(separator: " ")
    return fields.count > 3 && fields[3] == "0A" && Self.port(of: fields[1]) == port
  }

  /// Whether it is of a Unix socket that listens at a path.
  static func isListening(_ line: Substring, path: String) -> Bool {
    let fields = line.split(separator: " ")
    // `__SO_ACCEPTCON`, the flag that listen(2) sets.
    return fields.count > 7 && fields[7] == path && fields[3] == "00010000"
  }

  /// How many datagrams were lost at a UDP socket of a port because its queue was full, and how
  /// many bytes wait in it; nil if it is another's line.
  static func datagrams(_ line: Substring, port: UInt16) -> (lost: Int, waiting: Int)? {
    let fields = line.split(separator: " ")
    guard fields.count > 12, Self.port(of: fields[1]) == port, let lost = Int(fields[12]),
      let colon = fields[4].firstIndex(of: ":"),
      let waiting = Int(fields[4][fields[4].index(after: colon)...], radix: 16)
    else { return nil }
    return (lost, waiting)
  }

  private static func port(of address: Substring) -> UInt16? {
    guard let colon = address.lastIndex(of: ":") else { return nil }
    return UInt16(address[address.index(after: colon)...], radix: 16)
  }
}
