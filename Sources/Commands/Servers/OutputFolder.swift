import Glibc
import Relaying
import Serving
import Sockets
import SystemPackage
import Transcripts

/// A folder in which what each client sends has a file of its own.
final class OutputFolder: Sendable {
  private let path: String
  private let loop: EventLoop

  /// Makes the folder if it is not there.
  init(_ path: String, on loop: EventLoop) throws(StreamError) {
    self.path = path
    self.loop = loop
    if mkdir(path, 0o777) == 0 { return }
    let cause: Errno? =
      errno != EEXIST
      ? Errno(rawValue: errno)
      : TextFile.kind(of: path) == S_IFDIR ? nil : .notDirectory
    if let cause { throw StreamError(.open, .file(path), .system(cause)) }
  }

  /// Opens a new file, named by the time and the client: `20260131T143015.123Z-192.0.2.7-41000`.
  func open(_ client: Client) async throws(StreamError) -> any ByteSink {
    let name = path + "/" + Self.name(of: client, at: WallClock.now)
    for attempt in 1...1000 {
      let file = attempt == 1 ? name : name + "-" + String(attempt)
      do throws(StreamError) {
        let number = try await openFile(
          file, flags: O_WRONLY | O_CREAT | O_EXCL, subject: .file(file), on: loop)
        return OwnedSink(number, subject: .file(file), on: loop)
      } catch {
        guard error.errno == .fileExists else { throw error }
      }
    }
    throw StreamError(.open, .file(name), .system(.fileExists))
  }

  /// A name of letters, digits, points and hyphens alone: a peer's Unix path may hold anything.
  static func name(of client: Client, at time: Int64) -> String {
    let clock = WallClock.text(time).filter { $0 != "-" && $0 != ":" }
    let peer =
      switch client.socket.peer {
      case .unnamed, .unix, .abstract: "client-" + String(client.number)
      case let address: address.hostText + "-" + (address.portNumber.map { String($0) } ?? "")
      }
    let isSafe: (Character) -> Bool = {
      $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "." || $0 == "-"
    }
    return clock + "-"
      + String(peer.filter { $0 != "[" && $0 != "]" }.map { isSafe($0) ? $0 : "_" })
  }
}

/// A file of one client, closed when what it sends has ended.
final class OwnedSink: ByteSink, @unchecked Sendable {
  private let sink: DescriptorSink
  private let number: Int32
  private let subject: StreamError.Subject
  private var isOpen = true

  init(_ number: Int32, subject: StreamError.Subject, on loop: EventLoop) {
    sink = DescriptorSink(number, subject: subject, on: loop)
    (self.number, self.subject) = (number, subject)
  }

  deinit { if isOpen { release() } }

  var writePort: Port? { sink.writePort }
  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt { try sink.tryWrite(bytes) }
  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await sink.waitWritable(by: deadline)
  }
  func waitReaderGone() async throws(StreamError) { try await sink.waitReaderGone() }

  /// Closes the file, whose error counts.
  func closeWrite(by deadline: Deadline) async throws(StreamError) {
    guard isOpen else { return }
    if release() != 0 { throw StreamError(.close, subject, .system(Errno(rawValue: errno))) }
  }

  @discardableResult
  private func release() -> Int32 {
    isOpen = false
    sink.release()
    return close(number)
  }
}

/// A file that one client is sent, closed when nobody has it any more.
final class OwnedSource: ByteSource, @unchecked Sendable {
  private let source: DescriptorSource
  private let number: Int32

  /// The most that one client's attempt takes: what it does not take back is kept for it.
  private static let share = 64 * 1024

  init(_ number: Int32, subject: StreamError.Subject, on loop: EventLoop) {
    source = DescriptorSource(number, subject: subject, on: loop)
    self.number = number
  }

  deinit {
    source.release()
    close(number)
  }

  func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    let source = source
    return try buffer.withUnsafeMutableBytes { whole, initializedCount throws(StreamError) in
      let free = UnsafeMutableRawBufferPointer(
        rebasing: whole[initializedCount...].prefix(Self.share))
      var part = OutputRawSpan(buffer: free, initializedCount: 0)
      let attempt = try source.tryRead(into: &part)
      initializedCount += part.byteCount
      return attempt
    }
  }

  var readPort: Port? { source.readPort }
  func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await source.waitReadable(by: deadline)
  }
}
