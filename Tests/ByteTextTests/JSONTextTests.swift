import ByteText
import Testing

@Suite struct JSONTextTests {
  @Test(arguments: [
    ("", #""""#),
    ("plain", #""plain""#),
    (#"say "hi" \ bye / now"#, #""say \"hi\" \\ bye / now""#),
    ("a\r\n\t\0", #""a\u000d\u000a\u0009\u0000""#),
    ("\u{1b}[2J\u{7f}", #""\u001b[2J\u007f""#),
    ("\u{80}\u{9b}\u{a0}", "\"\\u0080\\u009b\u{a0}\""),
    ("\u{61c}\u{200e}\u{200f}", #""\u061c\u200e\u200f""#),
    ("\u{202a}\u{202e}\u{2066}\u{2069}", #""\u202a\u202e\u2066\u2069""#),
    ("\u{2028}\u{2029}", #""\u2028\u2029""#),
    ("\u{200b}\u{2060}\u{feff}\u{fff9}", #""\u200b\u2060\ufeff\ufff9""#),
    ("\u{e0001}\u{e007f}", #""\udb40\udc01\udb40\udc7f""#),
    ("gr\u{fc}n \u{20ac} \u{1f600}", "\"gr\u{fc}n \u{20ac} \u{1f600}\""),
  ])
  func `what could leave its line or its order is escaped`(plain: String, json: String) {
    var output: [UInt8] = []
    appendJSONString(plain, to: &output)
    #expect(text(output) == json)
    output.removeAll()
    appendJSONString(Array(plain.utf8).span.bytes, to: &output)
    #expect(text(output) == json)
  }

  @Test func `a byte that is no character does not break the line`() {
    var output: [UInt8] = []
    appendJSONString(([0x41, 0xff, 0xe4, 0xb9] as [UInt8]).span.bytes, to: &output)
    #expect(text(output) == #""A\ufffd\ufffd\ufffd""#)
  }
}

@Suite struct JSONObjectTests {
  @Test func `names stay in the order in which they were added`() {
    var inner = JSONObject()
    inner.add("z", "\n")
    inner.add("a", true)
    var object = JSONObject()
    object.add("event", "received")
    object.add("connection", 12)
    object.add("bytes", UInt64.max)
    object.add("difference", Int8(-1))
    object.add("rate", 2.5)
    object.add("isOpen", false)
    object.add("text", text: ([0x68, 0x69] as [UInt8]).span.bytes)
    object.add("base64", base64: ([0xff] as [UInt8]).span.bytes)
    object.add("inner", inner)
    object.add("addresses", ["a", "b\""])
    object.add("none", [])
    object.add("objects", objects: [inner, JSONObject()])
    #expect(
      line(object) == #"{"event":"received","connection":12,"bytes":18446744073709551615,"#
        + #""difference":-1,"rate":2.5,"isOpen":false,"text":"hi","base64":"/w==","#
        + #""inner":{"z":"\u000a","a":true},"addresses":["a","b\""],"none":[],"#
        + #""objects":[{"z":"\u000a","a":true},{}]}"# + "\n")
  }

  @Test func `an object without names is whole`() {
    #expect(line(JSONObject()) == "{}\n")
  }

  @Test(arguments: [
    (0, "0.0"), (1e-9, "1e-09"), (1e300, "1e+300"), (-0.5, "-0.5"), (.infinity, "null"),
    (.nan, "null"),
  ])
  func `a number that JSON does not have is null`(number: Double, json: String) {
    var object = JSONObject()
    object.add("n", number)
    #expect(line(object) == "{\"n\":\(json)}\n")
  }

  @Test func `finishing appends`() {
    var output = Array("{}\n".utf8)
    JSONObject().finish(into: &output)
    #expect(text(output) == "{}\n{}\n")
  }

  private func line(_ object: JSONObject) -> String {
    var output: [UInt8] = []
    object.finish(into: &output)
    return text(output)
  }
}
