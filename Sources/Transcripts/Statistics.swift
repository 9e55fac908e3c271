import ByteText
package import Sockets

/// The figures of a conversation, at its end or on the way.
package struct Statistics: Sendable {
  package var peer: SocketAddress?
  package var local: SocketAddress?
  package var bytesSent = 0
  package var bytesReceived = 0
  /// For datagrams: how many.
  package var datagramsSent: Int?
  package var datagramsReceived: Int?
  package var datagramsDropped: Int?
  package var datagramsTruncated: Int?
  /// For a server: the clients.
  package var clients: Clients?
  package var duration: Duration = .zero
  package var tcp: TCPInfo?
  /// The exit status; nil on the way.
  package var status: Int32?

  /// How many clients a server had.
  package struct Clients: Sendable, Hashable {
    /// Served, those who are there among them.
    package var accepted = 0
    package var active = 0
    /// Sent away by the lists.
    package var refused = 0
    /// Lost, timed out, or ended by an error.
    package var failed = 0
    /// Disconnected because they did not take our input.
    package var slow = 0

    /// None yet.
    package init() {}

    var text: String {
      var parts = [String(accepted) + (accepted == 1 ? " client" : " clients")]
      for (count, what) in [
        (active, "there"), (failed, "failed"), (slow, "too slow"), (refused, "refused"),
      ] where count > 0 {
        parts.append(String(count) + " " + what)
      }
      return parts.joined(separator: ", ")
    }
  }

  /// Nothing yet.
  package init() {}

  /// The figures as one JSON object with a newline.
  package var json: [UInt8] {
    var object = JSONObject()
    if let peer { object.add("peer", peer.description) }
    if let local { object.add("local", local.description) }
    object.add("bytes-sent", bytesSent)
    object.add("bytes-received", bytesReceived)
    if let datagramsSent { object.add("datagrams-sent", datagramsSent) }
    if let datagramsReceived { object.add("datagrams-received", datagramsReceived) }
    if let datagramsDropped { object.add("datagrams-dropped", datagramsDropped) }
    if let datagramsTruncated { object.add("datagrams-truncated", datagramsTruncated) }
    if let clients {
      object.add("clients", clients.accepted)
      object.add("clients-active", clients.active)
      object.add("clients-failed", clients.failed)
      object.add("clients-slow", clients.slow)
      object.add("clients-refused", clients.refused)
    }
    object.add("seconds", seconds)
    if let tcp {
      object.add("round-trip-microseconds", Int(tcp.roundTripMicroseconds))
      object.add("retransmissions", Int(tcp.retransmissions))
    }
    if let status { object.add("status", Int(status)) }
    var line: [UInt8] = []
    object.finish(into: &line)
    return line
  }

  /// The figures as one line without a newline.
  package var text: String {
    var parts =
      (clients.map { [$0.text] } ?? []) + [
        "sent " + amountText(bytesSent) + datagramText(datagramsSent),
        "received " + amountText(bytesReceived) + datagramText(datagramsReceived),
      ]
    if let datagramsDropped, datagramsDropped > 0 {
      parts.append(String(datagramsDropped) + " dropped")
    }
    if let datagramsTruncated, datagramsTruncated > 0 {
      parts.append(String(datagramsTruncated) + " truncated")
    }
    parts.append("in " + lengthText(duration))
    parts.append(rateText(max(bytesSent, bytesReceived), in: seconds))
    if let tcp {
      parts.append("round trip " + secondsText(Double(tcp.roundTripMicroseconds) / 1000) + " ms")
      parts.append(String(tcp.retransmissions) + " retransmissions")
    }
    return parts.joined(separator: ", ")
  }

  private var seconds: Double { Double(duration.wholeNanoseconds / 1000) / 1e6 }

  private func datagramText(_ count: Int?) -> String {
    count.map { " in " + String($0) + ($0 == 1 ? " datagram" : " datagrams") } ?? ""
  }
}

/// A length of time with its unit: microseconds are kept where they matter.
package func lengthText(_ duration: Duration) -> String {
  let microseconds = Double(duration.wholeNanoseconds / 1000)
  return microseconds < 1e6
    ? secondsText(microseconds / 1000) + " ms" : secondsText(microseconds / 1e6) + " s"
}

/// An amount in bytes, with a unit from 1,024 on: `1,234` stays exact, `1.5 MiB` follows it.
package func amountText(_ bytes: Int) -> String {
  let exact = String(bytes) + (bytes == 1 ? " byte" : " bytes")
  return bytes < 10_240 ? exact : exact + " (" + unitText(Double(bytes)) + ")"
}

/// A rate with its unit.
package func rateText(_ bytes: Int, in seconds: Double) -> String {
  seconds <= 0 ? "0 B/s" : unitText(Double(bytes) / seconds) + "/s"
}

/// A number of bytes in the largest unit that leaves at least one digit before the point.
package func unitText(_ bytes: Double) -> String {
  var value = bytes
  var units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][...]
  while value >= 1024 && units.count > 1 {
    value /= 1024
    units.removeFirst()
  }
  let unit = units.first ?? "B"
  if unit == "B" { return String(Int(value)) + " B" }
  return secondsText((value * 10).rounded() / 10, decimals: 1) + " " + unit
}

/// A number with up to three decimals, as people write it.
package func secondsText(_ value: Double, decimals: Int = 3) -> String {
  let scale = [1, 10, 100, 1000][decimals]
  let scaled = Int((value * Double(scale)).rounded())
  let fraction = scaled % scale
  return String(scaled / scale) + (decimals > 0 ? "." + padded(fraction, decimals) : "")
}
