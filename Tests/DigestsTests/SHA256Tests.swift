import Digests
import Testing

private func hex(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4, and the empty message.
  private static let vectors = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ]

  @Test(arguments: vectors) func `a digest is that of the standard`(text: String, digest: String) {
    let sha = SHA256()
    sha.update(Array(text.utf8).span.bytes)
    #expect(sha.byteCount == text.utf8.count)
    #expect(hex(sha.finish()) == digest)
  }

  @Test func `a million bytes have the digest of the standard`() {
    let sha = SHA256()
    let chunk = [UInt8](repeating: 0x61, count: 1000)
    for _ in 0..<1000 { sha.update(chunk.span.bytes) }
    #expect(sha.byteCount == 1_000_000)
    #expect(
      hex(sha.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test(arguments: vectors) func `pieces make no difference`(text: String, digest: String) {
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      let sha = SHA256()
      sha.update(Array(bytes[..<cut]).span.bytes)
      sha.update([UInt8]().span.bytes)
      sha.update(Array(bytes[cut...]).span.bytes)
      #expect(hex(sha.finish()) == digest, "cut at \(cut)")
    }
  }

  @Test func `two digests do not disturb each other`() {
    let (first, second) = (SHA256(), SHA256())
    first.update(Array("a".utf8).span.bytes)
    second.update(Array("ab".utf8).span.bytes)
    first.update(Array("bc".utf8).span.bytes)
    second.update(Array("c".utf8).span.bytes)
    #expect(first.finish() == second.finish())
  }
}
