import ByteText

/// What is wrong with a script, a command or a pattern, and where.
package struct ScriptError: Error, Sendable, Hashable {
  /// In lower case, without a full stop.
  package let message: String
  /// Counted from 1.
  package let line: Int
  /// Counted from 1, in characters: Unicode's code points.
  package let column: Int
  /// The whole line, without its end.
  package let sourceLine: String
  /// What could be typed instead.
  package var hint: String?

  /// An error at a place.
  package init(
    _ message: String, line: Int, column: Int, sourceLine: String, hint: String? = nil
  ) {
    self.message = message
    self.line = line
    self.column = column
    self.sourceLine = sourceLine
    self.hint = hint
  }

  /// The line, and below it a caret under the character that is meant.
  ///
  /// Tabs stand in both lines, so that the caret is right at any tab width. What could act on a
  /// terminal is escaped, and the caret moves with it.
  package var excerpt: String {
    var shown = ""
    var below = ""
    for (index, character) in sourceLine.unicodeScalars.enumerated() {
      let text = character == "\t" ? "\t" : safeLine(String(character))
      shown += text
      guard index < column - 1 else { continue }
      below += text == "\t" ? "\t" : String(repeating: " ", count: columns(of: text))
    }
    return shown + "\n" + below + "^"
  }

  /// Place, message and excerpt, as they stand on the screen; no newline at the end.
  package func rendered(in file: String? = nil) -> String {
    let place = file.map { safeLine($0) + ":" + String(line) + ":" + String(column) + ": " } ?? ""
    return place + message + "\n" + excerpt
  }

  /// How wide a terminal shows what stands for one character.
  private func columns(of text: String) -> Int {
    guard text.unicodeScalars.count == 1, let character = text.unicodeScalars.first else {
      return text.unicodeScalars.count
    }
    switch character.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return isWide(character.value) ? 2 : 1
    }
  }

  /// Tells whether a character belongs to the blocks that East Asian text and emoji fill.
  private func isWide(_ character: UInt32) -> Bool {
    switch character {
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
      0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}

extension ScriptError: CustomStringConvertible {
  /// The error in one line, ready to stand behind a subject.
  package var description: String {
    "line " + String(line) + ", column " + String(column) + ": " + message
  }
}
