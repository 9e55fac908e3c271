import ByteText
import Glibc
import Scripting
import Sockets
import SystemPackage

/// What a user has set for the prompt, and the endpoints that he has given names.
///
/// What is nil was not said.
struct Configuration: Sendable, Equatable {
  var color: ColorChoice?
  var prompt: String?
  var newline: Newline?
  /// How many lines a history file keeps.
  var historySize = 1000
  var showsTimestamps: Bool?
  var secretPatterns: [SecretPattern] = []
  var aliases: [Alias] = []

  /// A regular expression that is yet to be understood.
  struct SecretPattern: Sendable, Equatable {
    let text: String
    /// File and line, for the message when it is none.
    let place: String
  }

  /// A name for an endpoint.
  struct Alias: Sendable, Equatable {
    /// Without the `@`.
    let name: String
    /// The endpoint in one word, or host and port in two.
    let words: [String]
  }

  private static let sizeLimit = 1024 * 1024

  /// Reads the user's file; one that is not there says nothing.
  ///
  /// - Throws: ``UsageError`` that names the file, and the line if it is one.
  static func load(_ directories: UserDirectories = .current) throws(UsageError) -> Configuration {
    guard let path = directories.configurationFile else { return Configuration() }
    guard let lines = try userLines(path, limit: sizeLimit) else { return Configuration() }
    var reader = ConfigurationReader(path: path)
    for (index, line) in lines.enumerated() { try reader.read(line[...], number: index + 1) }
    return reader.configuration
  }

  /// What an alias such as `@mail` stands for.
  ///
  /// - Throws: ``UsageError`` if there is none of that name, or it stands for another one.
  func words(of alias: String, in directories: UserDirectories) throws(UsageError) -> [String] {
    guard let found = aliases.first(where: { "@" + $0.name == alias }) else {
      let near = nearestName(to: alias, among: aliases.map { "@" + $0.name })
      throw UsageError(
        "unknown alias \"" + safeLine(alias) + "\"",
        hint: near.map { "did you mean " + $0 + "?" }
          ?? directories.configurationFile.map { safeLine($0) + ": @NAME = HOST:PORT" })
    }
    if let first = found.words.first, first.hasPrefix("@") {
      throw UsageError(safeLine(alias) + " stands for another alias, " + safeLine(first))
    }
    return found.words
  }
}

/// The lines of a file that a user writes; nil if there is none.
///
/// - Throws: ``UsageError`` if it cannot be read, is too large, or is no UTF-8.
func userLines(_ path: String, limit: Int) throws(UsageError) -> [String]? {
  let bytes: [UInt8]
  do throws(Errno) {
    bytes = try TextFile.bytes(of: path, limit: limit + 1)
  } catch {
    if error == .noSuchFileOrDirectory { return nil }
    throw UsageError("read " + safeLine(path) + ": " + String(cString: strerror(error.rawValue)))
  }
  guard bytes.count <= limit else {
    throw UsageError(safeLine(path) + ": more than " + String(limit / 1024) + " KiB")
  }
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  if let wrong = lines.firstIndex(where: { !isValidUTF8(Array($0).span.bytes) }) {
    throw UsageError(safeLine(path) + ": line " + String(wrong + 1) + ": not UTF-8")
  }
  return lines.map { String(decoding: $0, as: UTF8.self) }
}
