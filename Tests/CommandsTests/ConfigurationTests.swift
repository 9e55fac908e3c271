import Glibc
import Sockets
import TestSupport
import Scripting
import Testing

@testable import Commands

/// A home with one configuration file.
struct ConfiguredHome {
  let directory: TemporaryDirectory
  let directories: UserDirectories

  init(_ text: String? = nil) throws { try self.init(bytes: text.map { Array($0.utf8) }) }

  init(bytes: [UInt8]?) throws {
    let directory = try TemporaryDirectory()
    if let bytes { try directory.write(bytes, to: ".config/sockcat/config") }
    self.directory = directory
    directories = UserDirectories { $0 == "HOME" ? directory.path : nil }
  }

  func load() throws(UsageError) -> Configuration {
    // The files are there as long as their directory is somebody's.
    defer { withExtendedLifetime(directory) {} }
    return try Configuration.load(directories)
  }

  var file: String { directory.path(of: ".config/sockcat/config") }
}

@Suite struct ConfigurationTests {
  private func load(_ text: String) throws -> Configuration {
    try ConfiguredHome(text).load()
  }

  @Test func `each name sets its value`() throws {
    let configuration = try load(
      """
      # mine
      color = never
      \tprompt = {peer} >\u{20}
        newline=crlf\r
      history-size = 0

      timestamps = on
      secret-pattern = (?i)geheim[^\\n]*:\\s*$
      secret-pattern = "\\u00e9 #"   # twice
      @mail = mail.example.org:587
      @two = mail.example.org   25
      @path = "unix:/tmp/with space"
      """)
    #expect(configuration.color == .never)
    #expect(configuration.prompt == "{peer} >")
    #expect(configuration.newline == .crlf)
    #expect(configuration.historySize == 0)
    #expect(configuration.showsTimestamps == true)
    #expect(configuration.secretPatterns.map(\.text) == ["(?i)geheim[^\\n]*:\\s*$", "é #"])
    #expect(configuration.secretPatterns[1].place.hasSuffix("/.config/sockcat/config: line 9"))
    #expect(configuration.aliases.map(\.name) == ["mail", "two", "path"])
    #expect(configuration.aliases[1].words == ["mail.example.org", "25"])
    #expect(configuration.aliases[2].words == ["unix:/tmp/with space"])
  }

  @Test(
    arguments: [
      ("prompt = \"\"", ""), ("prompt = \"> \"", "> "), ("prompt = a # b", "a # b"),
      (#"prompt = "\e[1m\"\\""#, "\u{1b}[1m\"\\"), ("prompt = =", "="), (#"prompt = a"b"#, "a\"b"),
    ])
  func `a value is the rest of the line, or quoted`(line: String, prompt: String) throws {
    #expect(try load(line).prompt == prompt)
  }

  @Test func `what is not said has its default`() throws {
    #expect(try load("") == Configuration())
    #expect(try ConfiguredHome().load() == Configuration())
    #expect(try Configuration.load(UserDirectories { _ in nil }) == Configuration())
    #expect(Configuration().historySize == 1000)
  }

  private static let mistakes: [(String, String, String?)] = [
    ("colr = auto", "unknown name \"colr\"", "did you mean color = VALUE?"),
    (
      "frob = 1", "unknown name \"frob\"",
      "color, prompt, newline, history-size, timestamps, secret-pattern, @NAME"
    ),
    ("color auto", "a line is NAME = VALUE", "did you mean color = VALUE?"),
    ("color =", "a value is missing", "NAME = VALUE, or NAME = \"\""),
    ("color = blue", "color: \"blue\" is not understood", "auto, always, never"),
    ("color = alway", "color: \"alway\" is not understood", "did you mean always?"),
    ("newline = CRLF", "newline: \"CRLF\" is not understood", "lf, crlf, cr, none"),
    ("timestamps = yes", "timestamps: \"yes\" is not understood", "on, off"),
    ("history-size = 100001", "history-size: a number from 0 to 100000 is needed", nil),
    ("history-size = -1", "history-size: a number from 0 to 100000 is needed", nil),
    ("history-size = \"\"", "history-size: a number from 0 to 100000 is needed", nil),
    ("secret-pattern = \"\"", "a pattern is missing", nil),
    ("prompt = \"a", "a quote is not closed", nil),
    ("prompt = \"a\" b", "more behind the closing quote", #"\" for a quote inside"#),
    (#"prompt = "\q""#, #"unknown escape "\q""#, nil),
    (#"prompt = "\xff""#, "the value is not UTF-8", nil),
    ("prompt = a\nprompt = b", "\"prompt\" stands in line 2 already", nil),
    ("@a = b:1\n@a = b:2", "\"@a\" stands in line 2 already", nil),
    ("@ = b:1", "\"@\" is no alias", "its name has letters, digits, -, _ and ."),
    ("@a/b = b:1", "\"@a/b\" is no alias", "its name has letters, digits, -, _ and ."),
    ("@a = b c d", "@a: an endpoint is one word, or host and port", nil),
    ("@a = \"\"", "an endpoint is missing", nil),
    ("\u{1b}[2J = 1", "unknown name \"\\x1b[2J\"", nil),
  ]

  @Test(arguments: mistakes)
  func `a mistake names file, line and what is wrong`(
    text: String, message: String, hint: String?
  ) throws {
    let home = try ConfiguredHome("# first\n" + text)
    let error = #expect(throws: UsageError.self) { try home.load() }
    let line = text.contains("\n") ? 3 : 2
    #expect(error?.message == home.file + ": line \(line): " + message)
    if let hint { #expect(error?.hint == hint) }
  }

  @Test func `a file that is not to be read is a mistake`() throws {
    let large = try ConfiguredHome(bytes: [UInt8](repeating: 0x23, count: 1024 * 1024 + 1))
    #expect(throws: UsageError(large.file + ": more than 1024 KiB")) {
      try large.load()
    }
    let whole = try ConfiguredHome(bytes: [UInt8](repeating: 0x23, count: 1024 * 1024))
    #expect(try whole.load() == Configuration())
    let broken = try ConfiguredHome(bytes: Array("# a\n# ".utf8) + [0xff])
    #expect(throws: UsageError(broken.file + ": line 2: not UTF-8")) {
      try broken.load()
    }
    let folder = try ConfiguredHome()
    try folder.directory.write([], to: ".config/sockcat/config/x")
    #expect(throws: UsageError("read " + folder.file + ": Is a directory")) {
      try folder.load()
    }
  }
}

@Suite struct AliasTests {
  private let home: ConfiguredHome

  init() throws {
    home = try ConfiguredHome(
      "@mail = mail.example.org:587\n@two = ::1 25\n@host = example.org\n@again = @mail\n"
        + "@path = \"unix:/tmp/a b\"\n@port = 8080")
  }

  private func endpoint(
    _ line: String, _ role: Endpoint.Role = .connect
  ) throws(UsageError) -> Endpoint {
    try Endpoint.planned(words(line), role: role, directories: home.directories)
  }

  @Test(
    arguments: [
      ("@mail", .host("mail.example.org", .number(587))), ("@two", .host("::1", .number(25))),
      ("@host 80", .host("example.org", .number(80))), ("@path", .unix(path: "/tmp/a b")),
    ] as [(String, Endpoint)])
  func `an alias is what it stands for`(line: String, meant: Endpoint) throws {
    #expect(try endpoint(line) == meant)
  }

  @Test func `an alias may be a place to listen`() throws {
    #expect(try endpoint("@port", .listen) == .loopback(.number(8080)))
  }

  @Test(arguments: [
    ("@mial", "unknown alias \"@mial\"", "did you mean @mail?"),
    ("@again", "@again stands for another alias, @mail", nil),
    ("@host", "@host: \"example.org\": a port is missing", "example.org:PORT"),
    (
      "@mail 25", "@mail: \"mail.example.org:587 25\": two ports",
      "mail.example.org:587 or mail.example.org 25"
    ),
    ("@port", "@port: \"8080\": a host is missing", "localhost:8080"),
  ])
  func `what an alias does not stand for is a mistake`(
    line: String, message: String, hint: String?
  ) throws {
    #expect(throws: UsageError(message, hint: hint)) { try endpoint(line) }
  }

  @Test func `an unknown alias is told where they are`() throws {
    #expect(
      throws: UsageError("unknown alias \"@zzz\"", hint: home.file + ": @NAME = HOST:PORT")
    ) { try endpoint("@zzz") }
  }
}

@Suite struct UserDirectoriesTests {
  @Test(
    arguments: [
      (["HOME": "/h"], "/h/.config/sockcat", "/h/.local/state/sockcat"),
      (
        ["HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"], "/c/sockcat", "/s/sockcat"
      ),
      (
        ["HOME": "/h", "XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": ""], "/h/.config/sockcat",
        "/h/.local/state/sockcat"
      ),
      (["XDG_CONFIG_HOME": "/c"], "/c/sockcat", nil), (["HOME": "h"], nil, nil), ([:], nil, nil),
    ] as [([String: String], String?, String?)])
  func `only absolute variables count`(
    variables: [String: String], configuration: String?, state: String?
  ) {
    let directories = UserDirectories { variables[$0] }
    #expect(directories.configuration == configuration)
    #expect(directories.state == state)
  }
}

@Suite struct HistoryPlacesTests {
  @Test(arguments: [
    ("localhost:80", "localhost%3a80"), ("unix:/tmp/x", "unix%3a%2ftmp%2fx"), (".", "%2e"),
    ("..", "%2e."), ("", "%"), ("a%3ab", "a%253ab"), ("é", "%c3%a9"), ("A-b_c.d", "A-b_c.d"),
  ])
  func `an endpoint has a file name of its own`(endpoint: String, name: String) {
    #expect(HistoryPlaces.fileName(for: endpoint) == name)
  }

  @Test func `a long endpoint has a short file name of its own`() {
    let first = HistoryPlaces.fileName(for: String(repeating: "/", count: 100))
    let second = HistoryPlaces.fileName(for: String(repeating: "/", count: 101))
    #expect(first != second)
    #expect(first.utf8.count <= 200 && second.utf8.count <= 200)
    #expect(first.prefix(120) == second.prefix(120))
  }

  @Test func `both files are in the state directory`() {
    let places = HistoryPlaces(
      endpoint: "a:1", directories: UserDirectories { $0 == "HOME" ? "/h" : nil })
    #expect(places?.common == "/h/.local/state/sockcat/history")
    #expect(places?.own == "/h/.local/state/sockcat/history.d/a%3a1")
    #expect(HistoryPlaces(endpoint: "a:1", directories: UserDirectories { _ in nil }) == nil)
  }
}
