import Foundation
import Glibc

/// A command in a real terminal: a `tmux` server of its own with one window, typed into and looked
/// at from outside.
///
/// Whatever the command writes is also copied by tmux to a file of ours, so that a wait sleeps until
/// something was written. The command finds a home of its own and none of the user's settings. All
/// waiting is done on the caller's thread.
public final class TmuxTerminal {
  /// How a command is to be started.
  public struct Launch: Sendable {
    /// The command and its arguments.
    public var arguments: [String]
    /// Variables of its environment besides ours.
    public var environment: [String: String] = [:]
    /// The width of the terminal.
    public var columns = 80
    /// The height of the terminal.
    public var rows = 24
    /// How many lines that have left the screen are kept.
    public var scrollbackLimit = 5000

    /// Describes a command in a terminal of 80 columns and 24 rows.
    public init(_ arguments: [String]) { self.arguments = arguments }
  }

  /// The home of the command, and where it runs.
  public let directory: TemporaryDirectory
  let files: TemporaryDirectory
  let watch: Int32
  private var hasEnded = false

  /// Starts a command.
  ///
  /// - Throws: ``TestError`` if tmux cannot be run.
  public init(_ launch: Launch) throws {
    directory = try TemporaryDirectory()
    files = try TemporaryDirectory()
    watch = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    for name in ["written", "process", "before", "after", "status"] {
      try files.write([], to: name)
    }
    guard watch >= 0, inotify_add_watch(watch, files.path, UInt32(IN_MODIFY)) >= 0 else {
      throw TestError(couldNot: "watch \(files.path)")
    }
    try start(launch)
  }

  /// Starts a command in a terminal of 80 columns and 24 rows.
  public convenience init(_ arguments: String...) throws { try self.init(Launch(arguments)) }

  deinit {
    end()
    close(watch)
  }

  /// Kills the server, with the command in it; nothing happens the second time.
  public func end() {
    guard !hasEnded else { return }
    hasEnded = true
    _ = try? tmux("kill-server")  // none that never came up, or is gone, is left behind
  }

  /// Starts the command once its output is copied, and tells of it before and after.
  ///
  /// It stays when the command has ended, so that the screen can still be looked at. What interrupts
  /// the command does not end it. Nobody here would continue a command that `^Z` has stopped: for
  /// that, let an interactive shell run it.
  private static let wrapper = """
    trap : INT QUIT
    tmux wait-for start
    stty -a > "$0/before"
    sh -c 'echo $$ > "$0/process"; exec "$@"' "$0" "$@"
    status=$?
    stty -a > "$0/after"
    echo $status > "$0/status"
    trap '' INT QUIT TSTP
    exec sleep infinity
    """

  private func start(_ launch: Launch) throws {
    let settings = """
      set-option -g history-limit \(launch.scrollbackLimit)
      set-option -g default-terminal screen-256color
      set-option -g status off
      set-option -s escape-time 0

      """
    try files.write(settings.utf8, to: "settings")
    var arguments = ["-u", "-f", files.path(of: "settings"), "new-session", "-d"]
    arguments += ["-x", "\(launch.columns)", "-y", "\(launch.rows)", "-c", directory.path]
    for (name, value) in launch.environment { arguments += ["-e", "\(name)=\(value)"] }
    try tmux(arguments + ["sh", "-c", Self.wrapper, files.path] + launch.arguments)
    try tmux("pipe-pane", "-O", "exec cat >> '\(files.path(of: "written"))'")
    // Remembered by tmux if the command does not wait for it yet.
    try tmux("wait-for", "-S", "start")
  }

  /// Types text as it is, without Enter.
  public func type(_ text: String) throws {
    var rest = Substring(text)
    // tmux takes no command of more than 16 KiB.
    while !rest.isEmpty {
      try tmux("send-keys", "-l", "--", String(rest.prefix(1000)))
      rest = rest.dropFirst(1000)
    }
  }

  /// Presses keys by tmux's names: `Enter`, `Tab`, `C-c`, `M-b`, `Up`, `BSpace`.
  public func press(_ keys: String...) throws { try tmux(["send-keys", "--"] + keys) }

  /// Pastes text as a terminal does: newlines as carriage returns, in brackets if the command has
  /// asked for them.
  public func paste(_ text: String) throws {
    try tmux(["load-buffer", "-"], input: Array(text.utf8))
    try tmux("paste-buffer", "-p", "-d")
  }

  /// Gives the terminal another size, of which the command is told by SIGWINCH.
  public func resize(columns: Int, rows: Int) throws {
    try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// Where the cursor stands, from 0.
  public func cursor() throws -> (column: Int, row: Int) {
    let text = try tmux("display-message", "-p", "#{cursor_x} #{cursor_y}")
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard numbers.count == 2 else { throw TestError("tmux tells no cursor: \(text)") }
    return (numbers[0], numbers[1])
  }

  /// What stands on the screen, without spaces at the ends of lines and without the empty lines
  /// below.
  ///
  /// `joiningWrappedLines` makes one line of what was too long for a row; `withAttributes` has
  /// colours as escape sequences.
  public func screen(
    joiningWrappedLines: Bool = false, withAttributes: Bool = false
  ) throws -> String {
    try capture(["-p"], joiningWrappedLines, withAttributes)
  }

  /// What stands on the screen and what has left it at its top.
  public func scrollback(joiningWrappedLines: Bool = false) throws -> String {
    try capture(["-p", "-S", "-", "-E", "-"], joiningWrappedLines, false)
  }

  private func capture(
    _ options: [String], _ joins: Bool, _ hasAttributes: Bool
  ) throws -> String {
    let more = (joins ? ["-J"] : []) + (hasAttributes ? ["-e"] : [])
    var lines = try tmux(["capture-pane"] + options + more)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String { try tmux(arguments) }

  /// Runs one of tmux's commands and returns what it printed.
  @discardableResult
  private func tmux(_ arguments: [String], input: [UInt8]? = nil) throws -> String {
    // A semicolon at the end of a word would end the command.
    let words = arguments.map { $0.hasSuffix(";") ? "\($0.dropLast())\\;" : $0 }
    var launch = ChildProgram.Launch(["tmux", "-S", files.path(of: "server")] + words)
    launch.environment = environment
    if input != nil { launch.input = .pipe }
    let program = try ChildProgram(launch, name: "tmux")
    if let input { try program.feed(input) }
    program.closeInput()
    guard try program.status() == 0 else {
      let said = String(decoding: program.contents(of: .error), as: UTF8.self)
      throw TestError("tmux \(arguments.joined(separator: " ")): \(said)")
    }
    return String(decoding: program.contents(of: .output), as: UTF8.self)
  }

  /// Ours, without what a person or an outer tmux has set.
  private var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    let unwanted = [
      "TMUX", "TMUX_PANE", "INPUTRC", "NO_COLOR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "LANG",
    ]
    for name in unwanted { environment[name] = nil }
    environment["LC_ALL"] = "C.UTF-8"
    environment["HOME"] = directory.path
    environment["SHELL"] = "/bin/sh"
    // On a terminal, Swift's own report of a crash would wait for a key.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    return environment
  }
}
