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

  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zg", "f"), ("Zm8=", "fo"), ("Zm8", "fo"), ("Zm9v", "foo"),
    ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"),
  ])
  func `a text comes back, padded or not`(encoded: String, plain: String) {
    #expect(base64Bytes(of: encoded.utf8) == Array(plain.utf8))
  }

  @Test func `every byte comes back`() {
    let bytes = Array(UInt8.min...UInt8.max)
    for count in 0...bytes.count {
      let last = Array(bytes.suffix(count))
      #expect(base64Bytes(of: base64(last).utf8) == last)
    }
  }

  @Test(arguments: [
    // A character alone, and padding that is not what is missing.
    "Z", "Zm9vY", "Z===", "Zg=", "Zg===", "Zm8==", "Zm9v=", "=", "==", "====",
    // Something behind or inside of the padding.
    "Zg==Zg==", "Zg=g", "=Zg=",
    // Other characters: the alphabet of URLs, spaces, ends of lines, those beside the alphabet.
    "Zm-v", "Zm_v", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9\0", "Zm9@", "Zm9[", "Zm9`", "Zm9{", "Zm9:",
    "Zm9\u{e4}",
    // Bits that are left over.
    "Zh==", "Zh", "Zm9=", "Zm9", "Zn8=/",
  ])
  func `what is no base64 is nothing`(text: String) {
    #expect(base64Bytes(of: text.utf8) == nil)
  }

  private func base64(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    appendBase64(bytes.span.bytes, to: &output)
    return text(output)
  }
}
