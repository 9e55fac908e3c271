import Scripting
import Sockets
import TestSupport
import Testing

@Suite struct ScriptRunnerTests {
  private static let script = #"""
    set timeout 30s
    expect line as first
    print "${first}"
    expect /(?<key>\w+)=(?<value>[^;]*);/ as pair
    print "${pair} ${key} ${value} ${0}"
    repeat 4 as n {
      expect hex ca ?? fe
      expect u16 be as size
      expect bytes size as body
      print "${n} ${size} ${body}"
      send u16 size
    }
    loop {
      expect {
        "stop" {
          break
        }
        /st[a-z]+;/ as word {
          print "${word}"
        }
        /s(\d+),/ {
          print "number ${1}"
        }
      }
    }
    expect /(a+)(b*)\n/
    print "${1} ${2}"
    expect "end" hex 00
    expect line as last
    print "${last}"
    send line "${last}"
    expect eof
    """#

  private static let conversation: [UInt8] = {
    var bytes = Array("greeting\r\nsome key=a long value;".utf8)
    for size in [0, 1, 7, 300] {
      bytes += [0xca, UInt8(size & 0xff), 0xfe, UInt8(size >> 8), UInt8(size & 0xff)]
      bytes += (0..<size).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    }
    return bytes + Array("start;s12,ssto;s7,noise stop aaabb\nend\0the last\n and more".utf8)
  }()

  @Test(arguments: 0..<40)
  func `however the bytes are cut, the results are equal`(seed: Int) async throws {
    let pieces = Self.pieces(seed: UInt64(seed))
    let (whole, cut) = try await onLoop { loop in
      (
        try await Self.talk([Self.conversation], on: loop),
        try await Self.talk(pieces, on: loop)
      )
    }
    #expect(whole.outcome == "passed")
    #expect(cut.outcome == whole.outcome)
    #expect(cut.printed == whole.printed)
    #expect(cut.sent == whole.sent)
    let pair = "key=a long value;"
    #expect(cut.printed.hasPrefix("greeting\n\(pair) key a long value \(pair)\n"))
    #expect(cut.printed.hasSuffix("start;\nnumber 12\nsto;\nnumber 7\naaa bb\nthe last\n"))
  }

  @Test(arguments: [1, 17, 60])
  func `an end too early is told wherever it comes`(count: Int) async throws {
    let talk = try await onLoop { loop in
      try await Self.talk([Array(Self.conversation.prefix(count))], on: loop)
    }
    #expect(talk.outcome.contains("and the peer ended before it came"))
  }

  private static func talk(_ pieces: [[UInt8]], on loop: EventLoop) async throws -> ScriptTalk {
    try await ScriptTalk.run(script, against: pieces, on: loop)
  }

  private static func pieces(seed: UInt64) -> [[UInt8]] {
    var random = SeededGenerator(state: seed)
    var pieces: [[UInt8]] = []
    var rest = conversation[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...40, using: &random))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}
