import ByteText
import Glibc
import Sockets
import SystemPackage
import TLS
import Terminal

/// The pass phrase of a key.
enum PassPhrase {
  /// The first line of a file.
  static func read(from path: String) throws(StreamError) -> [UInt8] {
    do throws(Errno) {
      let bytes = try TextFile.bytes(of: path, limit: 64 * 1024)
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
      return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    } catch {
      throw StreamError(.open, .file(path), .system(error))
    }
  }

  /// What a person types unseen on the terminal; nil without a terminal.
  static func ask(_ file: String, on loop: EventLoop) async throws(StreamError) -> [UInt8]? {
    let question = "pass phrase of " + safeLine(file) + ": "
    guard let terminal = UnseenLine(question: question) else { return nil }
    defer { terminal.restore() }
    guard let line = await loop.offload({ terminal.read() }) else {
      throw StreamError(.read, .file("/dev/tty"), .cancelled)
    }
    return line
  }
}
