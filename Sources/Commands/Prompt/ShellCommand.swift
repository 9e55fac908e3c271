import Relaying
import Serving
import Sockets

/// A shell's command line whose output is sent to the peer.
final class ShellCommand: Sendable {
  /// What it prints.
  var output: any ByteSource { source }
  private let source: PipeSource
  private let child: ChildProcess
  private let messages: Task<Void, Never>

  /// Starts it; `tell` is given what it writes on its standard error, in whole lines where it can,
  /// and no more before it is done with that.
  init(
    _ command: String, on loop: EventLoop, tell: @escaping @Sendable ([UInt8]) async -> Void
  ) throws(StreamError) {
    var launch = ProgramLaunch.shell(command)
    launch.standardOutput = .pipe
    launch.standardError = .pipe
    let child = try ChildProcess(launch, on: loop)
    guard let source = child.standardOutput, let errors = child.standardError else {
      preconditionFailure("pipes were asked for")
    }
    (self.child, self.source) = (child, source)
    messages = Task(executorPreference: loop) {
      // What cannot be read any more has nothing to tell.
      while let bytes = try? await errors.read(limit: 4096) {
        await tell(bytes.last == 10 ? bytes : bytes + [10])
      }
    }
  }

  /// All that it prints, to its end.
  ///
  /// - Throws: a usage failure if that is more than the limit.
  func wholeOutput(limit: Int) async throws(StreamError) -> [UInt8] {
    var output: [UInt8] = []
    while let bytes = try await source.read(limit: 65536) {
      output += bytes
      guard output.count <= limit else {
        child.terminate()
        let text = "its output is longer than a datagram can be"
        throw StreamError(.read, .file("/shell"), .layer(Verdict(.usage, text)))
      }
    }
    return output
  }

  /// Ends it and all in its group, also if they do not want to; returns when they are gone.
  func end() async {
    messages.cancel()
    child.terminate(grace: .milliseconds(500))
    await child.waitForTermination()
  }

  /// Ends it if it still runs; what there is to say about how it ended.
  func finish(wasStopped: Bool) async -> String? {
    if wasStopped {
      child.terminate()
      messages.cancel()
    }
    let reason = await child.wait()
    // What is left of its group is on its way out too.
    if wasStopped { await child.waitForTermination() }
    switch reason {
    case .exited(0), nil: return nil
    case .exited(let status): return "/shell: ended with status " + String(status)
    case .signalled(let signal): return "/shell: ended by signal " + String(signal)
    }
  }
}
