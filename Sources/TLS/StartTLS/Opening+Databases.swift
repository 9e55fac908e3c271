import Sockets

/// PostgreSQL and MySQL, which speak in packets.
extension Opening {
  /// An `SSLRequest`, which is answered by one letter.
  func openPostgreSQL() async throws(StreamError) {
    try await send([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
    let answer = try await take(1)
    switch answer[0] {
    case UInt8(ascii: "S"): note(answer)
    case UInt8(ascii: "N"):
      note(answer)
      throw notOffered("it answers N")
    case UInt8(ascii: "E"): throw refusal(try await postgreSQLError())
    default: throw stranger(answer + pending)
    }
  }

  /// What an `ErrorResponse` says to people, behind its first letter: the field `M`.
  private func postgreSQLError() async throws(StreamError) -> String {
    let size = try await take(4)
    let count = size.reduce(0) { $0 << 8 | Int($1) } - 4
    guard count >= 0 else { throw stranger([UInt8(ascii: "E")] + size + pending) }
    let fields = try await take(count)
    let shown = note([UInt8(ascii: "E")] + size + fields)
    let words = fields.split(separator: 0).first { $0.first == UInt8(ascii: "M") }
    return words.map { Self.escaped(Array($0.dropFirst())) } ?? shown
  }

  /// The server greets; an `SSLRequest` takes the place of the answer's beginning.
  func openMySQL() async throws(StreamError) {
    let header = try await take(4)
    let count = Int(header[0]) | Int(header[1]) << 8 | Int(header[2]) << 16
    guard count <= Self.lineLimit, header[3] == 0 else { throw stranger(header + pending) }
    let greeting = try await take(count)
    note(header + greeting)
    if greeting.first == 0xff { throw refusal(mySQLError(greeting)) }
    let abilities = try mySQLAbilities(greeting)
    guard abilities & Ability.tls != 0 else {
      throw notOffered("SSL is not among its capabilities")
    }
    let answer = UInt16(Ability.tls | Ability.protocol41 | Ability.secureConnection)
    let largestPacket: [UInt8] = [0, 0, 0, 1]
    let utf8: UInt8 = 45
    try await send(
      [32, 0, 0, 1, UInt8(answer & 0xff), UInt8(answer >> 8), 0, 0] + largestPacket + [utf8]
        + [UInt8](repeating: 0, count: 23))
  }

  /// The lower half of the capability flags.
  private enum Ability {
    static let protocol41 = 0x0200
    static let tls = 0x0800
    static let secureConnection = 0x8000
  }

  /// What the server can do: behind its version, a number, and a challenge of eight bytes and zero.
  private func mySQLAbilities(_ greeting: [UInt8]) throws(StreamError) -> Int {
    guard greeting.first == 10, let end = greeting.firstIndex(of: 0), greeting.count >= end + 16
    else { throw stranger(greeting) }
    let abilities = Int(greeting[end + 14]) | Int(greeting[end + 15]) << 8
    guard abilities & Ability.protocol41 != 0 else { throw stranger(greeting) }
    return abilities
  }

  /// The words of an error: behind its number, and a state that there may be.
  private func mySQLError(_ packet: [UInt8]) -> String {
    let words = packet.dropFirst(3)
    let hasState = words.first == UInt8(ascii: "#")
    return Self.escaped(Array(words.dropFirst(hasState ? 6 : 0)))
  }
}
