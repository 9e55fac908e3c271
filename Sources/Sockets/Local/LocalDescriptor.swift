import CLinux
import Glibc
import SystemPackage

/// One descriptor that others may share, such as a standard stream, moved without ever waiting in
/// the kernel and without ever changing its flags.
///
/// `O_NONBLOCK` belongs to the open file description: set on our standard output it would hit the
/// shell that waits for us, and a killed process cannot take it back. So each kind has its own way:
/// a pipe or terminal is opened a second time through `/proc/self/fd`; a socket takes
/// `MSG_DONTWAIT`; a regular file never waits; for the rest, and where `/proc` is missing, the
/// kernel is asked not to wait (`RWF_NOWAIT`), or asked first whether it would (`poll`).
final class LocalDescriptor: @unchecked Sendable {
  enum Way {
    /// Plain calls: it never waits, or it is our own and non-blocking.
    case plain
    /// A socket.
    case socket
    /// Shared and blocking: `RWF_NOWAIT`, or `poll` before each call, in small pieces.
    case careful
  }

  let number: Int32
  let isTerminal: Bool
  private(set) var way: Way
  private(set) var registration: Registration
  private(set) var reopened: Int32 = -1
  private var canAskNotToWait = true
  private var isClosed = false
  /// Which file the number is, and whether it is so no more because we gave it up.
  private let file: FileIdentity?
  private var hasGivenUp = false
  private let portKind: Port.Kind?
  /// Whether what was written at once is read at once: `O_DIRECT` in pipe(2).
  private let keepsMessages: Bool

  /// The number that is read and written.
  private var active: Int32 { reopened >= 0 ? reopened : number }

  /// Watches a number; `descriptors` is the directory where it can be opened once more.
  init(_ number: Int32, flags: Int32, on loop: EventLoop, descriptors: String) {
    self.number = number
    isTerminal = isatty(number) == 1
    var status = stat()
    let isOpen = fstat(number, &status) == 0
    file = isOpen ? FileIdentity(status) : nil
    let mode = isOpen ? status.st_mode & S_IFMT : 0
    switch mode {
    case S_IFREG, S_IFDIR, S_IFBLK: way = .plain
    case S_IFSOCK: way = .socket
    default:
      reopened = linux_open(descriptors + "/" + String(number), flags | O_NONBLOCK | O_NOCTTY, 0)
      way = reopened >= 0 ? .plain : .careful
    }
    keepsMessages = linux_keeps_messages(number) == 1
    portKind = Self.portKind(of: status, number, flags, isReopened: reopened >= 0)
    registration = Registration(reopened >= 0 ? reopened : number, on: loop)
    if way == .careful && !registration.isWatched { way = .plain }
  }

  deinit { close() }

  private static func portKind(
    of status: stat, _ number: Int32, _ flags: Int32, isReopened: Bool
  ) -> Port.Kind? {
    switch status.st_mode & S_IFMT {
    // What is appended to takes no splice.
    case S_IFREG, S_IFBLK: fcntl(number, F_GETFL) & O_APPEND == 0 ? .file : nil
    case S_IFIFO: isReopened ? .pipe : nil
    case S_IFCHR where flags & O_ACCMODE == O_WRONLY && status.st_rdev == nullDevice: .null
    default: nil
    }
  }

  /// What the kernel can move bytes from or to.
  func port(of owner: any PortOwner) -> Port? {
    guard !isClosed, let portKind else { return nil }
    return Port(portKind, active, of: owner)
  }

  /// Whether a read that brings less than there was room for leaves nothing behind.
  var isEmptyAfterLess: Bool { portKind == .pipe && !keepsMessages && registration.isPlain }

  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try requireOpen()
    switch way {
    case .plain:
      // Where somebody else reads too, a terminal in the background stops its reader (SIGTTIN).
      if isTerminal && isInBackground { throw .resourceTemporarilyUnavailable }
      return try systemCall { Glibc.read(active, buffer.baseAddress, buffer.count) }
    case .socket:
      return try systemCall { recv(number, buffer.baseAddress, buffer.count, dontWait) }
    case .careful:
      if isTerminal && isInBackground { throw .resourceTemporarilyUnavailable }
      if canAskNotToWait {
        do throws(Errno) {
          return try systemCall { linux_read_nowait(number, buffer.baseAddress, buffer.count) }
        } catch {
          guard error == .notSupported else { throw error }
          canAskNotToWait = false
        }
      }
      try requireReady(POLLIN)
      return try systemCall { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }
  }

  func write(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
    try requireOpen()
    switch way {
    case .plain:
      return try systemCall { Glibc.write(active, buffer.baseAddress, buffer.count) }
    case .socket:
      return try systemCall { send(number, buffer.baseAddress, buffer.count, dontWait) }
    case .careful:
      if canAskNotToWait {
        do throws(Errno) {
          return try systemCall { linux_write_nowait(number, buffer.baseAddress, buffer.count) }
        } catch {
          guard error == .notSupported else { throw error }
          canAskNotToWait = false
        }
      }
      try requireReady(POLLOUT)
      // A pipe that is ready has room for this much, a terminal perhaps for one byte; more could
      // wait for the reader.
      let room = isTerminal ? 1 : 4096
      return try systemCall { Glibc.write(number, buffer.baseAddress, min(buffer.count, room)) }
    }
  }

  /// Whether another job of the terminal's shell is in the foreground.
  private var isInBackground: Bool {
    let foreground = tcgetpgrp(number)
    return foreground >= 0 && foreground != getpgrp()
  }

  /// The number of the second end may be another file's already.
  private func requireOpen() throws(Errno) {
    if isClosed { throw .badFileDescriptor }
  }

  private func requireReady(_ events: Int32) throws(Errno) {
    var entry = pollfd(fd: number, events: Int16(events), revents: 0)
    guard try systemCall({ poll(&entry, 1, 0) }) > 0 else { throw .resourceTemporarilyUnavailable }
  }

  /// Gives up our second end of it, so that nothing of ours keeps a pipe open.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    registration.cancel()
    if reopened >= 0 { Glibc.close(reopened) }
  }

  /// Closes the inherited number too, and puts something there on which nothing can be read or
  /// written, so that no file of ours ever lands on it.
  func closeInherited() throws(Errno) {
    close()
    guard !hasGivenUp else { return }
    hasGivenUp = true
    var status = stat()
    guard fstat(number, &status) == 0, FileIdentity(status) == file else {
      return assertionFailure("somebody else has closed descriptor \(number)")
    }
    let copy = dup(number)
    linux_occupy(number)
    if copy >= 0 { try systemCall(retryOnInterrupt: false) { Glibc.close(copy) } }
  }
}

/// `/dev/null`: number 3 of the memory devices.
private let nullDevice: dev_t = 1 << 8 | 3
private let dontWait = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
