import Serving
import Sockets
import Testing

@testable import Commands

/// What a command line asks for about clients and programs.
@Suite struct ServingPlanTests {
  private func serving(_ words: [String]) throws -> ConversationPlan.Serving? {
    guard case .listen(let listen) = try plan(["listen", "80"] + words).kind else {
      throw UsageError("another command")
    }
    return listen.serving
  }

  @Test func `one client with the standard streams is no server`() throws {
    #expect(try serving([]) == nil)
    #expect(try serving(["--allow", "10.0.0.1"]) == nil)
    #expect(try serving(["--recv-only", "-x"]) == nil)
  }

  @Test func `an answer without -k is for one client`() throws {
    let serving = try #require(try serving(["--echo"]))
    #expect(!serving.keepsOpen)
    #expect(serving.countLimit == 1)
  }

  @Test(arguments: [
    "-k", "--keep-open", "--broker", "--chat", "--max-clients 9", "--slow-client wait",
  ])
  func `these serve until stopped`(line: String) throws {
    let serving = try #require(try serving(words(line)))
    #expect(serving.keepsOpen)
    #expect(serving.countLimit == nil)
  }

  @Test func `limits are as they were typed`() throws {
    let serving = try #require(
      try serving(words("--exit-after 5 --max-clients 2 --grace 3s --slow-client wait --tag")))
    #expect(serving.keepsOpen && serving.tagsLines)
    #expect(serving.countLimit == 5)
    #expect(serving.clientLimit == 2)
    #expect(serving.grace == .seconds(3))
    #expect(serving.slowClient == .wait)
  }

  private static let programs: [(line: [String], executable: String, arguments: [String])] = [
    (["--", "cat"], "cat", []),
    (["-k", "--", "a", "-k", "--", "b c"], "a", ["-k", "--", "b c"]),
    (["--shell", "a | b"], "/bin/sh", ["-c", "a | b"]),
  ]

  @Test(arguments: programs)
  func `a program is a list of arguments, never parsed again`(
    line: [String], executable: String, arguments: [String]
  ) throws {
    guard case .program(let launch)? = try serving(line)?.answer else {
      Issue.record("no program")
      return
    }
    #expect(launch.executable == executable)
    #expect(launch.arguments == arguments)
  }

  private static let messagePrograms: [(line: [String], boundary: MessageBoundary)] = [
    (["--each", "--", "cat"], .line), (["--shell-each", "cat"], .line),
    (["--shell-each", "cat", "--message", "chunk"], .chunk),
    (["--each", "--message", "line", "--", "cat"], .line),
  ]

  @Test(arguments: messagePrograms)
  func `a program for each message`(line: [String], boundary: MessageBoundary) throws {
    guard case .programPerMessage(_, boundary)? = try serving(line)?.answer else {
      Issue.record("no program for each message")
      return
    }
  }

  @Test(arguments: [["--shell-from-peer"], ["--each", "--shell-from-peer"]])
  func `messages can be commands`(line: [String]) throws {
    #expect(try serving(line)?.answer.isFromPeer == true)
  }

  private static let mistakes: [(line: String, message: String)] = [
    ("listen 1 --echo --chargen", "--echo and --chargen exclude each other"),
    ("listen 1 --shell a --shell-each b", "--shell and --shell-each exclude each other"),
    ("listen 1 --shell a -- b", "--shell and -- b exclude each other"),
    ("listen 1 --each", "--each needs a program"),
    ("listen 1 --message line", "--message needs --respond or --each"),
    ("listen 1 --message line -- cat", "--message needs --respond or --each"),
    ("listen 1 --exec-stderr merge", "--exec-stderr needs a program"),
    ("listen 1 -k --exec-status -- cat", "--keep-open and --exec-status exclude each other"),
    ("listen 1 -k --progress", "--keep-open and --progress exclude each other"),
    ("listen 1 --broker --echo", "--echo and --broker exclude each other"),
    ("listen 1 --chat --input a", "--chat and --input exclude each other"),
    ("listen 1 --discard --data a", "--discard and --data exclude each other"),
    ("listen 1 --echo --output a", "--echo and --output exclude each other"),
    ("listen 1 --echo --recv-only", "--echo and --recv-only exclude each other"),
    ("listen 1 --output-dir a --output b", "--output-dir and --output exclude each other"),
    ("listen 1 --grace 1s", "--grace needs --keep-open"),
    ("listen 1 --max-clients 0", "--max-clients: a number from 1 to 1000000 is needed"),
    ("listen 1 --exit-after 0", "--exit-after: a number from 1 to \(Int.max) is needed"),
    ("listen 1 --respond \\q", "--respond: line 1, column 1: unknown escape \"\\q\""),
    ("listen 1 --allow-user root", "--allow-user needs a Unix endpoint"),
    ("listen 1 --unix-mode 600", "--unix-mode needs a Unix path"),
    ("connect a:1 --input b -- cat", "-- cat and --input exclude each other"),
    ("connect a:1 --recv-only --shell cat", "--shell and --recv-only exclude each other"),
    ("connect a:1 --exec-status", "--exec-status needs a program"),
    ("udp-recv 1 --each", "--each needs a program"),
    ("udp-recv 1 --respond a -- cat", "-- cat and --respond exclude each other"),
  ]

  @Test(arguments: mistakes)
  func `a wrong command line says why`(line: String, message: String) throws {
    let error = #expect(throws: UsageError.self) { try plan(words(line)) }
    #expect(error?.message == message)
  }

  @Test(arguments: [("0600", 0o600), ("666", 0o666), ("0", 0)])
  func `permissions are octal`(text: String, bits: UInt32) throws {
    #expect(try plan(["listen", "unix:a", "--unix-mode", text]).settings.unixMode == bits)
  }

  @Test(arguments: ["8", "rw", "", "07777", "1000", "-1"])
  func `what is no permissions is refused`(text: String) {
    #expect(ModeValue(argument: text) == nil)
  }

  @Test func `a program for each datagram needs no --each`() throws {
    for line in ["udp-recv 1 -- cat", "udp-recv 1 --each -- cat"] {
      guard case .receiveDatagrams(let receive) = try plan(words(line)).kind else { return }
      #expect(receive.program?.executable == "cat")
    }
  }
}
