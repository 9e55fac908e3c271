// The argument parser takes three things of Foundation: to ask an error for its description, and to
// write its own description of the program as JSON. Linked statically, that is five megabytes. The
// Makefile compiles this module, which has those three things alone, and puts it where the compiler
// looks first; a parser that comes to use more does not compile. `swift build` takes Foundation.

/// An error with a text of its own.
///
/// Ours have `description`; nothing conforms to it.
public protocol LocalizedError: Error {
  var errorDescription: String? { get }
}

/// What an encoder has written.
public struct Data: Sendable {
  let bytes: [UInt8]
}

extension String {
  /// How characters are bytes.
  public enum Encoding: Sendable {
    case utf8
  }

  /// - Returns: nil if the bytes are not UTF-8.
  public init?(data: Data, encoding: Encoding) {
    self.init(validating: data.bytes, as: UTF8.self)
  }
}
