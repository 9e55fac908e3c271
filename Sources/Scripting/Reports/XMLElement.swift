/// An element of an XML document: text or children.
struct XMLElement {
  let name: String
  var attributes: [(name: String, value: String)]
  let text: String
  var children: [XMLElement] = []

  init(_ name: String, _ attributes: [(String, String)], text: String = "") {
    self.name = name
    self.attributes = attributes.map { (name: $0.0, value: $0.1) }
    self.text = text
  }

  /// The element, a line for each tag that has children; text keeps its own lines.
  var lines: [String] {
    let tag =
      "<" + name + attributes.map { " " + $0.name + "=\"" + escaped($0.value) + "\"" }.joined()
    if children.isEmpty, text.isEmpty { return [tag + "/>"] }
    if children.isEmpty { return [tag + ">" + escaped(text, keepsLines: true) + "</" + name + ">"] }
    return [tag + ">"] + children.flatMap(\.lines) + ["</" + name + ">"]
  }

  /// The text with references for what means something to XML, and without what cannot stand in it.
  private func escaped(_ text: String, keepsLines: Bool = false) -> String {
    var output = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "\n", "\t":
        // In an attribute they would become spaces.
        output += keepsLines ? String(character) : "&#" + String(character.value) + ";"
      case "\r": output += "&#13;"
      default: output += isAllowed(character) ? String(character) : "\u{fffd}"
      }
    }
    return output
  }

  private func isAllowed(_ character: Unicode.Scalar) -> Bool {
    character.value >= 0x20 && character.value != 0xfffe && character.value != 0xffff
  }
}
