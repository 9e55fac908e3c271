import Sockets

/// Datagrams that were sent, in one block, to be sent again.
struct SentDatagrams {
  private(set) var bytes: [UInt8] = []
  private(set) var extents: [DatagramExtent] = []
  private var secrets: Set<Int> = []

  /// How many bytes all of it takes, about.
  var size: Int { bytes.count + 32 * extents.count }

  subscript(index: Int) -> [UInt8] {
    let extent = extents[index]
    return Array(bytes[extent.start..<extent.start + extent.count])
  }

  func isSecret(_ index: Int) -> Bool { secrets.contains(index) }

  mutating func append(_ datagram: [UInt8], isSecret: Bool) {
    if isSecret { secrets.insert(extents.count) }
    extents.append(DatagramExtent(start: bytes.count, count: datagram.count))
    bytes += datagram
  }

  /// Adds datagrams that lie behind one another, with what separates them.
  mutating func append(_ batch: [DatagramExtent], of source: UnsafeRawBufferPointer) {
    guard let first = batch.first, let last = batch.last else { return }
    let shift = bytes.count - first.start
    bytes += source[first.start..<last.start + last.count]
    for extent in batch {
      extents.append(DatagramExtent(start: extent.start + shift, count: extent.count))
    }
  }
}
