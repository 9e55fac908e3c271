import Relaying
import Sockets
import TestSupport
import Testing

func strictConverter() throws -> CharacterSetConverter {
  try #require(
    CharacterSetConverter(from: "UTF-8", to: "GBK", onError: .fail, subject: .standardInput))
}

func pieces(of bytes: [UInt8], _ size: Int) -> [[UInt8]] {
  stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
}

/// Puts bytes through a filter in pieces of a size.
func convert(
  _ bytes: [UInt8], _ size: Int, _ filter: some ByteFilter
) throws(StreamError) -> [UInt8] {
  var output: [UInt8] = []
  try convert(bytes, size, filter, into: &output)
  return output
}

func convert(
  _ bytes: [UInt8], _ size: Int, _ filter: some ByteFilter, into output: inout [UInt8]
) throws(StreamError) {
  var filter = filter
  for piece in pieces(of: bytes, size) { try filter.convert(piece.span.bytes, into: &output) }
  try filter.finish(into: &output)
}

/// Gives its bytes in pieces of a size, and blocks before each.
final class PiecewiseSource: ByteSource, @unchecked Sendable {
  private var rest: [[UInt8]]
  private var isReady = false

  init(_ bytes: [UInt8], pieces size: Int) { rest = pieces(of: bytes, size) }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    isReady.toggle()
    if isReady { return .wouldBlock }
    if rest.isEmpty { return .endOfFile }
    let piece = rest.removeFirst()
    let count = min(piece.count, buffer.freeCapacity)
    if count < piece.count { rest.insert(Array(piece[count...]), at: 0) }
    piece.withUnsafeBytes { buffer.append(copying: $0[..<count]) }
    return .moved(count)
  }

  func waitReadable(by deadline: Deadline) async throws(StreamError) {}
}

/// Takes so many bytes at once, and blocks after each time.
final class NarrowSink: ByteSink, @unchecked Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var isEnded = false
  private let room: Int
  private let loop: EventLoop
  private var isReady = true

  init(room: Int, on loop: EventLoop) {
    self.room = room
    self.loop = loop
  }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if !isReady || room == 0 { return .wouldBlock }
    isReady = false
    let count = min(room, bytes.byteCount)
    self.bytes += bytes.withUnsafeBytes { Array($0[..<count]) }
    return .moved(count)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    isReady = true
    await loop.yield()
  }

  func waitReaderGone() async throws(StreamError) { await loop.sleep(until: .never) }

  func closeWrite(by deadline: Deadline) async throws(StreamError) { isEnded = true }
}
