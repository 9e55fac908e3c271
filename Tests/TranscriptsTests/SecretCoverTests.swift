import ByteText
import Testing

@testable import Transcripts

@Suite struct SecretCoverTests {
  /// What is shown of pieces that a peer sent, with asterisks and a bar between them.
  private func shown(
    _ pieces: [String], _ secrets: [String], as record: TranscriptRecord = .bytes(.received)
  ) -> String {
    var cover = SecretCover(secrets.map { Array($0.utf8) })
    return pieces.map { piece in
      let bytes = Array(piece.utf8)
      let covered = cover.covered(record, bytes.span.bytes)
      let masked = bytes.indices.map { covered.isEmpty || !covered[$0] ? bytes[$0] : 0x2a }
      return String(decoding: masked, as: UTF8.self)
    }.joined(separator: "|")
  }

  @Test(
    arguments: [
      ("is hunter22.", "is ********."), ("nothing", "nothing"), ("", ""),
      ("hunter2 hunter22 hunter2", "hunter2 ******** *******"),
      ("is hun|ter22, yes", "is ***|*****, yes"), ("is hun|dred", "is ***|dred"),
      ("h|u|n|t|e|r|2|2|2", "*|*|*|*|*|*|*|*|2"), ("hunthunter22", "hunt********"),
      ("hunt|hunter|22 ", "****|******|** "),
    ])
  func `a secret is covered however it is cut`(text: String, wanted: String) {
    let pieces = text.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
    #expect(shown(pieces, ["hunter22"]) == wanted)
  }

  @Test func `secrets that overlap are covered whole`() {
    #expect(shown(["xabababay"], ["aba"]) == "x*******y")
    #expect(shown(["xabcdy"], ["abc", "bcd", ""]) == "x****y")
    #expect(shown(["aab", "ab aaab"], ["aaab"]) == "aab|ab ****")
  }

  @Test func `what we send is left as it is, and datagrams do not go on in each other`() {
    #expect(shown(["hunter22"], ["hunter22"], as: .bytes(.sent)) == "hunter22")
    #expect(shown(["hunter22"], []) == "hunter22")
    let datagram = DatagramRecord(direction: .received, peer: nil, local: nil, isTruncated: false)
    #expect(
      shown(["hunt", "er22", "hunter22"], ["hunter22"], as: .datagram(datagram))
        == "****|er22|********")
  }

  @Test func `every cut of every text covers the same but for ends`() {
    let text = "aabaabaaabaab"
    for secret in ["aab", "abaa", "aabaab", "b"] {
      let whole = Array(shown([text], [secret]))
      for cut in 1..<text.count {
        let pieces = [String(text.prefix(cut)), String(text.dropFirst(cut))]
        let cutText = Array(shown(pieces, [secret]).filter { $0 != "|" })
        #expect(zip(whole, cutText).allSatisfy { $0 != "*" || $1 == "*" }, "\(secret) \(cut)")
      }
    }
  }
}
