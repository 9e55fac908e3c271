import ByteText
import Sockets

/// The words that people say in a protocol, for completion.
///
/// They stand in lists of one word or phrase a line. A tilde at the end of a line stands for a space
/// that could not be seen there: something follows.
struct ProtocolWords: Sendable {
  /// As they are typed, those of a user's own list last.
  let words: [String]

  /// Takes the built-in list of a name, and what the user's file of that name adds.
  ///
  /// - Throws: ``UsageError`` if there is neither, or the file cannot be understood.
  init(protocol name: String, directory: String?) throws(UsageError) {
    let builtIn = Self.lists.first { $0.name == name }?.text
    let own = try Self.ownList(name, directory)
    guard builtIn != nil || own != nil else {
      let names = Self.names(in: directory)
      throw UsageError(
        "unknown protocol \"" + safeLine(name) + "\"",
        hint: nearestName(to: name, among: names).map { "did you mean " + $0 + "?" }
          ?? names.joined(separator: ", "))
    }
    let lines = (builtIn ?? "").split(separator: "\n").map { Self.word($0) } + (own ?? [])
    var seen: Set<String> = []
    words = lines.filter { seen.insert($0).inserted }
  }

  /// Those of the built-in lists, then those that the user's files add.
  static func names(in directory: String?) -> [String] {
    let builtIn = lists.map(\.name)
    let own = directory.map { TextFile.names(in: $0) } ?? []
    return builtIn + own.filter { isName($0) && !builtIn.contains($0) }.sorted()
  }

  /// The one that is spoken at a port.
  static func name(forPort port: UInt16) -> String? {
    lists.first { $0.ports.contains(port) }?.name
  }

  private static let lists: [(name: String, ports: [UInt16], text: String)] = [
    ("http", [80, 8080, 8000], http), ("smtp", [25, 465, 587], smtp), ("imap", [143, 993], imap),
    ("pop3", [110, 995], pop3), ("ftp", [21], ftp), ("redis", [6379], redis),
    ("memcached", [11211], memcached), ("irc", [6667, 6697], irc), ("nntp", [119, 563], nntp),
  ]

  // MARK: A user's own

  private static let sizeLimit = 1024 * 1024

  private static func ownList(
    _ name: String, _ directory: String?
  ) throws(UsageError) -> [String]? {
    // What is no name could lead out of the directory.
    guard let directory, isName(name) else { return nil }
    let path = directory + "/" + name
    guard let lines = try userLines(path, limit: sizeLimit) else { return nil }
    var words: [String] = []
    for (index, line) in lines.enumerated() {
      let text = trimmed(line[...])
      if text.isEmpty || text.hasPrefix("#") { continue }
      guard safeLine(String(text)) == text else {
        throw UsageError(
          safeLine(path) + ": line " + String(index + 1) + ": a control character")
      }
      words.append(word(text))
    }
    return words
  }

  private static func word(_ line: Substring) -> String {
    line.hasSuffix("~") ? line.dropLast() + " " : String(line)
  }

  /// Whether it can name a list, and only that.
  private static func isName(_ name: String) -> Bool {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.isASCII
        && ($0.properties.isAlphabetic || $0.properties.numericType != nil
          || "-_.+".unicodeScalars.contains($0))
    }
    return isPlain && !name.isEmpty && !name.hasPrefix(".")
  }
}
