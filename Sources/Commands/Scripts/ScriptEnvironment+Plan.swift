import ByteText
import Glibc
import Relaying
import Scripting
import Sockets
import SystemPackage
import Terminal
import Transcripts

extension ScriptEnvironment {
  /// What a run of a script is given; `print` is where its lines go.
  init(
    _ values: ScriptValues, expectLimit: Int, _ context: ConversationContext,
    print: @escaping @Sendable ([UInt8]) async throws(StreamError) -> Void
  ) {
    self.init(
      values, expectLimit: expectLimit, context.start, context.messages, on: context.loop,
      print: print)
  }

  /// The same without a conversation around it.
  init(
    _ values: ScriptValues, expectLimit: Int, _ start: Program.Start, _ messages: Messages,
    on loop: EventLoop,
    print: @escaping @Sendable ([UInt8]) async throws(StreamError) -> Void
  ) {
    self.init(on: loop, readFile: readScriptData, print: print)
    mayWait = { TextFile.mayWait(openedPath(ScriptParser.path(of: $0, includedBy: $1))) }
    variables = values.variables
    secrets = values.secrets
    self.expectLimit = expectLimit
    environment = { name in getenv(name).map { Array(String(cString: $0).utf8) } }
    logsFromTheStart = messages.isVerbose
    log = { messages.say($0) }
    encode = { text, name in encoded(text, in: name) }
    if isatty(0) == 1, !start.closedDescriptors.contains(0) {
      waitForKey = { text throws(StreamError) in
        let keyboard = DescriptorSource(0, subject: .standardInput, on: loop)
        let keys = SingleKeys()
        defer {
          keyboard.release()
          keys?.restore()
        }
        messages.say(text.isEmpty ? "paused; press a key to go on" : text)
        _ = try await keyboard.read(limit: 4096)
      }
    }
  }
}

extension ScriptEnvironment {
  /// Counts what peers take and send.
  mutating func count(in flows: Flows) {
    hasSent = { count in
      flows.sent.bytesRead += count
      flows.sent.moved(count)
    }
    hasReceived = { count in
      flows.received.bytesRead += count
      flows.received.moved(count)
    }
  }
}

/// Where `print` goes: to the output, unless that is a transcript or the report.
func scriptPrinter(
  _ plan: ConversationPlan, _ sink: any ByteSink, _ messages: Messages
) -> @Sendable ([UInt8]) async throws(StreamError) -> Void {
  let isPlain = plan.output.format == .raw || plan.output.format == .escaped
  if isPlain, plan.script?.report.takesOutput != true {
    return { bytes throws(StreamError) in try await sink.write(bytes) }
  }
  return { bytes throws(StreamError) in messages.write(safeText(bytes)) }
}

/// Reads a file that a script names; a path is taken from the folder of the script's file.
private func readScriptData(_ path: String, _ file: String) throws(StreamError) -> [UInt8] {
  try readWhole(ScriptParser.path(of: path, includedBy: file))
}

/// Text of ours in another character set.
private func encoded(_ text: [UInt8], in name: String) -> [UInt8]? {
  guard
    let converter = CharacterSetConverter(
      from: LocalCharacterSet.name, to: name, onError: .fail, subject: .standardOutput)
  else { return nil }
  var bytes: [UInt8] = []
  do throws(StreamError) {
    try converter.convert(text.span.bytes, into: &bytes)
    try converter.finish(into: &bytes)
    return bytes
  } catch {
    return nil
  }
}
