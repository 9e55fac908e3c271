import Scripting
import TestSupport
import Testing

/// What a run says of a peer that says a secret again, hunter22.
@Suite struct SecretRunTests {
  private static func talk(
    _ script: String, _ pieces: [String], logs: Bool = false
  ) async throws -> ScriptTalk {
    try await onLoop { loop in
      try await ScriptTalk.run(
        script, against: pieces.map { Array($0.utf8) }, secret: Array("hunter22".utf8), logs: logs,
        on: loop)
    }
  }

  @Test(
    arguments: [
      ("expect line", ["is hunter22.\n"], [#"< "is ********.\n""#]),
      ("expect \"hunter\"\nexpect line", ["is hunter22.\n"], [#"< "is ******""#, #"< "**.\n""#]),
      (
        "repeat 10 {\n expect bytes 1\n}", ["a", "hun", "t", "er22", "b"],
        [#"< "a""#] + Array(repeating: #"< "*""#, count: 8) + [#"< "b""#]
      ),
      // What has come already tells that it is none; what comes later cannot.
      ("expect bytes 4", ["hunger\n"], [#"< "hung""#]),
      ("expect bytes 3", ["hunger\n"], [#"< "hun""#]),
      ("expect bytes 3", ["hun"], [#"< "***""#]),
    ])
  func `a log shows no part of a secret, however it is taken`(
    script: String, pieces: [String], lines: [String]
  ) async throws {
    let talk = try await Self.talk(script, pieces, logs: true)
    #expect(talk.outcome == "passed")
    #expect(talk.logged.filter { $0.hasPrefix("<") } == lines)
  }

  @Test(
    arguments: [
      ("expect \"no\"", ["is hunter22\n"], "is ********\n"),
      ("expect \"hunt\"\nexpect \"no\"", ["is hunter22 yes\n"], "**** yes\n"),
      ("expect \"no\"", ["is hunt"], "is ****"),
      ("expect bytes 3\nexpect \"no\"", ["is hunger"], "hunger"),
    ])
  func `a report shows no part of a secret, whatever came before`(
    script: String, pieces: [String], received: String
  ) async throws {
    let expected = try #require(try await Self.talk(script, pieces).failure?.expected)
    #expect(String(decoding: expected.received, as: UTF8.self) == received)
  }

  @Test func `what is passed over until an end shows no part of a secret`() async throws {
    let talk = try await Self.talk("expect reset", ["is hunt", "er22, ", "and hunter22"])
    let expected = try #require(talk.failure?.expected)
    // How much of it came last is a matter of the turns.
    #expect(
      "is ********, and ********".hasSuffix(String(decoding: expected.received, as: UTF8.self)))
    #expect(expected.received.count >= 4 && expected.receivedCount == 25)
  }

  @Test func `a secret that begins in what is alike is shown in neither`() async throws {
    let script = "expect \"pass ${given}!\""
    let other = try await Self.talk(script, ["pass hundred\n"])
    let otherMiss = try #require(other.failure?.expected?.nearMiss)
    #expect(otherMiss.matchedCount == 8)
    #expect(String(decoding: otherMiss.expected, as: UTF8.self) == "*****!")
    #expect(String(decoding: otherMiss.received, as: UTF8.self) == "dred\n")
    let end = try await Self.talk("expect \"with\"", ["wixx"])
    #expect(end.failure?.expected?.nearMiss?.expected == Array("th".utf8))
    let cut = try await Self.talk("expect \"pass h?\"", ["pass hunter22\n"])
    let cutMiss = try #require(cut.failure?.expected?.nearMiss)
    #expect(String(decoding: cutMiss.received, as: UTF8.self) == "*******\n")
  }
}
