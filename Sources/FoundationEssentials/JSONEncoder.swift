/// Writes any value as JSON: indented, its members in the order of their names.
///
/// That is the one format that the argument parser asks for.
public final class JSONEncoder {
  /// How the text looks.
  public struct OutputFormatting: OptionSet, Sendable {
    /// One member a line, indented.
    public static let prettyPrinted = OutputFormatting(rawValue: 1)
    /// Members in the order of their names.
    public static let sortedKeys = OutputFormatting(rawValue: 2)

    /// One bit each.
    public let rawValue: UInt

    /// Takes the bits.
    public init(rawValue: UInt) { self.rawValue = rawValue }
  }

  /// To be set before encoding.
  public var outputFormatting: OutputFormatting = []

  /// Makes an encoder that has not been asked for a format yet.
  public init() {}

  /// Writes the value as UTF-8.
  public func encode<Value: Encodable>(_ value: Value) throws -> Data {
    precondition(outputFormatting == [.prettyPrinted, .sortedKeys])
    return Data(bytes: Array(try JSONValue(encoding: value, at: []).text(indentation: "").utf8))
  }
}
