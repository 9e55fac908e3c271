import COpenSSL
import Sockets

/// What OpenSSL reads from and writes to: any stream, without a descriptor.
///
/// Writing never has OpenSSL wait: what the stream does not take is kept here, and goes first the
/// next time. So a record is either not begun, or on its way as a whole.
final class StreamBIO: @unchecked Sendable {
  let base: any ByteStream
  /// What the base has thrown, in each direction: where one has failed, what had come is still read.
  private var readError: StreamError?
  private var writeError: StreamError?
  /// Whether the base has no more to read.
  private(set) var hasEnded = false
  /// What came first, to show of a peer that speaks something else.
  private(set) var firstBytes: [UInt8] = []
  /// Whether the base has nothing to read, so that there is no need to ask.
  var isEmpty = false
  private var unsent: [UInt8] = []
  private var sentCount = 0
  /// Whether what is written is kept until ``flush()``, so that records leave together.
  var gathers = false

  /// How much is kept of what the peer makes OpenSSL say by itself, before it is read from no more.
  private static let limit = 256 * 1024

  init(_ base: any ByteStream) { self.base = base }

  var hasUnsent: Bool { !unsent.isEmpty }

  /// What the base has thrown, in whatever direction; the one that is asked for counts first.
  func error(of operation: StreamError.Operation = .read) -> StreamError? {
    operation == .read ? readError ?? writeError : writeError ?? readError
  }

  /// Makes what OpenSSL knows of it; whoever owns that must let go of it before this.
  func makeBIO() -> OpaquePointer? {
    guard let bio = BIO_new(streamMethod) else { return nil }
    BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    BIO_set_init(bio, 1)
    return bio
  }

  /// Hands what is kept to the stream; ``hasUnsent`` says whether it took all.
  func flush() throws(StreamError) {
    if let writeError { throw writeError }
    guard hasUnsent else { return }
    do throws(StreamError) {
      try unsent.withUnsafeBufferPointer { (unsent) throws(StreamError) in
        let bytes = UnsafeRawBufferPointer(unsent)
        while sentCount < bytes.count {
          let rest = UnsafeRawBufferPointer(rebasing: bytes[sentCount...])
          guard case .moved(let count) = try base.tryWrite(rest.bytes) else { return }
          sentCount += count
        }
      }
    } catch {
      writeError = error
      (unsent, sentCount) = ([], 0)
      throw error
    }
    guard sentCount == unsent.count else { return }
    sentCount = 0
    unsent.removeAll(keepingCapacity: true)
  }

  /// Lends memory to gather in, or takes it back: that of a stream on which nothing waits is empty.
  func exchange(_ memory: inout [UInt8]) {
    if !hasUnsent { swap(&unsent, &memory) }
  }

  // MARK: OpenSSL's side

  /// How many bytes came; 0 is the end, -1 none now, -2 an error.
  fileprivate func read(into space: UnsafeMutableRawBufferPointer) -> Int {
    if readError != nil { return -2 }
    if isEmpty { return -1 }
    var buffer = OutputRawSpan(buffer: space, initializedCount: 0)
    do throws(StreamError) {
      switch try base.tryRead(into: &buffer) {
      case .moved(let count):
        isEmpty = count < space.count && base.isEmptyAfterLess
        noteFirst(UnsafeRawBufferPointer(rebasing: space[..<count]))
        return count
      case .wouldBlock:
        isEmpty = true
        return -1
      case .endOfFile:
        hasEnded = true
        return 0
      }
    } catch {
      readError = error
      return -2
    }
  }

  private func noteFirst(_ bytes: UnsafeRawBufferPointer) {
    let most = 64
    if firstBytes.count < most { firstBytes += bytes.prefix(most - firstBytes.count) }
  }

  /// How many bytes were taken, all of them or none; -1 is none now, -2 an error.
  fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    if writeError != nil { return -2 }
    guard unsent.count - sentCount < Self.limit else { return -1 }
    var done = 0
    do throws(StreamError) {
      while !gathers, !hasUnsent, done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        guard case .moved(let count) = try base.tryWrite(rest.bytes) else { break }
        done += count
      }
    } catch {
      writeError = error
      return -2
    }
    if done < bytes.count { unsent.append(contentsOf: bytes[done...]) }
    return bytes.count
  }
}

/// The functions of ours that OpenSSL calls.
private nonisolated(unsafe) let streamMethod: OpaquePointer? = {
  let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream")
  BIO_meth_set_read(method) { bio, space, count in
    openssl_clear_retry(bio)
    guard let stream = stream(of: bio), let space else { return -1 }
    let outcome = stream.read(
      into: UnsafeMutableRawBufferPointer(start: space, count: Int(count)))
    if outcome == -1 { openssl_retry_read(bio) }
    return Int32(max(outcome, -1))
  }
  BIO_meth_set_write(method) { bio, bytes, count in
    openssl_clear_retry(bio)
    guard let stream = stream(of: bio), let bytes else { return -1 }
    let outcome = stream.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    if outcome == -1 { openssl_retry_write(bio) }
    return Int32(max(outcome, -1))
  }
  BIO_meth_set_ctrl(method) { bio, command, _, _ in
    switch command {
    case BIO_CTRL_FLUSH: 1
    case BIO_CTRL_EOF: stream(of: bio)?.hasEnded == true ? 1 : 0
    default: 0
    }
  }
  return method
}()

private func stream(of bio: OpaquePointer?) -> StreamBIO? {
  BIO_get_data(bio).map { Unmanaged<StreamBIO>.fromOpaque($0).takeUnretainedValue() }
}
