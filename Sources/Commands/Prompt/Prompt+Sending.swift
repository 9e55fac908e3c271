import ByteText
import Glibc
import Relaying
import Scripting
import Sockets
import SystemPackage
import Terminal
import Transcripts

/// What commands send: values, files, and what programs print.
extension Prompt {
  func send(_ values: [Value]) async {
    guard mayBeSent() else { return }
    var message: [UInt8] = []
    // An empty datagram is a message too.
    var endsWithMessage = false
    for value in values {
      endsWithMessage = true
      switch value {
      case .hex(let bytes): message += bytes
      case .text(let parts): message += literal(parts)
      case .line(let parts): message += literal(parts) + newline.bytes
      case .file(let path):
        if !message.isEmpty { input.add(.message(message, isSecret: false)) }
        message = []
        endsWithMessage = false
        await send(file: path)
      case .integer, .length, .mask: break  // the prompt's parser makes no such values
      }
    }
    if endsWithMessage, !message.isEmpty || context.plan.isDatagram {
      input.add(.message(message, isSecret: false))
    }
  }

  /// The bytes of a text; the prompt has no variables, and its parser knows that.
  private func literal(_ parts: [TextPart]) -> [UInt8] {
    parts.literalBytes ?? []
  }

  private func send(file written: String) async {
    let path = expandedHome(written)
    do throws(StreamError) {
      if NamedPipe.kind(of: path) == .pipe { return try send(pipe: path) }
      if context.plan.isDatagram { return try sendDatagram(of: path) }
      let number = try await openFile(
        path, flags: O_RDONLY, subject: .file(path), on: context.loop)
      let source = DescriptorSource(number, subject: .file(path), on: context.loop)
      add(source, named: path, size: fileSize(number)) { _ in
        Glibc.close(number)
      }
    } catch {
      complain(error.text(context.timeouts))
    }
  }

  /// Sends what is written into a named pipe, whose writer may be yet to come.
  private func send(pipe path: String) throws(StreamError) {
    let pipe = try NamedPipeSource(path, on: context.loop)
    guard context.plan.isDatagram else {
      return add(pipe, named: path, size: nil) { _ in pipe.close() }
    }
    beside { [self] in
      do throws(StreamError) {
        defer { pipe.close() }
        var bytes: [UInt8] = []
        while bytes.count <= context.plan.datagramLimit,
          let more = try await pipe.read(limit: 65536)
        { bytes += more }
        addDatagram(bytes, of: path)
      } catch {
        complain(error.isCancellation ? "stopped" : error.text(context.timeouts))
      }
    }
  }

  private func sendDatagram(of path: String) throws(StreamError) {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try TextFile.bytes(of: path, limit: context.plan.datagramLimit + 1)
    } catch {
      throw StreamError(.open, .file(path), .system(error))
    }
    addDatagram(bytes, of: path)
  }

  private func addDatagram(_ bytes: [UInt8], of path: String) {
    guard bytes.count <= context.plan.datagramLimit else {
      return complain(safeLine(path) + ": longer than a datagram can be")
    }
    input.add(.message(bytes, isSecret: false))
  }

  /// Sends a source to its end, and shows how far it is.
  private func add(
    _ base: any ByteSource, named name: String, size: Int?,
    then end: @escaping @Sendable (_ wasStopped: Bool) -> Void
  ) {
    let source = CountedSource(base)
    let progress = Task(executorPreference: context.loop) { [weak self, context] in
      while await context.loop.sleep(until: .after(.milliseconds(200))) {
        // Cancelled while it woke up: what is shown by now is not to be covered.
        if Task.isCancelled { return }
        // Others are before it.
        guard let begun = source.begun else { continue }
        let elapsed = Deadline.now.since(begun)
        self?.view.status =
          safeLine(name) + "  " + progressText(source.count, of: size, after: elapsed) + " > "
      }
    }
    input.add(
      .source(source) { [weak self, context] failure in
        progress.cancel()
        end(failure != nil)
        guard let self else { return }
        view.status = nil
        let amount = amountText(source.count) + " of " + safeLine(name)
        switch failure {
        case nil: view.notice(amount + " were sent\n")
        case let failure? where failure.isCancellation: complain("stopped after " + amount)
        case let failure?: complain(failure.text(context.timeouts) + ", after " + amount)
        }
      })
  }

  /// Runs a shell's command line and sends what it prints.
  func run(_ command: String) async {
    guard mayBeSent() else { return }
    do throws(StreamError) {
      let process = try ShellCommand(command, on: context.loop) { [weak self] lines in
        guard let self else { return }
        view.notice(safeText(lines))
        // It stands still while the terminal does.
        try? await waitForRoomOnScreen(by: .never)
      }
      programs[ObjectIdentifier(process)] = process
      if context.plan.isDatagram { return sendDatagram(of: process) }
      add(process.output, named: "/shell", size: nil) { [weak self, context] wasStopped in
        Task(executorPreference: context.loop) {
          await self?.finish(process, wasStopped: wasStopped)
        }
      }
    } catch {
      complain(error.text(context.timeouts))
    }
  }

  private func sendDatagram(of process: ShellCommand) {
    beside { [self] in
      let output = await result { () throws(StreamError) in
        try await process.wholeOutput(limit: context.plan.datagramLimit)
      }
      switch output {
      case .success(let bytes): input.add(.message(bytes, isSecret: false))
      case .failure(let error): complain(error.isCancellation ? "stopped" : error.text())
      }
      await finish(process, wasStopped: Task.isCancelled)
    }
  }

  private func finish(_ process: ShellCommand, wasStopped: Bool) async {
    if let text = await process.finish(wasStopped: wasStopped) { complain(text) }
    programs[ObjectIdentifier(process)] = nil
  }
}
