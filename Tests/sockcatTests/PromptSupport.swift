import TestSupport

/// Runs sockcat in a terminal and a peer of the test's own that it has connected to.
///
/// In the arguments, `PORT` is where the peer listens. The body begins when the prompt can be seen.
func atPrompt(
  _ arguments: [String] = ["connect", "127.0.0.1:PORT"],
  changing: (inout TmuxTerminal.Launch) -> Void = { _ in },
  _ body: @escaping @Sendable (TmuxTerminal, TestPeer) throws -> Void
) async throws {
  var launch = TmuxTerminal.Launch([])
  changing(&launch)
  try await blocking { [launch] in
    let peer = try TestPeer()
    var launch = launch
    launch.arguments =
      [ScriptTests.sockcat] + arguments.map { $0.replacing("PORT", with: "\(peer.port)") }
    let terminal = try TmuxTerminal(launch)
    defer { terminal.end() }
    try peer.accept()
    try terminal.waitFor(">")
    try body(terminal, peer)
  }
}

/// Runs what blocks on a thread of its own.
func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await onThread { Result { try body() } }.get()
}

/// Runs a command in a terminal, on the caller's thread.
func withTerminal(
  _ arguments: [String], changing: (inout TmuxTerminal.Launch) -> Void = { _ in },
  _ body: (TmuxTerminal) throws -> Void
) throws {
  var launch = TmuxTerminal.Launch(arguments)
  changing(&launch)
  let terminal = try TmuxTerminal(launch)
  defer { terminal.end() }
  try body(terminal)
}

extension TmuxTerminal {
  /// Types a line and Enter.
  func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Waits until the screen ends so.
  func waitForEnd(_ text: String, within limit: Duration = .seconds(15)) throws {
    try waitUntil("it ends with '\(text)'", within: limit) { $0.hasSuffix(text) }
  }

  /// Waits until the command has rung.
  func waitForBell() throws {
    try waitUntil("the bell has rung") { _ in try written().contains(7) }
  }

  /// What the command has written so far, as text.
  func writtenText() throws -> String { String(decoding: try written(), as: UTF8.self) }
}

extension TmuxTerminal {
  /// The first line of a file in its directory, once it is there.
  func line(of file: String, within limit: Duration = .seconds(15)) throws -> String {
    var line: Substring?
    try waitUntil("\(file) has a line", within: limit) { _ in
      // It is not there at first.
      let text = String(decoding: (try? directory.read(file)) ?? [], as: UTF8.self)
      line = text.split(separator: "\n", omittingEmptySubsequences: false).first
      return text.contains("\n")
    }
    return String(line ?? "")
  }
}
