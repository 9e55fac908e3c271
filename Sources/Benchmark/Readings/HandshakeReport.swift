/// How many handshakes `openssl s_time` tells of; nil if it tells none.
func handshakeCount(_ output: String) -> Double? {
  for line in output.split(separator: "\n") {
    guard let place = line.firstRange(of: " connections in ") else { continue }
    if let count = Double(line[..<place.lowerBound].split(separator: " ").last ?? "") {
      return count
    }
  }
  return nil
}
