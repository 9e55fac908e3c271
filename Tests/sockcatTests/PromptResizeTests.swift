import TestSupport
import Testing

/// The line stays whole when the terminal gets another size while it is typed.
@Suite(.timeLimit(.minutes(10))) struct PromptResizeTests {
  private static let line = (0..<30).map { "w\(100 + $0)" }.joined(separator: " ")

  /// What stands in the rows of a terminal so wide.
  private func rows(_ text: String, _ columns: Int) -> String {
    var rows: [String] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      let row = rest.prefix(columns)
      rows.append(String(row.reversed().drop { $0 == " " }.reversed()))
      rest = rest.dropFirst(columns)
    }
    return rows.joined(separator: "\n")
  }

  private func expectLine(
    _ text: String, cursor: Int, in columns: Int, of terminal: TmuxTerminal, above: String
  ) throws {
    let line = rows("> " + text, columns)
    // A terminal may also scroll when it becomes narrower.
    try terminal.waitUntil("there is '\(line)' alone") { _ in
      try terminal.scrollback() == above + line
    }
    let screen = try terminal.screen()
    #expect(screen.hasSuffix(line))
    let rowsAbove = screen.dropLast(line.count).split(separator: "\n").count
    let place = 2 + cursor
    let (column, row) = try terminal.cursor()
    #expect([column, row] == [place % columns, rowsAbove + place / columns])
  }

  @Test(arguments: [0, 37, 38, 100, 149])
  func `a line survives a narrow terminal and back`(cursor: Int) async throws {
    try await atPrompt {
      ($0.columns, $0.rows) = (200, 24)
    } _: { terminal, peer in
      // A screen that is not full is scrolled by tmux, and its top cannot be drawn anew.
      var above = (0..<30).map { "above \($0)\n" }.joined()
      try peer.send(above)
      try terminal.waitFor("above 29")
      try terminal.type(Self.line)
      try terminal.press("C-a")
      // A numeric argument: so many characters forward.
      for digit in String(cursor) { try terminal.press("M-\(digit)") }
      try terminal.press("C-f")
      try expectLine(Self.line, cursor: cursor, in: 200, of: terminal, above: above)
      try terminal.resize(columns: 40, rows: 24)
      try expectLine(Self.line, cursor: cursor, in: 40, of: terminal, above: above)
      try terminal.type("+")
      let edited = Self.line.prefix(cursor) + "+" + Self.line.dropFirst(cursor)
      try expectLine(String(edited), cursor: cursor + 1, in: 40, of: terminal, above: above)
      try peer.send("above 30\n")
      above += "above 30\n"
      try expectLine(String(edited), cursor: cursor + 1, in: 40, of: terminal, above: above)
      try terminal.resize(columns: 200, rows: 24)
      try expectLine(String(edited), cursor: cursor + 1, in: 200, of: terminal, above: above)
      try terminal.press("Enter")
      try peer.waitFor(edited + "\n")
    }
  }

  @Test func `an unfinished line longer than the screen is not repeated`() async throws {
    try await atPrompt {
      ($0.columns, $0.rows) = (40, 8)
    } _: { terminal, peer in
      for part in 0..<30 {
        try peer.send("part \(100 + part), a piece of a long line, ")
        try terminal.waitForMatch(of: "part \(100 + part)", joiningWrappedLines: true)
      }
      try terminal.type("typed")
      try terminal.waitForMatch(of: "typed$", joiningWrappedLines: true)
      let all = try terminal.scrollback().replacing("\n", with: "")
      for part in 0..<30 { #expect(all.split(separator: "part \(100 + part)").count == 2) }
    }
  }
}
