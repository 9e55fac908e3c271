import Sockets
import TestSupport

/// What stands between a client and a server, and loses, doubles and reorders their datagrams.
final class LossyRelay: @unchecked Sendable {
  enum Fate: Sendable { case passes, isLost, isDoubled, isDelayed }

  private let front: DatagramSocket
  private let back: DatagramSocket
  private var client: SocketAddress?
  /// The fates of each direction's datagrams, in their order; behind them all pass.
  private var fates: (out: [Fate], back: [Fate])
  /// What comes behind the next one.
  private var delayed: (out: [[UInt8]], back: [[UInt8]]) = ([], [])
  private(set) var passedCount = 0

  init(
    to server: SocketAddress, out: [Fate], back fates: [Fate], on loop: EventLoop
  ) throws {
    front = try DatagramSocket(
      BoundSocket(to: .ipv4(.loopback, port: 0), type: .datagram, sharing: false), on: loop)
    back = try DatagramSocket(to: server, on: loop)
    self.fates = (out, fates)
  }

  var address: SocketAddress { front.local }

  /// Passes on until it is cancelled.
  func run() async throws(StreamError) {
    while true {
      while try move() {}
      try await DatagramSocket.waitForAny(of: [front, back], by: .never)
    }
  }

  private func move() throws(StreamError) -> Bool {
    var (out, answer): ([UInt8]?, [UInt8]?)
    _ = try front.tryReceive { bytes, datagram in
      out = bytes.withUnsafeBytes { Array($0) }
      client = datagram.sender
    }
    _ = try back.tryReceive { bytes, _ in answer = bytes.withUnsafeBytes { Array($0) } }
    if let out {
      for piece in pieces(out, &fates.out, &delayed.out) {
        _ = try back.trySend(piece.span.bytes)
      }
    }
    if let answer, let client {
      for piece in pieces(answer, &fates.back, &delayed.back) {
        _ = try front.trySend(piece.span.bytes, to: client)
      }
    }
    return out != nil || answer != nil
  }

  private func pieces(
    _ datagram: [UInt8], _ fates: inout [Fate], _ delayed: inout [[UInt8]]
  ) -> [[UInt8]] {
    passedCount += 1
    switch fates.isEmpty ? .passes : fates.removeFirst() {
    case .isLost: return []
    case .isDoubled: return [datagram, datagram]
    case .isDelayed:
      delayed.append(datagram)
      return []
    case .passes:
      defer { delayed = [] }
      return [datagram] + delayed
    }
  }
}
