import Sockets

/// Whether the kernel can encrypt by itself (kTLS).
enum KernelTLS {
  /// Whether it has the upper-layer protocol `tls`.
  static let isThere = TextFile.lines(of: "/proc/sys/net/ipv4/tcp_available_ulp")
    .contains { $0.split(separator: " ").contains("tls") }
}
