import Sockets
import Testing

@testable import Relaying

/// What becomes of a transfer of which each way has a rate.
struct FasterWayTests {
  /// Moves bytes by pieces of 256 KiB, and gives the part that was copied.
  private func copiedPart(
    of mebibytes: Int, kernel: Double, copying: Double, isWaitedFor: Bool = true
  ) -> Double {
    var way = FasterWay()
    var seconds = 0.0
    var copied = 0
    let piece = 256 << 10
    for _ in 0..<mebibytes * 4 {
      let copies = way.copies
      seconds += Double(piece) / Double(1 << 20) / (copies ? copying : kernel)
      if copies { copied += piece }
      if isWaitedFor { way.hasWaited = true }
      way.moved(piece) { Deadline(nanoseconds: UInt64(seconds * 1e9)) }
    }
    return Double(copied) / Double(mebibytes << 20)
  }

  @Test func `where copying is clearly faster nearly all is copied`() {
    #expect((0.8...0.95).contains(copiedPart(of: 4096, kernel: 1500, copying: 2400)))
  }

  @Test(arguments: [6000.0, 1600, 1500, 1400])
  func `where it is not, only a tenth is copied, to see`(kernel: Double) {
    #expect((0.05...0.12).contains(copiedPart(of: 4096, kernel: kernel, copying: 1500)))
  }

  @Test func `a transfer of 32 MiB is not worth a trial`() {
    #expect(copiedPart(of: 32, kernel: 1500, copying: 2400) == 0)
  }

  @Test func `where the source is the limit nothing is tried`() {
    #expect(copiedPart(of: 4096, kernel: 1500, copying: 2400, isWaitedFor: false) == 0)
  }

  @Test func `at the speed of a usual network nothing is tried`() {
    #expect(copiedPart(of: 1024, kernel: 110, copying: 150) == 0)
  }

  @Test func `a way that has become the slower one is left`() {
    var way = FasterWay()
    var seconds = 0.0
    /// Moves bytes while copying is so many times as fast.
    func move(mebibytes: Int, gain: Double) {
      for _ in 0..<mebibytes {
        seconds += way.copies ? 0.001 / gain : 0.001
        way.hasWaited = true
        way.moved(1 << 20) { Deadline(nanoseconds: UInt64(seconds * 1e9)) }
      }
    }
    move(mebibytes: 100, gain: 2)
    #expect(way.copies)
    move(mebibytes: 300, gain: 0.5)
    #expect(!way.copies)
  }
}
