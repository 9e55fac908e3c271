/// Bytes to be sent, shown or expected.
package enum Value: Sendable, Hashable {
  case text([TextPart])
  case hex([UInt8])
  /// A file's content; the path is as it was written, with its `~/`.
  case file(String)
  /// Text, and behind it the newline in force.
  case line([TextPart])
  /// A number in so many bytes.
  case integer(IntegerFormat, Expression)
  /// How many bytes something has, in decimal digits.
  case length(of: Expression)
  /// Hex digits with `??` for bytes that may be any; only where something is expected.
  case mask([UInt8?])
}

/// How a number is written in binary.
package struct IntegerFormat: Sendable, Hashable {
  /// 1, 2, 4 or 8.
  package let byteCount: Int
  /// The lowest byte first.
  package let isLittleEndian: Bool

  /// So many bytes, in an order.
  package init(byteCount: Int, isLittleEndian: Bool = false) {
    self.byteCount = byteCount
    self.isLittleEndian = isLittleEndian
  }
}
