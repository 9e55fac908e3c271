import CLinux
import Glibc
import SystemPackage

/// Datagrams that one call received, in memory that is used again for the next.
///
/// Each keeps its boundaries, its sender, and all else that is known of it, also where the kernel
/// handed over several as one.
public final class DatagramBatch: @unchecked Sendable {
  /// How many bytes it can hold.
  public static let capacity = 1024 * 1024

  /// Where a datagram lies, and which message it came with.
  private struct Part {
    let start: Int
    let count: Int
    let message: Int
  }

  private let bytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: capacity, alignment: 4096)
  private let addresses = UnsafeMutableRawBufferPointer.allocate(
    byteCount: messageLimit * addressSize, alignment: 8)
  private let controls = UnsafeMutableRawBufferPointer.allocate(
    byteCount: messageLimit * controlSize, alignment: 8)
  private let headers = UnsafeMutableBufferPointer<linux_incoming>.allocate(
    capacity: messageLimit)
  private var messages: [Datagram] = []
  private var parts: [Part] = []
  /// Whether the kernel has ever handed over several datagrams as one: it counts such as one when it
  /// drops them.
  public private(set) var hasMerged = false

  private static let messageLimit = 16
  private static let addressSize = MemoryLayout<sockaddr_storage>.size
  private static let controlSize = 512

  /// Allocates the memory; its pages cost something when they are first used.
  public init() {
    headers.initialize(repeating: linux_incoming())
  }

  deinit {
    bytes.deallocate()
    addresses.deallocate()
    controls.deallocate()
    headers.deallocate()
  }

  /// How many datagrams it holds, in the order of their arrival.
  public var count: Int { parts.count }

  /// What is known of a datagram besides its bytes.
  public subscript(index: Int) -> Datagram {
    let part = parts[index]
    var datagram = messages[part.message]
    datagram.byteCount = part.count
    let isLast = index + 1 == parts.count || parts[index + 1].message != part.message
    if !isLast { datagram.isTruncated = false }
    return datagram
  }

  /// The datagrams from one on that came as one with it: what is known of them is the same, but for
  /// their sizes.
  public func run(from index: Int) -> Range<Int> {
    let message = parts[index].message
    var end = index + 1
    while end < parts.count, parts[end].message == message { end += 1 }
    return index..<end
  }

  /// Lends a datagram's bytes.
  public func withBytes<Result, Failure: Error>(
    of index: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let part = parts[index]
    let own = UnsafeRawBufferPointer(rebasing: bytes[part.start..<part.start + part.count])
    return try body(own.bytes)
  }

  /// Forgets the datagrams.
  func removeAll() {
    messages.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
  }

  /// Takes what has arrived, at most so many messages of at most so many bytes.
  ///
  /// The corresponding C function is `recvmmsg`. Descriptors that came along are closed.
  func receive(
    from socket: borrowing SocketDescriptor, size: Int, limit: Int
  ) throws(Errno) {
    removeAll()
    let count = min(limit, Self.messageLimit, Self.capacity / size)
    for index in 0..<count { headers[index] = header(index, size) }
    let received = try systemCall {
      linux_recvmmsg(
        socket.number, headers.baseAddress, Int32(count), MessageFlags.dontWait.rawValue)
    }
    for index in 0..<Int(received) { note(headers[index], at: index * size) }
  }

  /// Takes what a layer has for one of its sockets, at most so many datagrams; false if it has none.
  public func receive(
    from layer: any DatagramLayer, on index: Int, limit: Int = .max
  ) throws(StreamError) -> Bool {
    removeAll()
    while count < min(limit, Self.messageLimit) {
      do throws(StreamError) {
        guard try layer.tryReceive(on: index, { add($0, $1) }) else { break }
      } catch {
        // What came before it is handed over first.
        if count == 0 { throw error }
        break
      }
    }
    return count > 0
  }

  private func add(_ datagram: RawSpan, _ facts: Datagram) {
    let start = parts.last.map { $0.start + $0.count } ?? 0
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
    let count = min(datagram.byteCount, room.count)
    datagram.withUnsafeBytes {
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
    parts.append(Part(start: start, count: count, message: messages.count))
    messages.append(facts)
  }

  private func header(_ index: Int, _ size: Int) -> linux_incoming {
    linux_incoming(
      address: addresses.baseAddress.map { $0 + index * Self.addressSize },
      address_size: UInt32(Self.addressSize),
      bytes: bytes.baseAddress.map { $0 + index * size }, size: size,
      control: controls.baseAddress.map { $0 + index * Self.controlSize },
      control_size: Self.controlSize, flags: 0)
  }

  private func note(_ header: linux_incoming, at start: Int) {
    let size = header.size
    var (datagram, segmentSize) = (Datagram(header), size)
    AncillaryItem.forEach(
      in: UnsafeRawBufferPointer(start: header.control, count: header.control_size)
    ) { item in
      datagram.note(item)
      if case .segmentSize(let size) = item, size > 0 { segmentSize = size }
      item.closeDescriptors()
    }
    if segmentSize < size { hasMerged = true }
    var offset = 0
    repeat {
      let count = min(segmentSize, size - offset)
      parts.append(Part(start: start + offset, count: count, message: messages.count))
      offset += count
    } while offset < size
    messages.append(datagram)
  }
}

extension Datagram {
  fileprivate init(_ header: linux_incoming) {
    let size = min(Int(header.address_size), MemoryLayout<sockaddr_storage>.size)
    let sender = SocketAddress(UnsafeRawBufferPointer(start: header.address, count: size))
    self.init(byteCount: header.size, sender: sender == .unnamed ? nil : sender)
    isTruncated = MessageFlags(rawValue: header.flags).contains(.truncated)
  }

  /// Takes over what an item of ancillary data says.
  mutating func note(_ item: AncillaryItem) {
    switch item {
    case .timestamp(let nanoseconds): time = nanoseconds
    case .packetInfo(let info): destination = info
    case .dropCount(let count): dropCount = count
    default: break
    }
  }
}
