import Glibc

/// What went wrong in a helper of the tests, as a sentence for the person who reads the report.
public struct TestError: Error, Equatable, CustomStringConvertible {
  /// The sentence, lower case and without a full stop.
  public let description: String

  /// Creates an error from its sentence.
  public init(_ description: String) { self.description = description }

  /// Creates an error from what was tried and the system's own words for `errno`.
  init(couldNot operation: String, _ code: Int32 = errno) {
    self.init("cannot \(operation): \(String(cString: strerror(code)))")
  }
}
