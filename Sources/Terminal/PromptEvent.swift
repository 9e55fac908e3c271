/// What a person did at the prompt.
package enum PromptEvent: Sendable, Hashable {
  /// A line, without its newline.
  case line(TypedLine)
  /// `^D` on an empty line.
  case endOfInput
  /// The terminal is gone.
  case hangUp
}

/// A line that a person entered.
package struct TypedLine: Sendable, Hashable {
  /// Without its newline.
  package var bytes: [UInt8]
  /// Whether it is text, whatever it looks like: a slash at its beginning was not typed by key.
  package var isText = false
  /// Whether it was typed unseen: then it goes into no dump, record or history.
  package var isSecret = false

  /// A line.
  package init(_ bytes: [UInt8], isText: Bool = false, isSecret: Bool = false) {
    self.bytes = bytes
    self.isText = isText
    self.isSecret = isSecret
  }
}
