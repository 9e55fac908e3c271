import CReadline
import Glibc
package import Sockets
import SystemPackage

/// GNU readline on the loop: a line that is typed while bytes arrive.
///
/// Keys come in as they are typed and never make the loop wait; what readline draws goes through the
/// same queue as what is printed above the line, so that a terminal that was stopped with `^S` stops
/// nothing. There is one in a process, because readline has one state.
package final class LineEditor: @unchecked Sendable {
  /// What may replace a word of the line.
  package struct Completion: Sendable {
    /// Where the word begins, in bytes.
    package var start: Int
    package var candidates: [String]
    /// Whether the candidates name files.
    package var arePaths: Bool
    /// What follows the only candidate; nil for nothing.
    package var append: UInt8?

    /// Candidates for the word from a place on.
    package init(start: Int, candidates: [String], arePaths: Bool = false, append: UInt8? = nil) {
      self.start = start
      self.candidates = candidates
      self.arePaths = arePaths
      self.append = append
    }
  }

  /// What its owner knows about lines.
  package struct Advice: Sendable {
    /// What may stand at the place of the cursor, in bytes.
    package var complete: @Sendable (_ line: [UInt8], _ cursor: Int) -> Completion?
    /// What may come next after the line.
    package var hint: @Sendable (_ line: [UInt8]) -> String?

    /// Lines of an owner who knows about them.
    package init(
      complete: @escaping @Sendable ([UInt8], Int) -> Completion?,
      hint: @escaping @Sendable ([UInt8]) -> String?
    ) {
      self.complete = complete
      self.hint = hint
    }
  }

  /// What is drawn and printed.
  package let output: OutputQueue
  private let loop: EventLoop
  private let input: DescriptorSource
  private let advice: Advice
  private var scanner = PasteScanner()
  private var pieces: [PasteScanner.Piece] = []
  private var secretKeys = SecretKeys()
  private var events: [PromptEvent] = []
  private var candidates: [String] = []
  private var isOpen = false
  private var awaitsForeground = false
  private var pasteEndsInReturn = false
  /// Whether the rest of a paste is thrown away.
  private var dropsPaste = false
  private var hasHungUp = false
  /// How much was read and waits to be acted on.
  private var aheadCount = 0
  /// Whether the line is typed unseen.
  package private(set) var isSecret = false

  /// How long the beginning of a mark is waited with, in case it was only a key.
  private static let keyTime = Duration.milliseconds(30)
  /// How much may be read before it is acted on.
  private static let aheadLimit = 64 * 1024 * 1024

  /// Takes the terminal on standard input and output.
  ///
  /// Returns nil if this was built without readline.
  /// - Throws: what `tcsetattr(3)` said.
  package init?(
    name: String, advice: Advice, on loop: EventLoop
  ) throws(StreamError) {
    input = DescriptorSource(0, subject: .standardInput, on: loop)
    output = OutputQueue(to: DescriptorSink(1, subject: .standardOutput, on: loop), on: loop)
    self.loop = loop
    self.advice = advice
    guard start(name) else { return nil }
    guard terminal_take(0, 1) == 0 else {
      throw StreamError(.open, .standardInput, .system(Errno(rawValue: errno)))
    }
    isOpen = true
    editor_hide()
  }

  private func start(_ name: String) -> Bool {
    // The one editor of the process lives as long as it.
    let context = Unmanaged.passRetained(self).toOpaque()
    // readline keeps the name's address.
    return name.withCString { name in
      var hooks = editorHooks(context)
      return editor_start(strdup(name), &hooks) != 0
    }
  }

  // MARK: What is typed

  /// Suspends until the person has done something; nil if the task is cancelled.
  package func next() async -> PromptEvent? {
    while events.isEmpty {
      if !pieces.isEmpty {
        take(pieces.removeFirst())
        continue
      }
      aheadCount = 0
      if hasHungUp { return .hangUp }
      let deadline = scanner.isHoldingKeys ? Deadline.after(Self.keyTime) : .never
      do throws(StreamError) {
        guard let bytes = try await input.read(limit: 4096, by: deadline) else { return .hangUp }
        pieces = scanner.scan(bytes)
      } catch {
        if error.isCancellation || !isOpen { return nil }
        guard case .timedOut = error.cause else { return .hangUp }
        pieces = scanner.release()
      }
    }
    return events.removeFirst()
  }

  /// Reads what is typed and leaves it for ``next()``, so that the terminal can pass on `^C`; suspends
  /// until there was something, or the task is cancelled.
  package func readAhead() async {
    guard !hasHungUp, aheadCount < Self.aheadLimit else {
      await loop.sleep(until: .never)
      return
    }
    do throws(StreamError) {
      if let bytes = try await input.read(limit: 65536) { return keep(bytes) }
      hasHungUp = true
    } catch {
      hasHungUp = !error.isCancellation
    }
  }

  private func keep(_ bytes: [UInt8]) {
    aheadCount += bytes.count
    pieces += scanner.scan(bytes)
  }

  /// Throws away what was typed and pasted and not acted on, with the rest of a paste that has not come
  /// whole; returns how many bytes that were.
  package func dropAhead() -> Int {
    while let bytes = typedNow() { keep(bytes) }
    var count = 0
    for case .line(let line) in events { count += line.bytes.count + 1 }
    for piece in pieces {
      switch piece {
      case .typed(let bytes), .pasted(let bytes): count += bytes.count
      case .pasteEnded: continue
      }
    }
    (events, pieces, pasteEndsInReturn) = ([], [], false)
    dropsPaste = scanner.isPasting
    return count
  }

  /// What can be read without waiting; nil if there is nothing.
  private func typedNow() -> [UInt8]? {
    guard aheadCount < Self.aheadLimit else { return nil }
    var attempt = Attempt.wouldBlock
    // What fails now fails again when it is waited for.
    let bytes = try? [UInt8](unsafeUninitializedCapacity: 4096) {
      buffer, count throws(StreamError) in
      var space = OutputRawSpan(
        buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
      attempt = try input.tryRead(into: &space)
      count = space.byteCount
    }
    guard case .moved = attempt, let bytes, !bytes.isEmpty else { return nil }
    return bytes
  }

  private func take(_ piece: PasteScanner.Piece) {
    switch piece {
    case .pasted where dropsPaste: return
    case .typed(let keys) where isSecret: takeSecret(keys)
    case .typed(let keys):
      // What a line does, such as hiding the next one, comes before the keys behind it.
      let rest = keys.dropFirst(editor_feed(keys, keys.count))
      if !rest.isEmpty { pieces.insert(.typed(Array(rest)), at: 0) }
    case .pasted(let bytes):
      // A search or the like ends with it.
      editor_leave_modes()
      paste(bytes)
    case .pasteEnded:
      (pasteEndsInReturn, dropsPaste) = (false, false)
    }
  }

  /// Passes on what makes a line, and no key that would keep it for a line that is seen.
  private func takeSecret(_ keys: [UInt8]) {
    // Behind the end of the line the next one begins, which may be seen.
    let end = keys.firstIndex { $0 == 13 || $0 == 10 }.map { $0 + 1 } ?? keys.count
    if end < keys.count { pieces.insert(.typed(Array(keys[end...])), at: 0) }
    for step in secretKeys.take(Array(keys[..<end])) {
      switch step {
      case .clear: editor_clear_line()
      case .eraseWord: editor_erase_word()
      case .keys(let keys): _ = editor_feed(keys, keys.count)
      }
    }
  }

  /// Enters the lines of a paste, and leaves what stands behind the last of them in the line.
  private func paste(_ bytes: [UInt8]) {
    let isCommand = editor_is_command() != 0 && editor_cursor() > 0
    let lines = pastedLines(bytes)
    pasteEndsInReturn = bytes.last == 13
    // A command was typed, and is entered by a key alone.
    if isCommand { return editor_insert(text(Array(lines.joined(separator: [0x20])))) }
    for pasted in lines.dropLast() {
      let cursor = editor_cursor()
      let whole = line.prefix(cursor) + pasted
      // What stands behind the cursor stays behind the paste.
      editor_set_line(text(Array(line.dropFirst(cursor))))
      events.append(.line(TypedLine(Array(whole), isText: true, isSecret: isSecret)))
    }
    if let last = lines.last, !last.isEmpty { editor_insert(text(last)) }
  }

  /// The lines of a paste, whatever ends them, and what stands behind the last end.
  private func pastedLines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var lastWasReturn = pasteEndsInReturn
    for byte in bytes {
      if byte == 13 || byte == 10 && !lastWasReturn {
        lines.append([])
      } else if byte != 10 {
        lines[lines.count - 1].append(byte)
      }
      lastWasReturn = byte == 13
    }
    return lines
  }

  fileprivate func accept(_ line: [UInt8]?) {
    guard let line else { return events.append(.endOfInput) }
    let isText = editor_is_command() == 0
    events.append(.line(TypedLine(line, isText: isText, isSecret: isSecret)))
  }

  /// The line as it stands.
  package var line: [UInt8] { editor_line().map { bytes(of: $0) } ?? [] }

  /// Whether the line is a command as it stands.
  package var isCommand: Bool { editor_is_command() != 0 }

  /// Empties the line; whether there was anything in it.
  package func clearLine() -> Bool {
    let wasEmpty = line.isEmpty
    editor_clear_line()
    return !wasEmpty
  }

  fileprivate func complete(_ line: [UInt8], _ cursor: Int) -> Completion? {
    let completion = isSecret ? nil : advice.complete(line, cursor)
    candidates = completion?.candidates ?? []
    return completion
  }

  fileprivate func candidate(_ index: Int) -> String { candidates[index] }

  fileprivate func hint(_ line: [UInt8]) -> String? { advice.hint(line) }

  // MARK: What is shown

  /// Prints whole lines above the line that is typed, behind a new prompt.
  ///
  /// In the prompt, what stands between U+0001 and U+0002 takes no column.
  package func show(_ lines: [UInt8], prompt: String) {
    guard isOpen else { return output.append(lines) }
    editor_hide()
    if !lines.isEmpty { output.append(lines) }
    editor_set_prompt(prompt)
    if terminal_is_ours(0) != 0 { editor_show() }
  }

  /// How many characters there is room for on the screen.
  var screenSize: Int { Int(editor_screen_size()) }

  /// Draws what is typed from here on, or leaves it unseen.
  package func setSecret(_ isSecret: Bool) {
    guard isSecret != self.isSecret else { return }
    self.isSecret = isSecret
    editor_hide()
    editor_set_secret(isSecret ? 1 : 0)
  }

  /// The size of the terminal has changed.
  package func resize() {
    if isOpen { editor_resize() }
  }

  // MARK: Job control, and the end

  /// Stops the process as `^Z` does, with the terminal as it was; returns when it is continued.
  package func stopProcess() async {
    if isOpen { editor_hide() }
    await output.drain(to: 0, by: .after(.milliseconds(200)))
    terminal_release()
    terminal_stop_process()
    resume()
  }

  /// The process was continued: in the foreground the line is edited again.
  package func resume() {
    guard isOpen else { return }
    if terminal_is_ours(0) == 0 { return resumeInForeground() }
    // Whatever else has used the terminal has left its cursor somewhere: a new line is safe.
    if terminal_take(0, 1) == 0 {
      editor_resize()
      editor_show()
    }
  }

  /// Goes on when the shell gives the terminal back: of that a running job is told by no signal.
  private func resumeInForeground() {
    guard !awaitsForeground else { return }
    awaitsForeground = true
    Task(executorPreference: loop) { [self] in
      while isOpen, terminal_is_ours(0) == 0 {
        guard await loop.sleep(until: .after(.milliseconds(200))) else { break }
      }
      awaitsForeground = false
      if terminal_is_ours(0) != 0 { resume() }
    }
  }

  /// Takes the line off the screen and gives the terminal back as it was.
  package func close() async {
    guard isOpen else { return }
    editor_hide()
    isOpen = false
    await output.drain(to: 0, by: .after(.milliseconds(200)))
    terminal_release()
  }

  // MARK: History

  /// Says how many lines are kept to go back to.
  package func limitHistory(to count: Int) { editor_limit_history(Int32(clamping: count)) }

  /// Adds a line to go back to.
  package func addHistory(_ line: [UInt8]) { editor_add_history(text(line)) }

  /// Bytes as C text, which ends at a zero byte.
  private func text(_ bytes: [UInt8]) -> [CChar] {
    bytes.filter { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
  }
}

// MARK: What C calls

/// The functions that readline calls; all on the loop's thread, inside of a call of ours.
private func editorHooks(_ context: UnsafeMutableRawPointer) -> editor_hooks {
  editor_hooks(
    context: context,
    draw: { context, bytes, count in
      owner(context)?.output.append(UnsafeRawBufferPointer(start: bytes, count: count))
    },
    accept: { context, line in owner(context)?.accept(line.map { bytes(of: $0) }) },
    complete: { context, line, cursor, found in
      guard let line, let found,
        let completion = owner(context)?.complete(bytes(of: line), Int(cursor))
      else { return 0 }
      found.pointee.start = Int32(completion.start)
      found.pointee.append = completion.append.map { CChar(bitPattern: $0) } ?? 0
      found.pointee.are_files = completion.arePaths ? 1 : 0
      return Int32(completion.candidates.count)
    },
    candidate: { context, index in
      owner(context).flatMap { strdup($0.candidate(Int(index))) }
    },
    hint: { context, line in
      guard let line, let hint = owner(context)?.hint(bytes(of: line)) else { return nil }
      return strdup(hint)
    })
}

private func owner(_ context: UnsafeMutableRawPointer?) -> LineEditor? {
  context.map { Unmanaged<LineEditor>.fromOpaque($0).takeUnretainedValue() }
}

private func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}
