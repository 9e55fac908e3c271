import ByteText
import Sockets
import TLS
import Transcripts

extension TranscriptConnection {
  /// A connection, and what TLS says of it.
  init(number: Int, _ socket: StreamSocket, _ tls: TLSStream?) {
    self.init(number: number, peer: socket.peer, local: socket.local)
    note(tls?.facts)
  }

  /// Notes what TLS says of it.
  mutating func note(_ facts: TLSFacts?) {
    guard let facts else { return }
    security = Security(
      version: facts.version, cipher: facts.cipher, protocol: facts.applicationProtocol,
      peer: facts.isVerified ? facts.chain.first?.subject : nil)
  }
}
