/// Names of the ASCII bytes that formats are made of.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0a
  static let carriageReturn: UInt8 = 0x0d
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let backslash: UInt8 = 0x5c
  static let delete: UInt8 = 0x7f

  /// Tells whether a byte is a graphic ASCII character or the space.
  @inline(__always)
  static func isPrintable(_ byte: UInt8) -> Bool {
    byte &- space < delete &- space
  }
}
