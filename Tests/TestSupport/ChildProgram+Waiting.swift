import Glibc

extension ChildProgram {
  /// Waits until the program has ended, and returns its exit status, or 128 and its signal.
  ///
  /// The corresponding C function is `waitid` with `WNOWAIT`.
  ///
  /// - Throws: ``TestError`` if it still runs when the time is over; it goes on running.
  public func status(within limit: Duration = .seconds(20)) throws -> Int32 {
    if let outcome { return outcome.status }
    guard waitUntilReady([(processDescriptor, POLLIN)], until: .now + limit) else {
      throw TestError("\(name) still runs after \(limit)")
    }
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    let status = information._sifields._sigchld.si_status
    return information.si_code == CLD_EXITED ? status : 128 + status
  }

  /// Waits until the program has ended, ends what it left in its group, and returns the outcome.
  ///
  /// - Throws: ``TestError`` if the program still runs when the time is over; it is killed.
  @discardableResult
  public func wait(within limit: Duration = .seconds(20)) throws -> Outcome {
    defer { end() }
    _ = try status(within: limit)
    return end()
  }

  /// Waits until what was written to a file-bound stream matches, and returns match and groups.
  ///
  /// The pattern is one of ``firstMatch(of:in:)``, over everything written since the start.
  ///
  /// - Throws: ``TestError`` if the program ends, or the time is over, without a match.
  @discardableResult
  public func waitForMatch(
    of pattern: String, in stream: Stream = .error, within limit: Duration = .seconds(15)
  ) throws -> [String] {
    let deadline = ContinuousClock.now + limit
    let watch = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    defer { close(watch) }
    guard let file = file(of: stream), inotify_add_watch(watch, file, UInt32(IN_MODIFY)) >= 0
    else { throw TestError(couldNot: "watch the \(stream.rawValue) of \(name)") }
    var events = [UInt8](repeating: 0, count: 4096)
    while true {
      // Asked before reading, so that the last bytes of a program that ends now are not missed.
      let isOver = hasEnded
      if let match = try firstMatch(of: pattern, in: contents(of: stream)) { return match }
      if isOver {
        throw TestError(
          "\(name) ended with status \(try status()) before \(stream.rawValue) matched '\(pattern)'"
        )
      }
      guard waitUntilReady([(watch, POLLIN), (processDescriptor, POLLIN)], until: deadline) else {
        throw TestError("\(stream.rawValue) of \(name) does not match '\(pattern)' after \(limit)")
      }
      _ = read(watch, &events, events.count)
    }
  }

  /// Writes to the program's standard input, which must be a pipe.
  ///
  /// A child that another thread is starting just now may hold the pipe's other end for a moment,
  /// so that a few bytes for a reader that is gone may still be taken.
  ///
  /// - Throws: ``TestError`` if the program has ended or reads no more, or the time is over.
  public func feed(_ bytes: some Sequence<UInt8>, within limit: Duration = .seconds(15)) throws {
    guard inputPipe >= 0 else { throw TestError("\(name) has no pipe to feed") }
    if hasEnded { throw TestError("\(name) has ended and cannot be fed") }
    let deadline = ContinuousClock.now + limit
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      guard waitUntilReady([(inputPipe, POLLOUT)], until: deadline) else {
        throw TestError("\(name) does not read its input for \(limit)")
      }
      let count = rest.withUnsafeBytes { writeWithoutSignal(inputPipe, $0) }
      if count < 0 && errno != EAGAIN { throw TestError(couldNot: "feed \(name)") }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Closes the pipe to the program's standard input, which ends it.
  public func closeInput() {
    if inputPipe >= 0 { close(inputPipe) }
    inputPipe = -1
  }
}

/// Writes, and takes back the SIGPIPE that a vanished reader sends to this thread.
private func writeWithoutSignal(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  var brokenPipe = sigset_t()
  sigemptyset(&brokenPipe)
  sigaddset(&brokenPipe, SIGPIPE)
  var before = sigset_t()
  pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
  let count = write(descriptor, bytes.baseAddress, bytes.count)
  let code = errno
  var atOnce = timespec()
  if count < 0 && code == EPIPE { sigtimedwait(&brokenPipe, nil, &atOnce) }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  errno = code
  return count
}
