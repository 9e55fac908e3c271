import TestSupport
import Testing

/// Servers with certificates good and bad, and what `connect --tls` makes of each.
@Suite struct TLSCertificateTests {
  /// A server's certificate, how it is looked at, and what is to be said of it.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Which of the certificates the server shows.
    let certificate: String
    /// Our options; `@` before a name makes it a file among the certificates.
    let options: [String]
    /// What the first message matches; nil if the server is taken.
    var message: String?

    init(_ what: String, _ certificate: String, _ options: String, says message: String? = nil) {
      (testDescription, self.certificate) = (what, certificate)
      self.options = options.split(separator: " ").map(String.init)
      self.message = message
    }
  }

  static let bad: [Case] = [
    Case(
      "expired", "expired", "--tls-ca @root.pem",
      says: "\"CN=expired\" has expired on 2021-03-04 05:06:07 UTC, issued by \"CN=Root of Tests\""),
    Case(
      "not yet valid", "early", "--tls-ca @root.pem",
      says: "\"CN=early\" is not valid before 2090-01-01 00:00:00 UTC, .*; here it is 20"),
    Case(
      "signed by itself", "self", "--tls-ca @root.pem",
      says: "\"CN=self\" is signed by itself and not known here"),
    Case(
      "of an authority that nobody knows", "unknown", "--tls-ca @root.pem",
      says: "\"CN=unknown\" is issued by \"CN=Stranger\", whose certificate was not sent"),
    Case(
      "of an authority that the system does not know", "good", "",
      says: "\"CN=good\" is issued by \"CN=Root of Tests\", .* is not known here"),
    Case(
      "for another name", "good", "--tls-ca @root.pem --tls-name wrong.test",
      says: "\"CN=good\" is for good.test, localhost, 127.0.0.1, not for wrong.test"),
    Case(
      "for another address", "elsewhere", "--tls-ca @root.pem",
      says: "\"CN=elsewhere\" is for elsewhere.test, 192.0.2.1, not for 127.0.0.1"),
    Case(
      "with a wildcard for one label, not two", "wildcard",
      "--tls-ca @root.pem --tls-name a.b.wild.test",
      says: "\"CN=wildcard\" is for \\*\\.wild\\.test, not for a\\.b\\.wild\\.test"),
    Case(
      "for clients only", "purpose", "--tls-ca @root.pem",
      says: "\"CN=purpose\" may not be used by a server"),
    Case(
      "revoked", "revoked", "--tls-ca @root.pem --tls-crl @root.crl",
      says: "\"CN=revoked\" was revoked by \"CN=Root of Tests\""),
    Case(
      "with a list that is out of date", "good", "--tls-ca @root.pem --tls-crl @old.crl",
      says: "\"CN=good\" cannot be looked up: the revocation list of .* is out of date"),
    Case(
      "with a list of somebody else", "good", "--tls-ca @root.pem --tls-crl @stranger.crl",
      says: "\"CN=good\" cannot be looked up: there is no revocation list of \"CN=Root of Tests\""),
    Case(
      "with a chain that is broken", "below", "--tls-ca @root.pem",
      says: "\"CN=below\" is issued by \"CN=intermediate\", whose certificate was not sent"),
    Case(
      "issued by who is no authority", "usurped", "--tls-ca @root.pem",
      says: "\"CN=lone\" is no authority's, and yet another one is issued by it"),
    Case(
      "with a weak key", "weak", "--tls-ca @root.pem",
      says: "\"CN=weak\" has too weak a key: RSA 1024"),
    Case(
      "signed with a weak digest", "digest", "--tls-ca @root.pem",
      says: "\"CN=digest\" is signed with too weak a digest"),
    Case(
      "with a forged signature", "forged", "--tls-ca @root.pem",
      says: "\"CN=forged\" bears no valid signature of \"CN=Root of Tests\""),
    Case(
      "of another key than the one pinned", "good",
      "--tls-pin sha256:\(String(repeating: "0", count: 64))",
      says: "\"CN=good\" is not the one that was pinned: its key is sha256:[0-9a-f]{64}"),
    Case(
      "of the right key and no authority", "unknown", "--tls-ca @root.pem --tls-pin key:hex",
      says: "\"CN=unknown\" is issued by \"CN=Stranger\""),
  ]

  static let good: [Case] = [
    Case("of an authority", "good", "--tls-ca @root.pem"),
    Case("of one of several authorities", "good", "--tls-ca @stranger.pem --tls-ca @root.pem"),
    Case("of an authority in a folder", "good", "--tls-ca @folder"),
    Case("below an intermediate one", "chain", "--tls-ca @root.pem"),
    Case("for the name that is asked for", "good", "--tls-ca @root.pem --tls-name good.test"),
    Case("with a wildcard", "wildcard", "--tls-ca @root.pem --tls-name any.wild.test"),
    Case("that was not revoked", "good", "--tls-ca @root.pem --tls-crl @root.crl"),
    Case("whose key is pinned", "expired", "--tls-pin key:hex"),
    Case("that is pinned itself", "self", "--tls-pin certificate:hex"),
    Case("pinned with colons", "self", "--tls-pin certificate:colons"),
    Case("whose key is pinned in base64", "good", "--tls-pin key:base64"),
    Case("whose key is one of two pins", "good", "--tls-pin certificate:hex --tls-pin key:base64"),
    Case("that is pinned and of an authority", "good", "--tls-ca @root.pem --tls-pin key:hex"),
  ]

  @Test(arguments: bad) func `a bad certificate is refused and explained`(_ case: Case) async throws
  {
    let (status, output, message) = try await Self.outcome(of: `case`)
    #expect(status == 6)
    #expect(output.isEmpty)
    let line = "^sockcat: connect 127.0.0.1:[0-9]+: certificate " + (try #require(`case`.message))
    #expect(try firstMatch(of: line, in: Array(message.utf8)) != nil, "\(message)")
  }

  @Test(arguments: good) func `a good certificate is taken`(_ case: Case) async throws {
    let (status, output, message) = try await Self.outcome(of: `case`)
    #expect(message.isEmpty)
    #expect(status == 0)
    #expect(output == "olleh\n")
  }

  /// Talks to a server that sends lines back with their letters turned round.
  private static func outcome(
    of case: Case
  ) async throws -> (status: Int32, output: String, message: String) {
    try await onThread {
      Result {
        let certificate = try TestCertificates.path(`case`.certificate)
        // A server may show what a client of level 2 does not take.
        let server = try ChildProgram(
          "openssl", "s_server", "-accept", "127.0.0.1:0", "-rev", "-cert", certificate + ".pem",
          "-cert_chain", certificate + ".pem", "-key", certificate + ".key", "-cipher",
          "DEFAULT:@SECLEVEL=0")
        let port = try server.waitForMatch(of: "ACCEPT 127.0.0.1:([0-9]+)\n", in: .output)[1]
        let options = try `case`.options.map { try expanded($0, certificate) }
        var launch = ChildProgram.Launch(
          [ScriptTests.sockcat, "connect", "--tls"] + options + ["127.0.0.1:" + port])
        launch.input = .pipe
        let client = try ChildProgram(launch)
        // A refused client may be gone before it reads.
        try? client.feed("hello\n".utf8)
        client.closeInput()
        let status = try client.status()
        let texts = [ChildProgram.Stream.output, .error].map {
          String(decoding: client.contents(of: $0), as: UTF8.self)
        }
        return (status, texts[0], texts[1])
      }
    }.get()
  }

  /// An option with the path of a file, or the pin that a command of OpenSSL computes.
  private static func expanded(_ option: String, _ certificate: String) throws -> String {
    if option.hasPrefix("@") { return try TestCertificates.path(String(option.dropFirst())) }
    guard let form = pinForms[option] else { return option }
    let shell = try ChildProgram("sh", "-c", form, "sh", certificate + ".pem")
    try #require(try shell.status() == 0)
    let digest = String(decoding: shell.contents(of: .output), as: UTF8.self)
    return "sha256:" + digest.filter { !$0.isWhitespace }
  }

  private static let pinForms = [
    "key:hex": "\(key) -r | cut -c-64",
    "key:base64": "\(key) -binary | openssl base64",
    "certificate:hex":
      "openssl x509 -in \"$1\" -outform DER | openssl dgst -sha256 -r | cut -c-64",
    "certificate:colons": "openssl x509 -in \"$1\" -noout -fingerprint -sha256 | cut -d= -f2",
  ]
  private static let key =
    "openssl x509 -in \"$1\" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256"
}
