import Testing

@testable import Commands

@Suite struct ReadyPlanTests {
  @Test(arguments: ["0", "1", "2"])
  func `a standard stream is no descriptor to be told on`(number: String) {
    for command in ["listen", "udp-recv"] {
      #expect(
        throws: UsageError(
          "--ready-fd \(number): standard streams stay open", hint: "--ready-fd 3 3>FIFO")
      ) { try plan([command, "0", "--ready-fd", number]) }
    }
  }
}
