extension Lexer {
  /// Finds where a word ends; where it begins if there is none.
  func endOfWord(from start: Int) throws(ScriptError) -> Int {
    var index = start
    while index < bytes.count, isInWord(index) {
      index += try characterLength(at: index)
    }
    return index
  }

  /// Letters, digits, what names, numbers, paths and endpoints are written with, and all that is
  /// not ASCII.
  private func isInWord(_ index: Int) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: ":"): isColonInWord(index)
    case let byte: Self.isWordByte(byte)
    }
  }

  /// A colon before a blank stands for itself (`api: send`), elsewhere it is a part (`[::1]:80`).
  private func isColonInWord(_ index: Int) -> Bool {
    guard index + 1 < bytes.count else { return false }
    return bytes[index + 1] == UInt8(ascii: ":") || Self.isWordByte(bytes[index + 1])
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xff:
      true
    default: wordSigns.contains(byte)
    }
  }

  private static let wordSigns = Array("-_./@%+*?[]".utf8)
}
