import Relaying
import Testing

@Suite struct LineEndingsTests {
  static let rows = [
    ("", ""), ("a", "a"), ("\n", "\r\n"), ("a\nb\n", "a\r\nb\r\n"), ("a\r\nb\r\n", "a\r\nb\r\n"),
    ("\r", "\r"), ("\ra", "\ra"), ("\r\r\n", "\r\r\n"), ("\n\n", "\r\n\r\n"),
    ("\r\n\n", "\r\n\r\n"), ("\n\r\n", "\r\n\r\n"), ("\0\n\0", "\0\r\n\0"),
  ]

  @Test(arguments: rows)
  func `LF becomes CRLF and CRLF stays, cut anywhere`(plain: String, sent: String) throws {
    for size in 1...3 {
      #expect(try convert(Array(plain.utf8), size, LineEndings()) == Array(sent.utf8))
    }
  }
}
