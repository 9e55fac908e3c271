/// How many bytes `--stats json` says have come; nil if it says nothing.
func receivedByteCount(_ words: String) -> Int? {
  let name = "\"bytes-received\":"
  for line in words.split(separator: "\n") where line.hasPrefix("{") {
    for member in line.split(separator: ",") where member.hasPrefix(name) {
      return Int(member.dropFirst(name.count))
    }
  }
  return nil
}
