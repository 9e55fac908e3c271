/// Keys that are typed unseen: only what makes a line, moves in it and ends it.
///
/// readline would keep what is cut from the line, to be put back into one that is seen; so nothing
/// of what cuts, recalls or completes reaches it. Sequences of other keys may be cut anywhere.
struct SecretKeys: Sendable {
  /// The beginning of a sequence, from its ESC on.
  private var sequence: [UInt8] = []
  /// Whether the next key belongs to a `^X` before it, and is none of its own.
  private var isBehindPrefix = false

  /// Left, Right, Home, End and Delete, as terminals send them.
  private static let moves = Set(
    ["[C", "[D", "[H", "[F", "OC", "OD", "OH", "OF", "[1~", "[3~", "[4~", "[7~", "[8~"].map {
      [0x1b] + Array($0.utf8)
    })

  /// What is to be done with keys, in order.
  enum Step: Equatable {
    case keys([UInt8])
    /// Empty the line: `^U`, `^W`, `^K`.
    case clear
    /// Erase the word before the cursor, and keep it nowhere: Meta and Backspace.
    case eraseWord
  }

  /// Takes keys as they were typed.
  mutating func take(_ bytes: [UInt8]) -> [Step] {
    var steps: [Step] = []
    var keys: [UInt8] = []
    for byte in bytes {
      if isBehindPrefix {
        isBehindPrefix = false
        // Another sequence may stand behind the prefix.
        if byte == 0x1b { sequence = [byte] }
        continue
      }
      if !sequence.isEmpty {
        if sequence.count == 1, byte == 0x7f || byte == 0x08 {
          sequence = []
          steps += keys.isEmpty ? [.eraseWord] : [.keys(keys), .eraseWord]
          keys = []
        } else {
          keys += finished(with: byte)
        }
        continue
      }
      switch byte {
      case 0x18: isBehindPrefix = true
      case 0x1b: sequence = [byte]
      case 0x15, 0x17, 0x0b:
        steps += keys.isEmpty ? [.clear] : [.keys(keys), .clear]
        keys = []
      // ^A ^B ^D ^E ^F move and delete one character.
      case 0x20..., 0x01, 0x02, 0x04, 0x05, 0x06, 0x08, 0x0a, 0x0d: keys.append(byte)
      default: continue
      }
    }
    return steps + (keys.isEmpty ? [] : [.keys(keys)])
  }

  /// The sequence, if the byte ends it and it only moves; nothing otherwise.
  private mutating func finished(with byte: UInt8) -> [UInt8] {
    sequence.append(byte)
    // ESC [ and ESC O begin a sequence; ESC and another key is one already.
    let begins = sequence.count == 2 && (byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O"))
    let isWhole = sequence.count == 2 || 0x40...0x7e ~= byte || sequence.count > 16
    if begins || !isWhole { return [] }
    defer { sequence = [] }
    return Self.moves.contains(sequence) ? sequence : []
  }
}
