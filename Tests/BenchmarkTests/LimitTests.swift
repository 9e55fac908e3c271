import Testing

@testable import Benchmark

@Suite struct LimitTests {
  /// A row of throughput and cost.
  private static func outcome(
    _ values: [Contender: [Double]], _ limits: [Limit]
  ) -> Outcome {
    let row = Row(
      name: "bulk", summary: "moving", figures: [Figure("rate", "1/s"), Figure("cost", "s")],
      contenders: [.sockcat, .ncat, .socat, .iperf], rounds: 1, limits: limits
    ) { (contender, _) throws(BenchmarkError) in
      guard let values = values[contender] else { throw .notInstalled(contender.name) }
      return values
    }
    return Outcome(of: row, rounds: 1, with: Programs(sockcat: ""))
  }

  private static let values: [Contender: [Double]] = [
    .sockcat: [8, 2], .ncat: [2, 1], .socat: [4, 4], .iperf: [100, 0.1],
  ]

  @Test func `the best peer is who has most, and no yardstick`() {
    let outcome = Self.outcome(Self.values, [Limit(0, .atLeast, 2.1, ofBestBy: 0)])
    #expect(
      outcome.complaints == [
        "bulk: rate is 2, has to be at least 2.10 of the best peer, socat"
      ])
  }

  @Test func `the best peer's cost counts, and not the least cost`() {
    let outcome = Self.outcome(Self.values, [Limit(1, .atMost, 0.5, ofBestBy: 0)])
    #expect(outcome.complaints == [])
  }

  @Test func `who is not there is left out, and named`() {
    var values = Self.values
    values[.socat] = nil
    let outcome = Self.outcome(values, [Limit(0, .atLeast, 3, ofBestBy: 0)])
    #expect(outcome.verdicts.map(\.measured) == [4])
    #expect(
      outcome.complaints == [
        "bulk: socat: not measured: socat is not there: `make bench` installs it"
      ])
  }

  @Test func `without us nothing is measured`() {
    var values = Self.values
    values[.sockcat] = nil
    let outcome = Self.outcome(values, [Limit(0, .atLeast, 2, of: .socat)])
    #expect(outcome.failure != nil)
    #expect(outcome.samples.isEmpty)
  }

  @Test func `a limit may be another program's of ours`() {
    let outcome = Self.outcome(Self.values, [Limit(0, .atLeast, 30, of: .socat).on(.iperf)])
    #expect(
      outcome.complaints == ["bulk: rate of iperf3 is 25, has to be at least 30 of socat"])
  }

  @Test func `a limit against who is not there does not hold`() {
    var values = Self.values
    values[.iperf] = nil
    let outcome = Self.outcome(values, [Limit(0, .atLeast, 0.1, of: .iperf)])
    #expect(outcome.verdicts.map(\.holds) == [false])
    #expect(Table([outcome]).text.contains("none, at least 0.10 of iperf3: NOT MEASURED"))
    #expect(outcome.json.contains(#""not-measured":{"iperf3":"#))
  }
}
