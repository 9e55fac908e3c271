import Testing

@testable import Benchmark

@Suite struct OutcomeTests {
  /// A row whose contenders take 2 and 8 seconds.
  private static func outcome(limit: Double) -> Outcome {
    let row = Row(
      name: "wait", summary: "waiting", figures: [Figure("time", "s")],
      contenders: [.sockcat, .ncat], rounds: 3, limits: [Limit(0, .atMost, limit, of: .ncat)]
    ) { (contender, _) throws(BenchmarkError) in
      contender == .sockcat ? [2] : [8]
    }
    return Outcome(of: row, rounds: 3, with: Programs(sockcat: ""))
  }

  @Test func `a limit of ratios is held against the other's figure`() {
    #expect(Self.outcome(limit: 0.25).complaints == [])
    #expect(
      Self.outcome(limit: 0.2).complaints == ["wait: time is 0.25, has to be at most 0.20 of ncat"])
  }

  @Test func `the table has a column for everybody`() {
    #expect(
      Table([Self.outcome(limit: 0.2)]).text == """
        row   figure  unit  sockcat  ncat  limit
        wait  time    s           2     8  0.25, at most 0.20 of ncat: MISSED

        """)
  }

  @Test func `a row is one line of JSON`() {
    #expect(
      Self.outcome(limit: 0.25).json == """
        {"row":"wait","summary":"waiting","figures":{"time":{"unit":"s",\
        "sockcat":{"value":2.0,"least":2.0,"greatest":2.0,"rounds":3},\
        "ncat":{"value":8.0,"least":8.0,"greatest":8.0,"rounds":3}}},\
        "limits":{"time at most 0.25 of ncat":{"measured":0.25,"holds":true}}}

        """)
  }

  private static let machine = Machine(
    facts: [.init(name: "processors", text: "2")], versions: [.init(name: "ncat", text: "7.93")],
    date: "2030-01-02T03:04:05Z", command: "bench --json")

  @Test func `the machine and the versions stand above the table`() {
    #expect(
      Self.machine.comment == """
        # processors: 2
        # ncat: 7.93
        # date: 2030-01-02T03:04:05Z
        # command: bench --json

        """)
  }

  @Test func `the machine and the versions are a line of JSON`() {
    #expect(
      Self.machine.json == """
        {"machine":{"processors":"2"},"versions":{"ncat":"7.93"},\
        "date":"2030-01-02T03:04:05Z","command":"bench --json"}

        """)
  }
}
