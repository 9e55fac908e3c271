import Glibc
package import Sockets
import SystemPackage

/// Whose the other end of a local connection is.
///
/// Loopback is open to every user of the host, and to any web page in a browser of ours.
package enum PeerOwner {
  /// The user at the other end of a Unix socket, or of a TCP connection over loopback; nil where it
  /// is not known.
  ///
  /// A TCP socket that its program has closed already belongs to nobody for the kernel, which then
  /// says 0: that is not taken for an answer.
  package static func user(of socket: StreamSocket) -> UInt32? {
    if socket.local.family == .unix {
      let credentials = try? socket.withSocket { socket throws(Errno) in
        try socket.peerCredentials()
      }
      return credentials?.user
    }
    guard socket.peer.isLocal, socket.local.isLocal else { return nil }
    return SocketTable.tcpOwner(local: socket.peer, remote: socket.local)
  }

  /// Why a client is refused what is for our own user alone; nil if it is our own.
  package static func refusal(of socket: StreamSocket) -> AccessRefusal? {
    let user = user(of: socket)
    return user == geteuid() ? nil : .foreignUser(user)
  }

  /// The same of who sent a datagram over loopback: every socket that may have sent it has to be our
  /// own user's.
  package static func refusal(
    ofSender sender: SocketAddress, at local: SocketAddress
  ) -> AccessRefusal? {
    guard sender.isLocal, local.isLocal, let port = sender.port else { return .foreignUser(nil) }
    let users = SocketTable.entries(type: .datagram)
      .filter { $0.local.port == port && ($0.local == sender || $0.local.isWildcard) }
      .map { $0.inode == 0 ? nil : $0.user }
    guard let first = users.first else { return .foreignUser(nil) }
    if users.allSatisfy({ $0 == geteuid() }) { return nil }
    return .foreignUser(users.allSatisfy { $0 == first } ? first : nil)
  }
}

extension SocketAddress {
  fileprivate var isWildcard: Bool {
    switch self {
    case .ipv4(let address, _): address == .any
    case .ipv6(let address, _, _): address == .any
    default: false
    }
  }
}
