import CLinux
import Glibc
public import SystemPackage

/// Flags of `send(2)` and `recv(2)`.
public struct MessageFlags: OptionSet, Sendable {
  /// The kernel's bits.
  public let rawValue: Int32

  /// Wraps the kernel's bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Out-of-band data: `MSG_OOB`.
  public static let outOfBand = MessageFlags(rawValue: 0x1)
  /// Leaves what is read in the queue: `MSG_PEEK`.
  public static let peek = MessageFlags(rawValue: 0x2)
  /// Received: ancillary data did not fit: `MSG_CTRUNC`.
  public static let controlTruncated = MessageFlags(rawValue: 0x8)
  /// Received: the message was longer than the buffer; to receive: its whole length: `MSG_TRUNC`.
  public static let truncated = MessageFlags(rawValue: 0x20)
  /// Never waits, also on a blocking socket: `MSG_DONTWAIT`.
  public static let dontWait = MessageFlags(rawValue: 0x40)
  /// The end of a record: `MSG_EOR`.
  public static let endOfRecord = MessageFlags(rawValue: 0x80)
  /// Waits for the whole buffer: `MSG_WAITALL`.
  public static let waitAll = MessageFlags(rawValue: 0x100)
  /// From the error queue: `MSG_ERRQUEUE`.
  public static let errorQueue = MessageFlags(rawValue: 0x2000)
}

/// What `recvmsg(2)` says besides the bytes.
public struct ReceivedMessage: Sendable {
  /// Bytes of the message; more than the buffer holds if `.truncated` was asked for and happened.
  public var byteCount: Int
  /// Who sent it; nil on a connected stream.
  public var sender: SocketAddress?
  /// Ancillary data in the order of arrival.
  public var ancillary: [AncillaryItem]
  /// What the kernel noted, above all `.truncated`.
  public var flags: MessageFlags
}

extension SocketDescriptor {
  /// Sends on a connected socket and returns how many bytes were taken.
  ///
  /// The corresponding C function is `send`.
  public func send(_ bytes: RawSpan, flags: MessageFlags = []) throws(Errno) -> Int {
    try bytes.withUnsafeBytes { buffer throws(Errno) in
      try systemCall {
        Glibc.send(number, buffer.baseAddress, buffer.count, flags.rawValue | noSignal)
      }
    }
  }

  /// Sends everything, waiting in `poll(2)` where it must, and blocks the thread meanwhile.
  ///
  /// For programs without an event loop; a stream's `write` is the one that suspends. The
  /// corresponding C function is `send`, repeated.
  public func sendAll(_ bytes: RawSpan) throws(Errno) {
    var rest = bytes
    while !rest.isEmpty {
      do throws(Errno) {
        let count = try send(rest)
        rest = rest.extracting(droppingFirst: count)
      } catch {
        guard error.isWouldBlock else { throw error }
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        try systemCall { poll(&entry, 1, -1) }
      }
    }
  }

  /// Receives on a connected socket; zero bytes are a stream's end, an empty datagram, or a buffer
  /// without room.
  ///
  /// The corresponding C function is `recv`.
  public func receive(
    into buffer: inout OutputRawSpan, flags: MessageFlags = []
  ) throws(Errno) -> Int {
    try buffer.fill { free throws(Errno) in
      try systemCall { recv(number, free.baseAddress, free.count, flags.rawValue) }
    }
  }

  /// Sends one message to an address.
  ///
  /// The corresponding C function is `sendto`.
  public func send(
    _ bytes: RawSpan, to address: SocketAddress, flags: MessageFlags = []
  ) throws(Errno) -> Int {
    try sendMessage(bytes, to: address, flags: flags)
  }

  /// Receives one message and says who sent it.
  ///
  /// The corresponding C function is `recvfrom`.
  public func receiveFrom(
    into buffer: inout OutputRawSpan, flags: MessageFlags = []
  ) throws(Errno) -> (byteCount: Int, sender: SocketAddress?) {
    let message = try receiveMessage(into: &buffer, flags: flags, ancillaryLimit: 0)
    return (message.byteCount, message.sender)
  }

  /// Sends one message with ancillary data.
  ///
  /// The corresponding C function is `sendmsg`.
  public func sendMessage(
    _ bytes: RawSpan, to address: SocketAddress? = nil, ancillary: [AncillaryItem] = [],
    flags: MessageFlags = []
  ) throws(Errno) -> Int {
    let control = AncillaryItem.encoded(ancillary)
    return try bytes.withUnsafeBytes { buffer throws(Errno) in
      try withOptionalSockAddr(address) { pointer, size throws(Errno) in
        try systemCall {
          linux_sendmsg(
            number, pointer, size, buffer.baseAddress, buffer.count, control, control.count,
            flags.rawValue)
        }
      }
    }
  }

  /// Receives one message with its ancillary data; descriptors in it are closed on exec.
  ///
  /// The corresponding C function is `recvmsg`.
  ///
  /// `ancillaryLimit` is room for ancillary data, in bytes; what does not fit is dropped
  ///   and noted as `.controlTruncated`.
  public func receiveMessage(
    into buffer: inout OutputRawSpan, flags: MessageFlags = [], ancillaryLimit: Int = 512
  ) throws(Errno) -> ReceivedMessage {
    var message = ReceivedMessage(byteCount: 0, sender: nil, ancillary: [], flags: [])
    var noted: Int32 = 0
    var controlSize = ancillaryLimit
    try withUnsafeTemporaryAllocation(byteCount: max(ancillaryLimit, 8), alignment: 8) {
      control throws(Errno) in
      message.sender = try SocketAddress.optionallyFilled { storage, size throws(Errno) in
        message.byteCount = try buffer.fill { free throws(Errno) in
          try systemCall {
            linux_recvmsg(
              number, storage, &size, free.baseAddress, free.count, control.baseAddress,
              &controlSize, flags.rawValue, &noted)
          }
        }
      }
      message.ancillary = AncillaryItem.decoded(
        UnsafeRawBufferPointer(start: control.baseAddress, count: controlSize))
    }
    message.flags = MessageFlags(rawValue: noted)
    return message
  }
}

private let noSignal = Int32(MSG_NOSIGNAL)

extension OutputRawSpan {
  /// Hands out the free room to a call that says how many bytes it put there.
  mutating func fill(
    _ body: (UnsafeMutableRawBufferPointer) throws(Errno) -> Int
  ) throws(Errno) -> Int {
    try withUnsafeMutableBytes { whole, initializedCount throws(Errno) in
      let free = UnsafeMutableRawBufferPointer(rebasing: whole[initializedCount...])
      let count = try body(free)
      initializedCount += min(count, free.count)
      return count
    }
  }
}

func withOptionalSockAddr<Result>(
  _ address: SocketAddress?, _ body: (UnsafeRawPointer?, UInt32) throws(Errno) -> Result
) throws(Errno) -> Result {
  guard let address else { return try body(nil, 0) }
  return try address.withSockAddr { pointer, size throws(Errno) in try body(pointer, size) }
}
