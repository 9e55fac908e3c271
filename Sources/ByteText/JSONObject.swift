/// A JSON object that is written as it grows: one line, names in the order in which they were added.
///
/// Names are not compared: that each is added once is the caller's care.
package struct JSONObject: Sendable {
  private var text: [UInt8] = [UInt8(ascii: "{")]

  /// Makes an object without names.
  package init() {}

  /// Adds a name with a text.
  package mutating func add(_ name: String, _ value: String) {
    addName(name)
    appendJSONString(value, to: &text)
  }

  /// Adds a name with a whole number.
  package mutating func add(_ name: String, _ value: some BinaryInteger) {
    addName(name)
    text.append(contentsOf: String(value).utf8)
  }

  /// Adds a name with a number, or with null for what JSON has no number for.
  package mutating func add(_ name: String, _ value: Double) {
    addName(name)
    text.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
  }

  /// Adds a name with true or false.
  package mutating func add(_ name: String, _ value: Bool) {
    addName(name)
    text.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Adds a name with an object.
  package mutating func add(_ name: String, _ value: JSONObject) {
    addName(name)
    value.append(to: &text)
  }

  /// Adds a name with a list of texts.
  package mutating func add(_ name: String, _ values: [String]) {
    addName(name)
    text.append(UInt8(ascii: "["))
    for (place, value) in values.enumerated() {
      if place > 0 { text.append(UInt8(ascii: ",")) }
      appendJSONString(value, to: &text)
    }
    text.append(UInt8(ascii: "]"))
  }

  /// Adds a name with a list of objects.
  package mutating func add(_ name: String, objects values: [JSONObject]) {
    addName(name)
    text.append(UInt8(ascii: "["))
    for (place, value) in values.enumerated() {
      if place > 0 { text.append(UInt8(ascii: ",")) }
      value.append(to: &text)
    }
    text.append(UInt8(ascii: "]"))
  }

  /// Adds a name with a text that stands in bytes of valid UTF-8.
  package mutating func add(_ name: String, text bytes: RawSpan) {
    addName(name)
    appendJSONString(bytes, to: &text)
  }

  /// Adds a name with bytes in base64.
  package mutating func add(_ name: String, base64 bytes: RawSpan) {
    addName(name)
    text.append(ASCII.quote)
    appendBase64(bytes, to: &text)
    text.append(ASCII.quote)
  }

  /// Appends the object and the end of its line.
  package func finish(into output: inout [UInt8]) {
    append(to: &output)
    output.append(ASCII.lineFeed)
  }

  private func append(to output: inout [UInt8]) {
    output.append(contentsOf: text)
    output.append(UInt8(ascii: "}"))
  }

  private mutating func addName(_ name: String) {
    if text.count > 1 { text.append(UInt8(ascii: ",")) }
    appendJSONString(name, to: &text)
    text.append(UInt8(ascii: ":"))
  }
}
