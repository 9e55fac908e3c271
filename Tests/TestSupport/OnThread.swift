import Dispatch
import Foundation

/// Two runs for each core wait for events most of the time, and still get done within their limits.
private let slots = DispatchSemaphore(value: 4)

/// Runs a function that blocks on a thread of its own, a few at a time.
///
/// The tests of a process share as many threads as there are cores; a test that blocked one of
/// them would delay the others beyond their time limits.
public func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await inTurn {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }
}

/// Does something when it is its turn: a few are at the same time, and what they open is all that
/// there is.
func inTurn<Result>(_ body: () async throws -> Result) async rethrows -> Result {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      slots.wait()
      continuation.resume()
    }
  }
  defer { slots.signal() }
  return try await body()
}
