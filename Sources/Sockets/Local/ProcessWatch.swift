import CLinux
import Glibc
package import SystemPackage

/// Tells on a loop that a process has ended, whoever takes its status then.
package final class ProcessWatch: @unchecked Sendable {
  private let registration: Registration
  private let descriptor: Descriptor

  /// Watches a process that has not been reaped.
  package convenience init(_ process: SpawnedProcess, on loop: EventLoop) throws(Errno) {
    self.init(try process.openDescriptor(), on: loop)
  }

  /// Watches a descriptor that is readable at the end of a process.
  package init(_ descriptor: consuming Descriptor, on loop: EventLoop) {
    registration = Registration(descriptor.number, on: loop)
    self.descriptor = descriptor
  }

  deinit { registration.cancel() }

  /// Suspends until the process may have ended; false if the deadline came or the task was
  /// cancelled before.
  package func wait(by deadline: Deadline) async -> Bool {
    await registration.wait(for: .readable, by: deadline) == .ready
  }

  /// Sends a signal to the group that the process leads or led, and says whether there is one.
  ///
  /// A `pidfd` never means another process, so this is right also after the process was reaped. The
  /// corresponding C function is `pidfd_send_signal`; before Linux 6.9 nothing is sent and the
  /// answer is no.
  package func signalGroup(_ signal: Int32) -> Bool {
    linux_pidfd_signal_group(descriptor.number, signal) == 0
  }
}
