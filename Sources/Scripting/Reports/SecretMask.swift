import ByteText

/// Puts asterisks where secrets stand in texts: one for each byte, so that places stay right.
struct SecretMask: Sendable {
  /// What stands for the secrets in text: themselves, escaped, and as hex digits.
  private let written: [[UInt8]]

  init(_ secrets: [[UInt8]]) {
    written = Array(Set(secrets.filter { !$0.isEmpty }.flatMap(Self.forms)))
  }

  /// The text without secrets, in whichever way they are written there.
  func masked(_ text: String) -> String {
    guard !written.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var output = bytes
    for secret in written {
      Self.mask(secret, in: bytes, &output)
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func mask(_ secret: [UInt8], in bytes: [UInt8], _ output: inout [UInt8]) {
    guard let first = secret.first, bytes.count >= secret.count else { return }
    for place in 0...bytes.count - secret.count
    where bytes[place] == first && bytes[place...].starts(with: secret) {
      for index in place..<place + secret.count { output[index] = UInt8(ascii: "*") }
    }
  }

  private static func forms(of secret: [UInt8]) -> [[UInt8]] {
    var escaped: [UInt8] = []
    appendEscaped(secret.span.bytes, to: &escaped)
    let pairs = secret.map { hexString(of: [$0]) }
    // The digits of a short one stand in too many other numbers.
    let digits = secret.count < 3 ? [] : [pairs.joined(), pairs.joined(separator: " ")]
    let texts = [String(decoding: escaped, as: UTF8.self).withEscapedQuotes] + digits
    return [secret, escaped] + texts.map { Array($0.utf8) }
      + digits.map { Array($0.uppercased().utf8) }
  }
}

extension String {
  /// What stands between quotes in a script.
  var withEscapedQuotes: String {
    var text = ""
    for character in unicodeScalars {
      if character == "\"" { text += "\\" }
      text.unicodeScalars.append(character)
    }
    return text
  }
}
