import Glibc

extension TmuxTerminal {
  /// Waits until the screen matches, and returns match and groups.
  ///
  /// The pattern is one of ``firstMatch(of:in:)``.
  ///
  /// - Throws: ``TestError`` with the screen if the time is over without a match.
  @discardableResult
  public func waitForMatch(
    of pattern: String, joiningWrappedLines: Bool = false, within limit: Duration = .seconds(15)
  ) throws -> [String] {
    var screen = ""
    let match = try wait(until: .now + limit) {
      screen = try self.screen(joiningWrappedLines: joiningWrappedLines)
      return try firstMatch(of: pattern, in: Array(screen.utf8))
    }
    guard let match else {
      throw TestError("the screen does not match '\(pattern)' after \(limit):\n\(screen)")
    }
    return match
  }

  /// Waits until a text stands on the screen.
  ///
  /// - Throws: ``TestError`` with the screen if the time is over before.
  public func waitFor(_ text: String, within limit: Duration = .seconds(15)) throws {
    try waitUntil("'\(text)' stands on it", within: limit) { $0.contains(text) }
  }

  /// Waits until the screen is as it should be.
  ///
  /// - Throws: ``TestError`` with the screen if the time is over before.
  public func waitUntil(
    _ what: String, within limit: Duration = .seconds(15), _ isFulfilled: (String) throws -> Bool
  ) throws {
    var screen = ""
    let found: Void? = try wait(until: .now + limit) {
      screen = try self.screen()
      return try isFulfilled(screen) ? () : nil
    }
    guard found != nil else {
      throw TestError("the screen is not so that \(what) after \(limit):\n\(screen)")
    }
  }

  /// Waits until the command has ended, and returns its exit status, or 128 and its signal.
  ///
  /// - Throws: ``TestError`` with the screen if the time is over before.
  public func status(within limit: Duration = .seconds(20)) throws -> Int32 {
    guard let status = try waitForLine(in: "status", within: limit).flatMap({ Int32($0) }) else {
      throw TestError("the command still runs after \(limit):\n\(try screen())")
    }
    return status
  }

  /// The process number of the command, once it has been started.
  public func process(within limit: Duration = .seconds(15)) throws -> Int32 {
    guard let process = try waitForLine(in: "process", within: limit).flatMap({ Int32($0) }) else {
      throw TestError("the command does not start within \(limit)")
    }
    return process
  }

  /// What `stty -a` says before the command and, once it has ended, after it; without the size.
  public func terminalStates() throws -> (before: String, after: String) {
    (try terminalState("before"), try terminalState("after"))
  }

  private func terminalState(_ name: String) throws -> String {
    let words = String(decoding: try files.read(name), as: UTF8.self).split(separator: "; ")
    return words.filter { !$0.hasPrefix("rows ") && !$0.hasPrefix("columns ") }
      .joined(separator: "; ")
  }

  private func waitForLine(in file: String, within limit: Duration) throws -> String? {
    try wait(until: .now + limit) {
      let text = String(decoding: try files.read(file), as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : nil
    }
  }

  /// Everything that the command has written so far, as it was.
  public func written() throws -> [UInt8] { try files.read("written") }

  /// Tries now, after whatever is written, and a few times a second, as a screen can also change of
  /// itself, by a resize; nil when the time is over.
  private func wait<Value>(
    until deadline: ContinuousClock.Instant, _ attempt: () throws -> Value?
  ) throws -> Value? {
    var events = [UInt8](repeating: 0, count: 4096)
    while true {
      // Read before the attempt, so that what happens after it wakes.
      while read(watch, &events, events.count) > 0 {}
      let isLast = ContinuousClock.now >= deadline
      if let value = try attempt() { return value }
      if isLast { return nil }
      _ = waitUntilReady(
        [(watch, POLLIN)], until: min(deadline, .now + .milliseconds(200)))
    }
  }
}
