import Dispatch
import Foundation
import Glibc
public import Sockets

/// Runs a test on an event loop of its own, on a thread of its own, and fails when it is not done
/// in time.
///
/// SIGPIPE is blocked on that thread. What the body expects in vain is reported under the name of
/// the test that called this.
public func onLoop<Value: Sendable>(
  limit: Duration = .seconds(40),
  _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
  try await inTurn { try await runOnLoop(limit, body) }
}

private func runOnLoop<Value: Sendable>(
  _ limit: Duration, _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
  let loop = try EventLoop()
  // Made by the test's task, from which it inherits whose expectations these are; it runs on the
  // loop alone, so that tests that block the threads of others do not delay it.
  let job = Task(executorPreference: loop) { try await body(loop) }
  let isInTime = await beside {
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      blockBrokenPipeSignal()
      loop.run { _ = await job.result }
      isDone.signal()
    }
    let seconds = Double(limit.components.seconds) + Double(limit.components.attoseconds) / 1e18
    if isDone.wait(timeout: .now() + seconds) == .success { return true }
    job.cancel()
    _ = isDone.wait(timeout: .now() + 2)
    return false
  }
  guard isInTime else { throw TestError("not done within \(limit)") }
  return try await job.value
}

/// Runs a function that blocks beside the loop of a test, on a thread that waits for no other test.
public func beside<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}

/// Runs two functions that block until the other one has done its part, each on a thread that waits
/// for no other test.
public func besideEachOther<First: Sendable, Second: Sendable>(
  _ first: @escaping @Sendable () -> First, _ second: @escaping @Sendable () -> Second
) async -> (First, Second) {
  await withCheckedContinuation { continuation in
    let other = Handed<Second>()
    Thread.detachNewThread { other.give(second()) }
    Thread.detachNewThread { continuation.resume(returning: (first(), other.take())) }
  }
}

/// A value that one thread waits for.
private final class Handed<Value: Sendable>: @unchecked Sendable {
  private let isThere = DispatchSemaphore(value: 0)
  private var values: [Value] = []

  func give(_ value: Value) {
    values.append(value)
    isThere.signal()
  }

  func take() -> Value {
    isThere.wait()
    return values[0]
  }
}

/// How many descriptors the process has open; other tests, which run beside, hold some of them.
public func openDescriptorCount() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}

private func blockBrokenPipeSignal() {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &set, nil)
}
