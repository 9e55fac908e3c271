package import Sockets

/// Sends LF as CRLF and leaves CRLF alone, also where it is cut in two.
package struct LineEndings: ByteFilter {
  private var lastWasCarriageReturn = false

  /// Begins at the start of a line.
  package init() {}

  package mutating func convert(
    _ bytes: RawSpan, into output: inout [UInt8]
  ) throws(StreamError) {
    bytes.withUnsafeBytes { bytes in
      output.reserveCapacity(output.count + bytes.count + 64)
      for byte in bytes {
        if byte == 10 && !lastWasCarriageReturn { output.append(13) }
        output.append(byte)
        lastWasCarriageReturn = byte == 13
      }
    }
  }

  package mutating func finish(into output: inout [UInt8]) throws(StreamError) {}
}
