import ByteText
import Digests

/// The files that keep what was typed.
struct HistoryPlaces: Sendable, Equatable {
  /// What was typed to anybody.
  let common: String
  /// What was typed to one endpoint.
  let own: String

  /// Names the files for an endpoint as it was understood; nil if there is no place for them.
  init?(endpoint: String, directories: UserDirectories) {
    guard let state = directories.state else { return nil }
    common = state + "/history"
    own = state + "/history.d/" + Self.fileName(for: endpoint)
  }

  private static let lengthLimit = 200

  /// A name that is safe as a file's, and that no other text has.
  static func fileName(for text: String) -> String {
    var name = ""
    for (index, byte) in text.utf8.enumerated() {
      // A name that begins with a dot would be hidden, or a folder.
      if isPlain(byte), index > 0 || byte != UInt8(ascii: ".") {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        name += "%" + hexString(of: [byte])
      }
    }
    if name.isEmpty { return "%" }
    if name.utf8.count <= lengthLimit { return name }
    let digest = SHA256()
    digest.update(text.utf8.span.bytes)
    // Elsewhere a percent sign is followed by two hex digits.
    return String(name.prefix(120)) + "%-" + hexString(of: digest.finish())
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
