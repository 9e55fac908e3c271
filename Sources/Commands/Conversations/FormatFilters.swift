import ByteText
import Relaying
import Sockets
import Transcripts

/// Input with C escapes, whose line breaks are layout.
struct EscapedInput: ByteFilter {
  private var decoder = EscapeDecoder(lineBreaks: .layout)
  private let subject: StreamError.Subject

  init(_ subject: StreamError.Subject) { self.subject = subject }

  mutating func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError) {
    do throws(TextFormatError) {
      try decoder.decode(bytes, into: &output)
    } catch {
      throw .badInput(error, subject)
    }
  }

  mutating func finish(into output: inout [UInt8]) throws(StreamError) {
    do throws(TextFormatError) {
      try decoder.finish(into: &output)
    } catch {
      throw .badInput(error, subject)
    }
  }
}

/// Input as a hex dump, or as bare hex digits.
struct HexInput: ByteFilter {
  private var reader: HexdumpReader
  private let subject: StreamError.Subject

  init(_ rows: HexRows, _ subject: StreamError.Subject) {
    switch rows {
    case .sent: reader = HexdumpReader(rows: .sent)
    case .received: reader = HexdumpReader(rows: .received)
    case .both: reader = HexdumpReader(rows: .both)
    }
    self.subject = subject
  }

  mutating func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError) {
    do throws(TextFormatError) {
      try reader.decode(bytes, into: &output)
    } catch {
      throw .badInput(error, subject)
    }
  }

  mutating func finish(into output: inout [UInt8]) throws(StreamError) {
    do throws(TextFormatError) {
      try reader.finish(into: &output)
    } catch {
      throw .badInput(error, subject)
    }
  }
}

/// Output that a terminal can be shown.
struct SafeOutput: ByteFilter {
  private var encoder = SafeTextEncoder()

  mutating func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError) {
    encoder.encode(bytes, into: &output)
  }

  mutating func finish(into output: inout [UInt8]) throws(StreamError) {
    encoder.finish(into: &output)
  }
}

/// Output with C escapes, one line a chunk.
struct EscapedOutput: ByteFilter {
  mutating func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError) {
    appendEscaped(bytes, to: &output)
    output.append(10)
  }

  mutating func finish(into output: inout [UInt8]) throws(StreamError) {}
}

extension StreamError {
  fileprivate static func badInput(_ error: TextFormatError, _ subject: Subject) -> StreamError {
    StreamError(.convert, subject, .layer(Verdict(.usage, error.description)))
  }
}
