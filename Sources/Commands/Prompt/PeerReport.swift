import Glibc
import Sockets
import Transcripts

extension Credentials {
  /// Who is at the other end of a Unix socket, with the names of user and group where they have one.
  var reportEntries: [(name: String, value: String)] {
    [
      ("peer process", String(process)),
      ("peer user", Self.text(user, getpwuid(user)?.pointee.pw_name)),
      ("peer group", Self.text(group, getgrgid(group)?.pointee.gr_name)),
    ]
  }

  private static func text(_ number: UInt32, _ name: UnsafeMutablePointer<CChar>?) -> String {
    let name = name.map { String(cString: $0) }
    return name.map { $0 + " (" + String(number) + ")" } ?? String(number)
  }
}

extension TCPInfo {
  /// The kernel's figures, with their units.
  var reportEntries: [(name: String, value: String)] {
    var entries = [
      ("state", state?.name ?? "unknown"),
      (
        "round trip",
        lengthText(.microseconds(roundTripMicroseconds)) + " ± "
          + lengthText(.microseconds(roundTripVarianceMicroseconds))
      ),
      ("retransmissions", String(retransmissions)),
      ("lost", Self.segments(lostSegments)),
      ("unacknowledged", Self.segments(unacknowledgedSegments)),
      ("congestion window", Self.segments(congestionWindow)),
      ("segment size", amountText(Int(maximumSegmentSize))),
    ]
    if let peerWindow { entries.append(("peer window", amountText(Int(peerWindow)))) }
    return entries + (throughput?.reportEntries ?? [])
  }

  private static func segments(_ count: UInt32) -> String {
    String(count) + (count == 1 ? " segment" : " segments")
  }
}

extension TCPInfo.Throughput {
  fileprivate var reportEntries: [(name: String, value: String)] {
    [
      ("acknowledged", amountText(Int(clamping: bytesAcknowledged))),
      ("received", amountText(Int(clamping: bytesReceived))),
      ("delivery rate", rateText(Int(clamping: deliveryRate), in: 1)),
      ("pacing rate", pacingRate.map { rateText(Int(clamping: $0), in: 1) } ?? "unlimited"),
      ("busy", lengthText(.microseconds(busyMicroseconds))),
    ]
  }
}

extension TCPInfo.State {
  /// The name of RFC 9293, as ss(8) and netstat(8) show it.
  var name: String {
    switch self {
    case .established: "ESTABLISHED"
    case .synSent: "SYN-SENT"
    case .synReceived: "SYN-RECEIVED"
    case .finWait1: "FIN-WAIT-1"
    case .finWait2: "FIN-WAIT-2"
    case .timeWait: "TIME-WAIT"
    case .closed: "CLOSED"
    case .closeWait: "CLOSE-WAIT"
    case .lastAck: "LAST-ACK"
    case .listen: "LISTEN"
    case .closing: "CLOSING"
    }
  }
}
