import Relaying
package import Sockets

/// Lets a program talk to a client: what comes is its standard input, its standard output is what is
/// sent.
package struct ProgramResponder: Sendable {
  private let launch: ProgramLaunch
  private let knowsFullClose: Bool

  /// Starts the program for one client; the launch's environment should tell of it
  /// (``ClientEnvironment``).
  ///
  /// `knowsFullClose` is whether the client's full close can be told from its half-close: on Unix
  /// sockets.
  package init(_ launch: ProgramLaunch, knowsFullClose: Bool) {
    self.launch = launch
    self.knowsFullClose = knowsFullClose
  }

  /// Serves until both directions are drained and the program has ended, and says how it ended.
  ///
  /// A program that closes its standard input early is still read to its end, and one whose client
  /// is gone is ended. So is one that has been told of the end of a client that is fully closed, and
  /// does not end by itself in 2 s.
  ///
  /// - Throws: that the program cannot be started, what the stream says, or `.cancelled`; the
  ///   program and its group have ended then.
  package func serve(_ client: ClientStream) async throws(StreamError) -> ExitReason {
    let program = try ProcessStream(launch, on: client.loop)
    do throws(StreamError) {
      let reason = try await relay(program, client)
      try? program.close()  // both pipes are read and written to their ends
      return reason
    } catch {
      try? program.close()  // the error that brought us here says more
      await program.child.waitForTermination()
      throw error
    }
  }

  private func relay(
    _ program: ProcessStream, _ client: ClientStream
  ) async throws(StreamError) -> ExitReason {
    var policy = RelayPolicy()
    policy.whenPeerEnds = .send
    policy.whenLocalReaderGone = .keepSending
    policy.knowsFullClose = knowsFullClose
    let relay = Relay(
      local: program, peer: client.stream, policy: policy, flows: client.flows, on: client.loop)
    try await relay.run()
    if !client.flows.sent.hasEnded {
      // The client is gone, and the program has been told; what it still does, it does for nobody.
      await Self.waitForEnd(of: program.child, by: .after(.seconds(2)), on: client.loop)
      program.child.terminate()
    }
    guard let reason = await program.child.wait() else {
      throw StreamError(.read, .program(launch.executable), .cancelled)
    }
    return reason
  }

  private static func waitForEnd(
    of child: ChildProcess, by deadline: Deadline, on loop: EventLoop
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = await child.wait() }
      group.addTask { await loop.sleep(until: deadline) }
      await group.next()
      group.cancelAll()
    }
  }
}
