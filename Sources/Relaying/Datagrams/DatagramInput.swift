import Glibc
import Sockets

/// The part of an input that is not sent yet, in memory that is used again: datagrams are cut out of
/// it without a copy.
final class DatagramInput {
  private var memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: ScratchBuffer.size, alignment: 4096)
  private var start = 0
  private var end = 0
  /// Up to here no separator was found.
  private var searchedEnd = 0

  /// How much is read at least if it is there.
  private static let leastRoom = 65536

  deinit { memory.deallocate() }

  /// Bytes that are not cut out yet.
  var count: Int { end - start }

  /// All memory, for what was cut out since the last reading.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

  /// Reads behind what is there, up to a multiple of so many bytes where they fit.
  func read(from source: any ByteSource, unit: Int) throws(StreamError) -> Attempt {
    makeRoom()
    let whole = memory.count / unit * unit
    let limit = whole > count ? start + whole : memory.count
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[end..<min(limit, memory.count)])
    var space = OutputRawSpan(buffer: room, initializedCount: 0)
    let attempt = try source.tryRead(into: &space)
    end += space.byteCount
    return attempt
  }

  /// Moves what is left to the front, and grows only for what is longer than a half.
  private func makeRoom() {
    if start > 0 {
      memory.baseAddress.map { base in _ = memmove(base, base + start, count) }
      (end, searchedEnd) = (end - start, searchedEnd - start)
      start = 0
    }
    if memory.count - end >= Self.leastRoom { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 2 * memory.count, alignment: 4096)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
    memory.deallocate()
    memory = larger
  }

  /// How many bytes stand before the next separator; nil if there is none.
  ///
  /// The corresponding C function is `memchr`; nothing is searched twice.
  func length(before separator: UInt8) -> Int? {
    guard let base = memory.baseAddress else { return nil }
    let from = max(searchedEnd, start)
    guard let found = memchr(base + from, Int32(separator), end - from) else {
      searchedEnd = end
      return nil
    }
    return base.distance(to: found) - start
  }

  /// Cuts out so many bytes, and drops as many behind them.
  func take(_ count: Int, dropping separatorSize: Int = 0) -> DatagramExtent {
    defer { start += count + separatorSize }
    return DatagramExtent(start: start, count: count)
  }
}
