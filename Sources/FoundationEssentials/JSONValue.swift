indirect enum JSONValue {
  case literal(String)
  case text(String)
  case array([JSONValue])
  case object([String: JSONValue])
  /// What a container that has been handed out gets.
  case later(Slot)

  init(encoding value: any Encodable, at path: [any CodingKey]) throws {
    switch value {
    case let text as String: self = .text(text)
    case let truth as Bool: self = .literal(truth ? "true" : "false")
    case let number as any BinaryInteger: self = .literal(String(number))
    default:
      let encoder = ValueEncoder(at: path)
      try value.encode(to: encoder)
      self = encoder.slot.value
    }
  }

  func text(indentation: String) -> String {
    let inner = indentation + "  "
    switch self {
    case .literal(let literal): return literal
    case .text(let text): return quoted(text)
    case .array(let elements):
      return lines(elements.map { inner + $0.text(indentation: inner) }, indentation, "[", "]")
    case .object(let members):
      let sorted = members.sorted { $0.key < $1.key }
      let texts = sorted.map { inner + quoted($0.key) + " : " + $0.value.text(indentation: inner) }
      return lines(texts, indentation, "{", "}")
    case .later(let slot): return slot.value.text(indentation: indentation)
    }
  }

  private func lines(
    _ lines: [String], _ indentation: String, _ opening: String, _ closing: String
  ) -> String {
    opening + "\n" + lines.joined(separator: ",\n") + "\n" + indentation + closing
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result + "\""
  }

  private func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "/": result += "\\/"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
}
