package import Sockets

/// What came from a peer and no expectation has taken yet, bounded by a limit in bytes.
///
/// An empty one holds no memory until something comes. Taking bytes from the front moves nothing;
/// each byte is moved at most once more for every byte that was taken before it.
package struct ReceivedBytes: Sendable {
  private var memory: [UInt8] = []
  private var start = 0
  private var end = 0
  private let limit: Int

  /// The room that one reading gets at least, where the limit leaves so much.
  private static let leastRoom = 4096
  /// What is kept of the memory while nothing waits in it.
  private static let keptCapacity = 4 * leastRoom

  /// Holds nothing, and never more than so many bytes.
  package init(limit: Int = 1 << 20) {
    precondition(limit > 0, "there is no room for a byte")
    self.limit = limit
  }

  package var count: Int { end - start }
  package var isEmpty: Bool { start == end }

  /// How much memory it holds, in bytes.
  package var capacity: Int { memory.count }

  /// How many more bytes may come before some are taken.
  package var freeCapacity: Int { limit - count }

  /// Reads behind what is there, up to the limit, which must not be reached yet.
  package mutating func append(
    with read: (inout OutputRawSpan) throws(StreamError) -> Attempt
  ) throws(StreamError) -> Attempt {
    precondition(freeCapacity > 0, "the limit is reached")
    makeRoom(min(Self.leastRoom, freeCapacity))
    let places = end..<min(memory.count, end + freeCapacity)
    var addedCount = 0
    defer { end += addedCount }
    return try memory.withUnsafeMutableBufferPointer { (memory) throws(StreamError) in
      let room = UnsafeMutableBufferPointer(rebasing: memory[places])
      var space = OutputRawSpan(
        buffer: UnsafeMutableRawBufferPointer(room), initializedCount: 0)
      defer { addedCount = space.byteCount }
      return try read(&space)
    }
  }

  /// Takes bytes from the front.
  package mutating func consume(_ count: Int) {
    precondition(count <= self.count, "more than there is")
    start += count
    guard isEmpty else { return }
    (start, end) = (0, 0)
    if memory.count > Self.keptCapacity { memory = [] }
  }

  /// Lends what waits, the oldest byte first.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(memory.span.bytes.extracting(start..<end))
  }

  /// Tells whether what waits begins with some bytes.
  package func begins(with bytes: [UInt8]) -> Bool {
    guard bytes.count <= count else { return false }
    return bytes.indices.allSatisfy { memory[start + $0] == bytes[$0] }
  }

  /// Copies a part of what waits.
  package subscript(range: Range<Int>) -> [UInt8] {
    precondition(range.upperBound <= count, "more than there is")
    return Array(memory[start + range.lowerBound..<start + range.upperBound])
  }

  /// Moves what waits to the front if that is no more than what was taken; else grows.
  private mutating func makeRoom(_ room: Int) {
    guard memory.count - end < room else { return }
    if count <= start, memory.count - count >= room {
      let waiting = start..<end
      memory.withUnsafeMutableBytes { memory in
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[waiting]))
      }
      (start, end) = (0, waiting.count)
    } else {
      // With twice the limit, what was taken is always at least what waits.
      grow(to: max(min(2 * memory.count, 2 * limit + Self.leastRoom), count + room))
    }
  }

  private mutating func grow(to capacity: Int) {
    var larger = Array(memory[start..<end])
    larger.reserveCapacity(capacity)
    larger.append(contentsOf: repeatElement(0, count: capacity - count))
    (start, end) = (0, count)
    memory = larger
  }
}
