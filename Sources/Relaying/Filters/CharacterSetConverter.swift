import Glibc
package import Sockets

/// Converts text from one character set to another; a character is never split.
///
/// The corresponding C function is `iconv`.
package final class CharacterSetConverter: ByteFilter, @unchecked Sendable {
  /// What happens with bytes that are no character, or have none in the other set.
  package enum ErrorPolicy: Sendable {
    /// The conversion ends with an error that names offset and bytes.
    case fail
    /// They become a question mark, and are counted.
    case replace
  }

  /// How many bytes were replaced.
  package private(set) var replacements = 0
  private let descriptor: iconv_t
  private let policy: ErrorPolicy
  private let subject: StreamError.Subject
  private let names: (from: String, to: String)
  private var waiting: [UInt8] = []
  private var offset = 0

  /// Prepares a conversion; nil if one of the names is unknown.
  package init?(
    from source: String, to target: String, onError policy: ErrorPolicy,
    subject: StreamError.Subject
  ) {
    guard let opened = iconv_open(target, source), Int(bitPattern: opened) != -1 else {
      return nil
    }
    descriptor = opened
    self.policy = policy
    self.subject = subject
    names = (source, target)
  }

  deinit { iconv_close(descriptor) }

  package func convert(_ bytes: RawSpan, into output: inout [UInt8]) throws(StreamError) {
    bytes.withUnsafeBytes { waiting.append(contentsOf: $0) }
    var done = 0
    defer {
      offset += done
      waiting.removeFirst(done)
    }
    while done < waiting.count {
      let (taken, reason) = run(from: done, into: &output)
      done += taken
      switch reason {
      case 0, E2BIG: continue
      case EINVAL: return  // the beginning of a character, whose rest has not come yet
      default:
        let length = characterLength(at: done)
        try refuse(done..<done + length, into: &output)
        done += length
      }
    }
  }

  package func finish(into output: inout [UInt8]) throws(StreamError) {
    // The beginning of a character whose rest does not come.
    if !waiting.isEmpty { try refuse(waiting.indices, into: &output) }
    waiting = []
    // A stateful set returns to its initial state.
    let room = output.count
    output.append(contentsOf: repeatElement(0, count: 16))
    let written = output.withUnsafeMutableBytes { buffer -> Int in
      var start = buffer.baseAddress?.advanced(by: room).assumingMemoryBound(to: CChar.self)
      var left = 16
      iconv(descriptor, nil, nil, &start, &left)
      return 16 - left
    }
    output.removeLast(16 - written)
  }

  /// One call: how many bytes were taken, and `errno` or 0.
  private func run(from start: Int, into output: inout [UInt8]) -> (taken: Int, reason: Int32) {
    let before = output.count
    let room = (waiting.count - start) * 2 + 64
    output.append(contentsOf: repeatElement(0, count: room))
    var inputLeft = waiting.count - start
    var outputLeft = room
    var reason: Int32 = 0
    waiting.withUnsafeMutableBytes { input in
      output.withUnsafeMutableBytes { output in
        var from = input.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var to = output.baseAddress?.advanced(by: before).assumingMemoryBound(to: CChar.self)
        if iconv(descriptor, &from, &inputLeft, &to, &outputLeft) == -1 { reason = errno }
      }
    }
    output.removeLast(outputLeft)
    return (waiting.count - start - inputLeft, reason)
  }

  /// Deals with what cannot be converted.
  private func refuse(_ range: Range<Int>, into output: inout [UInt8]) throws(StreamError) {
    let bytes = waiting[range]
    guard policy == .fail else {
      replacements += bytes.count
      output.append(UInt8(ascii: "?"))
      return
    }
    throw StreamError(
      .convert, subject,
      .layer(
        ConversionError(
          .local,
          "bytes " + hexText(bytes) + " at offset " + String(offset + range.lowerBound)
            + " cannot be converted from " + names.from + " to "
            + names.to)))
  }

  /// In UTF-8 a character that has no place in the other set is known as a whole; elsewhere a byte.
  private func characterLength(at index: Int) -> Int {
    guard names.from.uppercased() == "UTF-8" || names.from.uppercased() == "UTF8" else { return 1 }
    let length = (~waiting[index]).leadingZeroBitCount
    let rest = waiting[(index + 1)...].prefix(max(0, length - 1))
    let isWhole = (2...4).contains(length) && rest.count == length - 1
    return isWhole && rest.allSatisfy { $0 & 0xc0 == 0x80 } ? length : 1
  }
}

private func hexText(_ bytes: ArraySlice<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
