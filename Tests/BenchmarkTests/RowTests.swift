import Testing

@testable import Benchmark

@Suite struct RowTests {
  @Test func `no two rows have one name`() {
    #expect(Set(Row.all.map(\.name)).count == Row.all.count)
  }

  @Test(arguments: [
    ("bulk", 14), ("bulk-unix", 7), ("bulk-pipe-pipe", 1),
    ("mixed-socat", 1), ("mixed", 19), ("mixed-files", 5), ("bul", 0), ("", 0),
  ])
  func `a word names a row or a group`(_ word: String, _ count: Int) {
    #expect(Row.meant(by: word).count == count)
  }

  @Test(arguments: Row.all.map(\.name))
  func `a limit is about figures and contenders of its row`(_ name: String) throws {
    let row = try #require(Row.all.first { $0.name == name })
    #expect(row.contenders.first == .sockcat)
    for limit in row.limits {
      #expect(row.figures.indices.contains(limit.figure))
      #expect(row.contenders.contains(limit.subject))
      switch limit.reference {
      case .contender(let other): #expect(row.contenders.contains(other))
      case .bestPeer(let figure): #expect(row.figures.indices.contains(figure))
      case nil: break
      }
    }
  }

  @Test func `those who took part stand above their rows`() {
    let rows = [[Contender.sockcat, .ncat], [.sockcat]].map { contenders in
      Row(
        name: "row", summary: "", figures: [Figure("time", "s")], contenders: contenders,
        rounds: 1, limits: []
      ) { (_, _) throws(BenchmarkError) in [1] }
    }
    let outcomes = rows.map { Outcome(of: $0, rounds: 1, with: Programs(sockcat: "")) }
    #expect(
      Table(outcomes).text == """
        row  figure  unit  sockcat  ncat  limit
        row  time    s           1     1

        row  figure  unit  sockcat        limit
        row  time    s           1

        """)
  }
}
