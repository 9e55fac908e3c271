import Dispatch
import Foundation

/// Two runs for each core wait for events most of the time, and still get done within their limits.
private let slots = DispatchSemaphore(value: 4)

/// Runs a function that blocks on a thread of its own, a few at a time.
///
/// The tests of a process share as many threads as there are cores; a test that blocked one of
/// them would delay the others beyond their time limits.
public func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      slots.wait()
      defer { slots.signal() }
      continuation.resume(returning: body())
    }
  }
}
