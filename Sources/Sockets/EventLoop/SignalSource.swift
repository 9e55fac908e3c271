import CLinux
import Glibc
public import SystemPackage

/// Signals as events of the loop, instead of interruptions.
///
/// From its creation on they are blocked for this thread and those that it starts, and so change
/// nothing until somebody asks for the ``next()`` one. The corresponding C function is `signalfd`.
public final class SignalSource: Sendable {
  private let number: Int32
  private let registration: Registration

  /// Takes over the signals.
  ///
  /// Leave out what was ignored when the program started (`nohup`): a blocked signal is reported
  /// even if it is ignored.
  public init(_ signals: [Int32], on loop: EventLoop) throws(Errno) {
    number = try systemCall { linux_signalfd(signals, Int32(signals.count)) }
    registration = Registration(number, on: loop)
  }

  deinit {
    registration.cancel()
    close(number)
  }

  /// Suspends until a signal comes and returns its number; nil if the task is cancelled.
  public func next() async -> Int32? {
    while true {
      let signal = linux_signalfd_read(number)
      if signal > 0 { return signal }
      guard await registration.wait(for: .readable, by: .never) == .ready else { return nil }
    }
  }
}
