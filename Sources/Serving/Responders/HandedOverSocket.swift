import Glibc
import Relaying
package import Sockets
import SystemPackage

/// A connection that is a program's standard input and output, with nothing of ours in between.
package enum HandedOverSocket {
  /// Starts a program on a connection, and suspends until it has ended; the stream is closed then,
  /// and for us from the beginning.
  ///
  /// The program sees what the client does by itself. We keep the descriptor only to be told when
  /// the client is gone (a reset; on Unix sockets any full close), which ends a program that does
  /// not care: it has 2 s to end by itself. So the client sees the end when the program ends, and
  /// not before, unless the program shuts the connection down. A TCP client that has closed in order
  /// looks like one that has half-closed, until something is sent to it.
  ///
  /// - Throws: that the program cannot be started, or `.cancelled`; it has ended then.
  package static func serve(
    _ stream: StreamSocket, with launch: ProgramLaunch, on loop: EventLoop
  ) async throws(StreamError) -> ExitReason {
    let peer = stream.peer
    guard let socket = stream.detach() else {
      throw StreamError(.start, .address(peer), .closed)
    }
    let child = try start(launch, on: socket, loop)
    let watch: StreamSocket
    do throws(Errno) {
      watch = try StreamSocket(socket, peer: peer, on: loop)
    } catch {
      child.kill(SIGKILL)
      throw StreamError(.start, .address(peer), .system(error))
    }
    let reason = await wait(for: child, watching: watch, loop)
    if reason != nil { await leave(watch, loop) }
    try? watch.close()  // the program's own descriptors are what the kernel still sends from
    guard let reason else {
      child.terminate()
      await child.waitForTermination()
      throw StreamError(.read, .program(launch.executable), .cancelled)
    }
    return reason
  }

  private static func start(
    _ launch: ProgramLaunch, on socket: borrowing SocketDescriptor, _ loop: EventLoop
  ) throws(StreamError) -> ChildProcess {
    // Programs expect calls that wait; the flag belongs to what both of us have open.
    do throws(Errno) {
      try Descriptor.setNonBlocking(false, of: socket.number)
    } catch {
      throw StreamError(.start, .program(launch.executable), .system(error))
    }
    var launch = launch
    launch.standardInput = .descriptor(socket.number)
    launch.standardOutput = .descriptor(socket.number)
    return try ChildProcess(launch, on: loop)
  }

  private static func wait(
    for child: ChildProcess, watching watch: StreamSocket, _ loop: EventLoop
  ) async -> ExitReason? {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        // On TCP both directions may have been shut down in order.
        let isGone: Bool
        do throws(StreamError) {
          try await watch.waitReaderGone()
          isGone = watch.local.family == .unix
        } catch {
          isGone = !error.isCancellation
        }
        if isGone, await loop.sleep(until: .after(.seconds(2))) { child.terminate() }
      }
      defer { group.cancelAll() }
      return await child.wait()
    }
  }

  /// Closing with bytes that the program did not read would reset the connection, and take with it
  /// what the client has not read yet.
  private static func leave(_ watch: StreamSocket, _ loop: EventLoop) async {
    let attempt = await result { () throws(StreamError) in
      try loop.scratch.withSpace { (space) throws(StreamError) in
        try watch.tryRead(into: &space)
      }
    }
    guard case .success(.moved) = attempt else { return }
    let relay = Relay(
      local: watch, peer: watch, policy: RelayPolicy(), flows: Flows(), on: loop)
    try? await relay.leave()  // a client that is gone has nothing to lose
  }
}
