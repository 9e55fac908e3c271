import CLinux
import SystemPackage

/// Where a datagram lies in a buffer.
public struct DatagramExtent: Sendable, Hashable {
  /// The place of its first byte.
  public let start: Int
  /// Bytes in it.
  public let count: Int

  /// Puts the two together.
  public init(start: Int, count: Int) {
    self.start = start
    self.count = count
  }
}

/// Sends datagrams that lie in one buffer: neighbours of one size leave as segments of one message,
/// which the kernel cuts (`UDP_SEGMENT`).
final class DatagramRunSender {
  /// The largest datagram that may be a segment; one that the kernel refuses as such makes it less,
  /// 0 is none.
  var segmentLimit: Int

  private let pieces = UnsafeMutableBufferPointer<linux_bytes>.allocate(capacity: pieceLimit)
  private let messages = UnsafeMutableBufferPointer<linux_outgoing>.allocate(
    capacity: messageLimit)
  /// How many datagrams each message is.
  private var runs: [Int] = []

  private static let messageLimit = Int(LINUX_MESSAGE_LIMIT)
  private static let pieceLimit = 1024
  /// The kernel's `UDP_MAX_SEGMENTS`, and what it cuts at most.
  private static let runLimit = 64
  private static let runSizeLimit = DatagramSocket.payloadLimit

  init(segmentLimit: Int) { self.segmentLimit = segmentLimit }

  deinit {
    pieces.deallocate()
    messages.deallocate()
  }

  /// Sends datagrams from the first on, with one call, and says how many; none if the kernel has
  /// refused to cut, which it is not asked again for this size.
  ///
  /// The corresponding C function is `sendmmsg`. Without an address it sends one message: the socket
  /// is connected then, and a refusal that arrives between two messages would be lost, as the call
  /// says only how many went out before it.
  func send(
    _ bytes: UnsafeRawBufferPointer, cutAt extents: [DatagramExtent], from first: Int,
    to address: SocketAddress?, on socket: borrowing SocketDescriptor
  ) throws(Errno) -> Int {
    prepare(bytes, extents, first, address == nil ? 1 : Self.messageLimit)
    do throws(Errno) {
      let count = try withOptionalSockAddr(address) { pointer, size throws(Errno) in
        try systemCall {
          linux_sendmmsg(
            socket.number, pointer, size, messages.baseAddress, Int32(runs.count),
            MessageFlags.dontWait.rawValue)
        }
      }
      return runs[..<Int(count)].reduce(0, +)
    } catch {
      guard runs[0] > 1, refusesSegments(error, of: extents[first].count) else { throw error }
      return 0
    }
  }

  private func prepare(
    _ bytes: UnsafeRawBufferPointer, _ extents: [DatagramExtent], _ first: Int, _ limit: Int
  ) {
    runs.removeAll(keepingCapacity: true)
    var (next, used) = (first, 0)
    while next < extents.count, runs.count < limit, used + Self.runLimit <= Self.pieceLimit {
      let count = runLength(extents, from: next)
      let start = used
      used = gather(bytes, extents, next..<next + count, into: start)
      messages[runs.count] = linux_outgoing(
        pieces: pieces.baseAddress.map { $0 + start }, piece_count: used - start,
        segment: count > 1 ? UInt16(extents[next].count) : 0)
      runs.append(count)
      next += count
    }
  }

  /// How many datagrams can be segments of one message: of one size, only the last may be shorter.
  private func runLength(_ extents: [DatagramExtent], from first: Int) -> Int {
    let size = extents[first].count
    guard size > 0, size <= segmentLimit else { return 1 }
    var (end, total) = (first + 1, size)
    while end < extents.count, end - first < Self.runLimit {
      let count = extents[end].count
      total += count
      guard count > 0, count <= size, total <= Self.runSizeLimit else { break }
      end += 1
      if count < size { break }
    }
    return end - first
  }

  /// Names the bytes of a run; what lies side by side is one piece.
  private func gather(
    _ bytes: UnsafeRawBufferPointer, _ extents: [DatagramExtent], _ run: Range<Int>,
    into start: Int
  ) -> Int {
    var used = start
    var end = -1
    for extent in extents[run] {
      if extent.start == end {
        pieces[used - 1].size += extent.count
      } else {
        pieces[used] = linux_bytes(
          bytes: bytes.baseAddress.map { $0 + extent.start }, size: extent.count)
        used += 1
      }
      end = extent.start + extent.count
    }
    return used
  }

  /// Whether it was the cutting that the kernel did not take; nothing has been sent then.
  ///
  /// The path may be for smaller packets, or the device or the protocol cannot cut.
  private func refusesSegments(_ error: Errno, of size: Int) -> Bool {
    switch error {
    case .invalidArgument, .messageTooLong: segmentLimit = size - 1
    case .ioError, .protocolNotAvailable, .notSupported, .notSupportedOnSocket: segmentLimit = 0
    default: return false
    }
    return true
  }
}
