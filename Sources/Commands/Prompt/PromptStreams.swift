import Relaying
import Sockets
import Terminal

/// The prompt as a place where received bytes go.
final class PromptOutput: ByteSink, @unchecked Sendable {
  private unowned let prompt: Prompt

  init(_ prompt: Prompt) { self.prompt = prompt }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if let failure = prompt.editor.output.failure { throw failure }
    guard prompt.hasRoomOnScreen else { return .wouldBlock }
    prompt.received(bytes)
    return .moved(bytes.byteCount)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await prompt.waitForRoomOnScreen(by: deadline)
  }

  /// Suspends until the task is cancelled: a terminal that goes away hangs up on its input too.
  func waitReaderGone() async throws(StreamError) {
    await prompt.context.loop.sleep(until: .never)
    throw StreamError(.write, .standardOutput, .cancelled)
  }

  func closeWrite(by deadline: Deadline) async throws(StreamError) { prompt.endReceiving() }
}

/// The prompt as a place where whole lines go, above the line that is typed.
final class PromptPrinter: ByteSink, @unchecked Sendable {
  private unowned let prompt: Prompt

  init(_ prompt: Prompt) { self.prompt = prompt }

  func tryWrite(_ bytes: RawSpan) throws(StreamError) -> Attempt {
    if let failure = prompt.editor.output.failure { throw failure }
    guard prompt.hasRoomOnScreen else { return .wouldBlock }
    prompt.view.lines(bytes.withUnsafeBytes { Array($0) })
    return .moved(bytes.byteCount)
  }

  func waitWritable(by deadline: Deadline) async throws(StreamError) {
    try await prompt.waitForRoomOnScreen(by: deadline)
  }

  func waitReaderGone() async throws(StreamError) {
    try await prompt.output.waitReaderGone()
  }

  func closeWrite(by deadline: Deadline) async throws(StreamError) {}
}

extension Prompt {
  /// What is typed, with a pause behind each line if that was asked for.
  func source(_ flows: Flows) -> any ByteSource {
    guard let delay = context.plan.input.delay else { return input }
    let paced = LinePacedSource(input, delay: delay, flow: flows.sent, on: context.loop)
    input.forget = { paced.discard() }
    return paced
  }

  /// How many bytes may wait for a terminal that is slow or stopped.
  private static let screenLimit = 256 * 1024

  var hasRoomOnScreen: Bool { editor.output.count <= Self.screenLimit }

  /// Suspends while more waits for the terminal than should.
  func waitForRoomOnScreen(by deadline: Deadline) async throws(StreamError) {
    await editor.output.drain(to: Self.screenLimit / 4, by: deadline)
    if Task.isCancelled { throw StreamError(.write, .standardOutput, .cancelled) }
    if deadline.hasPassed { throw StreamError(.write, .standardOutput, .timedOut(.total)) }
  }
}
