import ByteText
import Relaying
import Scripting
import Sockets
import Terminal
import Transcripts

/// What came, and how it is shown.
extension Prompt {
  /// Recorders of a new connection: for the dump that can be switched on, and for `/save`.
  func recorders(for connection: TranscriptConnection) -> [Recorder] {
    let recorder = Recorder(connection, in: dump)
    recorder.isEnabled = display == .dump
    dumpRecorders = dumpRecorders.suffix(63) + [recorder]
    return [recorder, Recorder(connection, in: log)]
  }

  func show(_ display: Display) {
    self.display = display
    for recorder in dumpRecorders { recorder.isEnabled = display == .dump }
  }

  /// Shows what came.
  func received(_ bytes: RawSpan) {
    var text: [UInt8] = []
    if let decoder {
      // What is no character is replaced, so that nothing can fail.
      try? decoder.convert(bytes, into: &text)
    } else {
      text = bytes.withUnsafeBytes { Array($0) }
    }
    seen.receive(text)
    noteQuestion(text)
    switch display {
    case .text:
      var safe: [UInt8] = []
      safety.encode(text.span.bytes, into: &safe)
      view.received(safe)
    case .escaped:
      var line: [UInt8] = []
      appendEscaped(bytes, to: &line)
      view.lines(line + [10])
    case .dump, .transcript: view.redraw()
    }
    updateSecrecy()
  }

  /// Keeps the end of the line that the peer has not finished, however it is shown.
  private func noteQuestion(_ text: [UInt8]) {
    if let end = text.lastIndex(of: 10) {
      question = Array(text[(end + 1)...].suffix(Self.questionLimit))
    } else {
      question = Array((question + text.suffix(Self.questionLimit)).suffix(Self.questionLimit))
    }
  }

  /// More of an unfinished line is not looked at.
  private static let questionLimit = 1024

  /// The connection has ended: what was held back is shown.
  func endReceiving() {
    var rest: [UInt8] = []
    safety.finish(into: &rest)
    safety = SafeTextEncoder()
    if !view.unfinishedLine.isEmpty { rest.append(10) }
    view.received(rest)
    question = []
    updateSecrecy()
  }

  /// Types unseen behind a question for a password.
  func updateSecrecy() {
    let question = plainQuestion(question)
    let isAsked =
      !question.isEmpty
      && settings.secretPatterns.contains { pattern in
        // Behind what a pattern cannot decide about, rather too much is hidden than too little.
        (try? pattern.matches(question)) ?? true
      }
    let before = editor.isSecret
    // What was begun unseen stays so, though the question has gone by.
    let isBegun = before && !editor.line.isEmpty
    editor.setSecret(nextIsSecret || isAsked || isBegun)
    if before != editor.isSecret { view.redraw() }
  }

  // MARK: Character sets

  /// Speaks another character set from here on; what is wrong with it, if anything.
  func setEncoding(_ encoding: ConversationPlan.Encoding?) -> String? {
    self.encoding = encoding
    guard let encoding else {
      decoder = nil
      return nil
    }
    decoder = CharacterSetConverter(
      from: encoding.peer, to: encoding.local, onError: .replace, subject: .standardOutput)
    return decoder == nil ? "unknown character set\n" : nil
  }
}
