import Testing

@testable import Benchmark

@Suite struct FigureTests {
  @Test(arguments: [
    ([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 3.0, 2.0], 2.5),
  ])
  func `a median is the middle of the rounds`(_ samples: [Double], _ expected: Double) {
    #expect(Figure("time", "s").value(of: samples) == expected)
  }

  @Test func `what must never happen is the greatest of the rounds`() {
    #expect(Figure.faults.value(of: [0, 7, 0]) == 7)
  }

  @Test func `what the machine may add to is the least of the rounds`() {
    #expect(Figure("latest echo", "ms", .least).value(of: [7, 3, 90]) == 3)
  }

  @Test(arguments: [
    (Limit(0, .atMost, 8), 8.0, true), (Limit(0, .atMost, 8), 8.1, false),
    (Limit(0, .below, 1), 1.0, false), (Limit(0, .below, 1), 0.99, true),
    (Limit(0, .atLeast, 3), 3.0, true), (Limit(0, .atLeast, 3), 2.9, false),
  ])
  func `a limit holds up to its value`(_ limit: Limit, _ measured: Double, _ holds: Bool) {
    #expect(limit.holds(for: measured) == holds)
  }

  @Test(arguments: [Limit(0, .atMost, 8), Limit(0, .below, 1), Limit(0, .atLeast, 3)])
  func `no limit holds for what was not measured`(_ limit: Limit) {
    #expect(!limit.holds(for: Figure("time", "s").value(of: [])))
  }

  @Test(arguments: [
    (0.0, "0"), (0.5, "0.50"), (2.006, "2.01"), (12.34, "12.3"), (99.96, "100.0"), (123.4, "123"),
    (-0.25, "-0.25"), (20190.0, "20190"), (Double.nan, "none"),
  ])
  func `numbers are short`(_ value: Double, _ expected: String) {
    #expect(shortText(value) == expected)
  }
}
