/// What `iperf3 --json` prints at its end.
struct IperfReport {
  private let text: Substring

  /// Keeps what stands behind the intervals; nil if it did not get so far.
  init?(_ output: String) {
    // The intervals have an "end" as well, which is a number.
    guard let place = output.firstRange(of: "\"end\":\t{") else { return nil }
    text = output[place.upperBound...]
  }

  /// A number in the first object of a name.
  func number(_ key: String, in object: String) -> Double? {
    guard let place = text.firstRange(of: "\"\(object)\":") else { return nil }
    let members = text[place.upperBound...].prefix { $0 != "}" }
    guard let found = members.firstRange(of: "\"\(key)\":") else { return nil }
    let value = members[found.upperBound...].drop { $0 == " " || $0 == "\t" }
    return Double(value.prefix { $0 != "," && $0 != "\n" })
  }
}
