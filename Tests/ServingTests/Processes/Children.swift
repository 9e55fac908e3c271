import Glibc
import Sockets
import SystemPackage
import TestSupport

@testable import Serving

/// How the end of a child is seen: by the kernel's own descriptor, and where that is refused.
enum EndOfProcess: CaseIterable, Sendable {
  case descriptor, pipe

  func child(_ launch: ProgramLaunch, on loop: EventLoop) throws(StreamError) -> ChildProcess {
    try ChildProcess(launch, on: loop) { (process) throws(Errno) in
      switch self {
      case .descriptor: try process.openDescriptor()
      case .pipe: try process.openPipe()
      }
    }
  }
}

extension ProgramLaunch {
  /// The same with a pipe as its standard output.
  var withOutputPipe: ProgramLaunch {
    var launch = self
    launch.standardOutput = .pipe
    return launch
  }
}

/// What a launch writes until its end, and how it ends.
func output(
  of launch: ProgramLaunch, on loop: EventLoop
) async throws -> (text: String, reason: ExitReason?) {
  let child = try ChildProcess(launch.withOutputPipe, on: loop)
  guard let source = child.standardOutput else { throw TestError("no pipe") }
  let bytes = try await source.readToEnd()
  return (String(decoding: bytes, as: UTF8.self), await child.wait())
}

/// Waits until a process has ended; who adopted it may take its time to reap it.
func untilGone(_ process: Int32, on loop: EventLoop) async {
  while let line = TextFile.lines(of: "/proc/\(process)/stat").first, !line.contains(" Z ") {
    await loop.yield()
  }
}

/// Whether a process is a child of ours whose status was not taken.
func isChild(_ process: Int32) -> Bool {
  var information = siginfo_t()
  return waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0
}
