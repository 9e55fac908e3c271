import ByteText

/// How many handshakes `openssl s_time` tells of; nil if it tells none.
func handshakeCount(_ output: String) -> Double? {
  for line in output.split(separator: "\n") {
    guard let parts = line.cut(at: " connections in ") else { continue }
    if let count = Double(parts.before.split(separator: " ").last ?? "") { return count }
  }
  return nil
}
