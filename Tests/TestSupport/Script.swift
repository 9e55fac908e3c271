/// An end-to-end test as a text: statements, one a line, and the files they need.
///
/// ```
/// # what this phase shows
/// sockcat listen -v 127.0.0.1:0 < greeting &server&
/// port server
/// sockcat connect 127.0.0.1:$PORT
/// stdout-is "hello\n"
/// wait server
/// -- greeting --
/// hello
/// ```
///
/// ``ScriptRunner`` lists the statements.
public struct Script: Sendable {
  /// The file name, which reports begin with.
  public let name: String

  struct Line: Sendable {
    let number: Int
    let text: String
    var isComment: Bool { text.hasPrefix("#") }
  }

  /// The comments and statements, without blank lines.
  let lines: [Line]
  /// The files to write before the first statement, byte for byte.
  let files: [(name: String, content: [UInt8])]

  /// Takes a text apart at its `-- name --` lines.
  public init(name: String, text: [UInt8]) {
    self.name = name
    var lines: [Line] = []
    var files: [(name: String, content: [UInt8])] = []
    for (index, bytes) in text.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let line = String(decoding: bytes, as: UTF8.self)
      if line.hasPrefix("-- "), line.hasSuffix(" --"), line.utf8.count > 6 {
        files.append((String(line.dropFirst(3).dropLast(3)), []))
      } else if let last = files.indices.last {
        files[last].content += bytes + [10]
      } else if line.contains(where: { !$0.isWhitespace }) {
        lines.append(Line(number: index + 1, text: line))
      }
    }
    // The last piece is what follows the last line end, so it has none itself.
    if let last = files.indices.last { _ = files[last].content.popLast() }
    self.lines = lines
    self.files = files
  }
}
