import CLinux

/// A thread of its own for a call that blocks and has no other way.
enum HelperThread {
  /// Runs a function there, with every signal blocked; false if there is no thread to be had.
  static func run(_ body: @escaping @Sendable () -> Void) -> Bool {
    let job = Unmanaged.passRetained(Job(body))
    if linux_run_detached({ runJob($0) }, job.toOpaque()) == 0 { return true }
    job.release()
    return false
  }

  fileprivate final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

private func runJob(_ context: UnsafeMutableRawPointer?) {
  guard let context else { return }
  Unmanaged<HelperThread.Job>.fromOpaque(context).takeRetainedValue().body()
}
