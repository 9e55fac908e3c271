import Foundation
import TestSupport
import Testing

@testable import Terminal

/// Many write at once.
///
/// A lock belongs to the open file, so threads that open their own are as apart
/// as processes.
@Suite struct HistorySharingTests {
  private static let writers = 20
  private static let linesEach = 200

  private static func write(as writer: Int, to path: String, limit: Int) -> Bool {
    let history = HistoryFile(path: path, limit: limit)
    for number in 0..<linesEach {
      do { try history.append(Array("\(writer) \(number)".utf8)) } catch { return false }
    }
    return true
  }

  /// The lines of each writer, in the order in which they stand in the file.
  private func write(_ path: String, limit: Int) throws -> [[Int]] {
    let failures = Failures()
    let group = DispatchGroup()
    for writer in 0..<Self.writers {
      group.enter()
      Thread.detachNewThread {
        defer { group.leave() }
        if !Self.write(as: writer, to: path, limit: limit) { failures.add() }
      }
    }
    group.wait()
    #expect(failures.count == 0)
    var lines = [[Int]](repeating: [], count: Self.writers)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").compactMap { Int($0) }
      try #require(words.count == 2, "a line is torn: \(line)")
      lines[words[0]].append(words[1])
    }
    return lines
  }

  @Test func `twenty writers lose no line`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path(of: "history")
    let lines = try await onThread { Result { try write(path, limit: 10_000) } }.get()
    for written in lines { #expect(written == Array(0..<Self.linesEach)) }
  }

  @Test func `twenty writers lose only what is trimmed`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path(of: "history")
    let lines = try await onThread { Result { try write(path, limit: 100) } }.get()
    let count = lines.map(\.count).reduce(0, +)
    #expect((100...200).contains(count))
    for written in lines where !written.isEmpty {
      #expect(written == Array((Self.linesEach - written.count)..<Self.linesEach))
    }
  }
}

/// How many failed, on whatever thread.
private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var count = 0

  func add() { lock.withLock { count += 1 } }
}
