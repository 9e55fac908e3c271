import Glibc
package import Sockets

/// A program's standard output and input as one stream.
///
/// The end of file comes when nobody has its standard output open any more: also not a child of its
/// own that it left behind. Then ``ChildProcess/wait()`` tells how the program ended. A program that
/// closes its input early fails the writing and not the reading.
package final class ProcessStream: ByteStream, Sendable {
  /// The program.
  package let child: ChildProcess
  private let source: PipeSource
  private let sink: PipeSink

  /// Starts a program with pipes as its standard input and output, whatever the launch says of them.
  package init(_ launch: ProgramLaunch, on loop: EventLoop) throws(StreamError) {
    var launch = launch
    launch.standardInput = .pipe
    launch.standardOutput = .pipe
    child = try ChildProcess(launch, on: loop)
    guard let source = child.standardOutput, let sink = child.standardInput else {
      preconditionFailure("pipes were asked for")
    }
    (self.source, self.sink) = (source, sink)
  }

  /// Appends what the program wrote.
  package func tryRead(into buffer: inout OutputRawSpan) throws(StreamError) -> Attempt {
    try source.tryRead(into: &buffer)
  }

  /// The pipe from the program.
  package var readPort: Port? { source.readPort }

  /// The program's output's.
  package var isEmptyAfterLess: Bool { source.isEmptyAfterLess }

  /// The pipe to the program.
  package var writePort: Port? { sink.writePort }

  /// Suspends until reading may be tried again.
  package func waitReadable(by deadline: Deadline) async throws(StreamError) {
    try await source.waitReadable(by: deadline)
  }

  /// Hands bytes to the program.
  ///
  /// - Throws: `EPIPE` once nobody has its standard input open.
  package func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    try sink.tryWrite(bytes)
  }

  /// Suspends until writing may be tried again.
  package func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await sink.waitWritable(by: deadline)
  }

  /// Suspends until nobody has the program's standard input open any more.
  package func waitReaderGone() async throws(StreamError) { try await sink.waitReaderGone() }

  /// Ends the program's standard input.
  package func closeWrite(by deadline: Deadline) async throws(StreamError) {
    try await sink.closeWrite(by: deadline)
  }

  /// Nothing: what the pipe took is the program's.
  package func drain(by deadline: Deadline) async throws(StreamError) {}

  /// Closes both pipes and ends the program, with 2 s of grace, unless it was waited for before.
  package func close() throws(StreamError) {
    closePipes()
    child.terminate()
  }

  /// Closes both pipes and kills the program with all in its group.
  package func abort() {
    closePipes()
    child.kill(SIGKILL)
    // Nothing is left to ask: this takes the status.
    child.terminate()
  }

  private func closePipes() {
    sink.close()
    source.close()
  }
}
