import ByteText
import Glibc
import Relaying
import Scripting
import Serving
import Sockets
import SystemPackage
import Terminal
import Transcripts

/// What begins with a slash.
extension Prompt {
  /// Carries out a command, given without its slash.
  func carryOut(_ line: String) async {
    let command: PromptCommand
    do throws(ScriptError) {
      command = try PromptCommand.parse(line)
    } catch {
      let excerpt = error.excerpt
      view.notice(excerpt.isEmpty ? "" : excerpt + "\n")
      return complain(error.message, hint: error.hint)
    }
    switch command {
    case .statement(let statement): await carryOut(statement)
    case .help(let name): help(name)
    case .secret:
      nextIsSecret = true
      updateSecrecy()
      view.notice("the next line is typed unseen; ^C takes that back\n")
    case .shell(let command): await run(command)
    case .reconnect: ask(.reconnect)
    case .peers: showPeers()
    case .peer(let choice): choose(choice)
    case .dump(let isOn): show(isOn ? .dump : .text)
    case .escape(let isOn): show(isOn ? .escaped : .text)
    case .stats:
      // What was typed just before goes out first.
      await context.loop.yield()
      view.notice((conversation?.statistics.text ?? "") + "\n")
    case .info: view.notice((conversation?.report ?? []).map { $0 + "\n" }.joined())
    case .save(let path): await save(expandedHome(path))
    case .history(let text): showHistory(text)
    case .quit: ask(.quit)
    }
  }

  private func carryOut(_ statement: Statement) async {
    switch statement {
    case .send(let values): await send(values)
    case .halfClose: ask(.halfClose)
    case .close: ask(.close)
    case .reset: ask(.reset)
    case .startTLS(let name):
      ask(.startTLS(name?.literalBytes.map { String(decoding: $0, as: UTF8.self) }))
    case .set(let setting): set(setting)
    default: break  // the prompt's parser makes no others
    }
  }

  private func set(_ setting: Setting) {
    switch setting {
    case .newline(let newline): self.newline = newline
    case .encoding(let name): setEncoding(named: name)
    case .timeout(let duration): conversation?.idle.limit = duration
    }
  }

  private func setEncoding(named name: String) {
    let local = LocalCharacterSet.name
    let asked = ConversationPlan.Encoding(peer: name, local: local, errors: .replace)
    let before = encoding
    guard setEncoding(asked) != nil else { return }
    _ = setEncoding(before)  // it was good
    complain("unknown character set \"" + safeLine(name) + "\"", hint: "/encoding and TAB")
  }

  private func help(_ name: String?) {
    let wanted = CommandDescription.all.filter { name == nil || $0.name == name }
    let width = wanted.map { $0.name.count + $0.usage.count + 2 }.max() ?? 0
    var text = ""
    for command in wanted {
      var line = "/" + command.name + (command.usage.isEmpty ? "" : " " + command.usage)
      line += String(repeating: " ", count: max(0, width - line.count) + 2)
      text += line + command.help + "\n"
    }
    if name == nil { text += "A line that begins with // is sent with one slash.\n" }
    view.notice(text)
  }

  private func showPeers() {
    let peers = conversation?.peers ?? []
    if peers.isEmpty { return view.notice("nobody is there\n") }
    view.notice(
      peers.map { ($0.isChosen ? "* " : "  ") + String($0.number) + "  " + $0.text + "\n" }
        .joined())
  }

  private func choose(_ choice: PeerChoice) {
    do throws(UsageError) {
      try conversation?.choose(choice)
    } catch {
      complain(error.message, hint: error.hint)
    }
  }

  private func showHistory(_ text: String?) {
    let lines = history.lines(with: text).suffix(text == nil ? 50 : 500)
    view.notice(lines.map { safeLine($0) + "\n" }.joined())
  }

  /// Writes what has passed so far: as JSON if the name ends so, else as a hex dump.
  private func save(_ path: String) async {
    switch NamedPipe.kind(of: path) {
    case .regular: await write(path)
    case .other: beside { [self] in await write(path) }
    case .pipe:
      beside { [self] in
        do throws(StreamError) {
          let reader = try await NamedPipe.reader(of: path, on: context.loop)
          await write(path)
          try? reader.close()  // it has done its work
        } catch {
          complain(error.isCancellation ? "stopped" : error.text(context.timeouts))
        }
      }
    }
  }

  private func write(_ path: String) async {
    let isJSON = path.hasSuffix(".json")
    let format: TranscriptFormat =
      isJSON ? .json(.automatic) : .dump(withTime: true, withNumber: context.plan.servesMany)
    do throws(StreamError) {
      let file = try await OutputFile.open(
        path, isAtomic: true, appends: false, on: context.loop)
      do throws(StreamError) {
        if path.hasSuffix(".sct") {
          try await writeScript(to: file)
        } else {
          try await write(log.replay(as: format), to: file)
        }
      } catch {
        try? file.finish(isClean: false)  // the first failure is told
        throw error
      }
      try file.finish(isClean: true)
    } catch {
      return complain(error.isCancellation ? "stopped" : error.text(context.timeouts))
    }
    let lost = log.dropped.sent + log.dropped.received
    view.notice(
      "saved in " + safeLine(path)
        + (lost > 0 ? ", without the first " + String(lost) + " bytes" : "") + "\n")
  }

  /// The conversation as a script that passes when it is run again.
  private func writeScript(to file: OutputFile) async throws(StreamError) {
    let text = log.connections.map { scriptText(of: $0, as: .ours) }.joined(separator: "\n")
    try await file.write(Array(text.utf8))
    try await file.closeWrite(by: .never)
  }

  private func write(
    _ replay: ConversationReplay, to file: OutputFile
  ) async throws(StreamError) {
    var replay = replay
    var bytes: [UInt8] = []
    var goesOn = true
    while goesOn {
      goesOn = replay.next(into: &bytes)
      if bytes.count >= 64 * 1024 || !goesOn {
        try await file.write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try await file.closeWrite(by: .never)
  }
}
