import ByteText
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `the examples of RFC 4648 hold`(plain: String, encoded: String) {
    #expect(base64(Array(plain.utf8)) == encoded)
  }

  @Test func `every character of the alphabet is used`() {
    #expect(base64([0xfb, 0xff, 0xfe, 0x00]) == "+//+AA==")
    #expect(base64([0xff, 0xff, 0xff]) == "////")
    #expect(base64([0, 0x10, 0x83, 0x10, 0x51, 0x87]) == "ABCDEFGH")
  }

  @Test func `it is appended to what is there`() {
    var output = Array("data:".utf8)
    appendBase64(([0x66] as [UInt8]).span.bytes, to: &output)
    #expect(text(output) == "data:Zg==")
  }

  private func base64(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    appendBase64(bytes.span.bytes, to: &output)
    return text(output)
  }
}
