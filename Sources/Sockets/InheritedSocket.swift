public import SystemPackage

/// What an inherited descriptor turned out to be.
///
/// Its flags are shared with others and stay as they are.
public enum InheritedSocket {
  /// The facts that the kernel knows of a socket.
  public struct Facts: Sendable, Hashable {
    /// The family, by `SO_DOMAIN`.
    public let family: AddressFamily
    /// The type, by `SO_TYPE`.
    public let type: SocketType
    /// Whether it takes connections, by `SO_ACCEPTCONN`.
    public let isListening: Bool
  }

  /// Finds out what a descriptor is, and leaves it open.
  ///
  /// - Throws: `EBADF` if it is closed, `ENOTSOCK` if it is no socket.
  public static func facts(of number: Int32) throws(Errno) -> Facts {
    let socket = SocketDescriptor(owning: number)
    do throws(Errno) {
      let family = AddressFamily(rawValue: try socket.get(.family))
      let type = SocketType(rawValue: try socket.get(.type)) ?? .raw
      let isListening = type == .datagram || type == .raw ? false : try socket.get(.isListening)
      _ = socket.detach()
      return Facts(family: family, type: type, isListening: isListening)
    } catch {
      _ = socket.detach()
      throw error
    }
  }
}
