import TestSupport
import Testing

/// A connection that is cut at any point, the handshake included: whoever did not get all says so.
@Suite struct TLSCutTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// Which way the file goes, and which way bytes are counted.
    let file: CuttingRelay.Direction
    let counted: CuttingRelay.Direction
    let cut: CuttingRelay.Cut

    var testDescription: String {
      "the file goes \(file), \(cut) after so many bytes \(counted)"
    }
  }

  static let cases = CuttingRelay.Direction.allCases.flatMap { file in
    CuttingRelay.Direction.allCases.flatMap { counted in
      CuttingRelay.Cut.allCases.map { Case(file: file, counted: counted, cut: $0) }
    }
  }

  private static let file = patternBytes(50_000)

  @Test(arguments: cases)
  func `a cut is never taken for an end`(_ case: Case) async throws {
    try await onThread {
      Result {
        let whole = try Run(`case`, Self.file, after: Int.max)
        try #require(whole.sender == 0 && whole.receiver == 0, "\(whole.messages)")
        // Signatures differ by a few bytes from run to run, and the last record has more than that.
        let last = whole.count - 12
        let points = [1, 200] + [1, 3, 5, 7].map { last * $0 / 8 } + [last]
        for count in points where count <= last {
          let run = try Run(`case`, Self.file, after: count)
          run.expectTruth(after: count)
        }
      }
    }.get()
  }

  /// One transfer through the relay, and what became of it.
  struct Run {
    let sender: Int32
    let receiver: Int32
    let isWhole: Bool
    let isBeginning: Bool
    let messages: [String]
    /// Bytes that were counted.
    let count: Int
    private let isCutForReceiver: Bool

    init(_ case: Case, _ file: [UInt8], after count: Int) throws {
      let directory = try TemporaryDirectory()
      try directory.write(file, to: "file")
      let isClientSending = `case`.file == .toServer
      let certificate = try TestCertificates.path("good")
      let server = try Self.start(
        ["listen", "127.0.0.1:0", "--tls", "--tls-cert", certificate + ".pem"]
          + ["--tls-key", certificate + ".key"],
        sending: isClientSending ? nil : directory.path(of: "file"))
      let port = try server.waitForMatch(of: "listening on 127.0.0.1:([0-9]+)\n")[1]
      let relay = try CuttingRelay(
        to: try #require(Int(port)), cut: `case`.cut, after: count, `case`.counted)
      let client = try Self.start(
        ["connect", "127.0.0.1:\(relay.port)", "--tls", "--tls-ca"]
          + [TestCertificates.path("root.pem")],
        sending: isClientSending ? directory.path(of: "file") : nil)
      let (sending, receiving) = isClientSending ? (client, server) : (server, client)
      sender = try sending.status()
      // Where nothing has come, the other may only have half-closed, and would wait for our bytes.
      receiving.closeInput()
      receiver = try receiving.status()
      let received = receiving.contents(of: .output)
      isWhole = received == file
      isBeginning = received.elementsEqual(file.prefix(received.count))
      messages = [sending, receiving].map {
        String(decoding: $0.contents(of: .error), as: UTF8.self)
      }
      self.count = try relay.count(`case`.counted)
      isCutForReceiver = `case`.counted == `case`.file
    }

    /// Whoever does not send keeps its input open, and thus ends only behind the other.
    private static func start(
      _ arguments: [String], sending file: String?
    ) throws -> ChildProgram {
      var launch = ChildProgram.Launch([ScriptTests.sockcat] + arguments)
      launch.input = file.map { .file($0) } ?? .pipe
      return try ChildProgram(launch, name: arguments[0])
    }

    func expectTruth(after count: Int) {
      let context = "after \(count) bytes: \(messages)"
      #expect(isBeginning, "\(context)")
      #expect(isWhole || (sender != 0 && receiver != 0), "\(context)")
      #expect((isCutForReceiver ? receiver : sender) != 0, "\(context)")
      for (status, message) in zip([sender, receiver], messages) where status != 0 {
        #expect(status == 5 || status == 6, "\(context)")
        #expect(message.contains("127.0.0.1:"), "\(context)")
      }
    }
  }
}
