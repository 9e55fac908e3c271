/// A part of a line that will be another one next time.
struct VolatileText {
  let range: Range<Int>
  /// What matches it then, in PCRE2's syntax.
  let pattern: String
  let reason: String

  /// Finds such parts of one line, in their order; of a header it is the whole value.
  static func find(in line: [UInt8]) -> [VolatileText] {
    if let header = header(in: line) { return [header] }
    var parts: [VolatileText] = []
    var place = 0
    // A line that takes too long to be looked through has none.
    while let match = try? detector.firstMatch(in: line.span.bytes, from: place) {
      guard let shape = shapes.indices.first(where: { match[name: "s\($0)"] != nil }),
        !match.range.isEmpty
      else { break }
      parts.append(
        VolatileText(
          range: match.range, pattern: shapes[shape].pattern(for: Array(line[match.range])),
          reason: shapes[shape].reason))
      place = match.range.upperBound
    }
    return parts
  }

  private static func header(in line: [UInt8]) -> VolatileText? {
    // As above.
    guard let match = try? headerDetector.firstMatch(in: line), let value = match[name: "value"],
      let index = headers.indices.first(where: { match[name: "h\($0)"] != nil })
    else { return nil }
    return VolatileText(range: value, pattern: ".*", reason: headers[index].reason)
  }

  private static let headers: [(names: String, reason: String)] = [
    ("Date|Last-Modified|Expires|Resent-Date", "a date"), ("ETag", "an entity tag"),
    ("Set-Cookie2?", "a cookie"), ("Message-ID|Resent-Message-ID", "a message id"),
    ("(?:X-)?(?:Request|Correlation|Trace|Amzn-RequestId)-?Id|CF-RAY|Traceparent", "a request id"),
    ("Age|X-Runtime|Server-Timing", "a time"), ("X-RateLimit-[a-z]+", "a counter"),
  ]

  private static let headerDetector = compiled(
    #"\A(?i)(?:"#
      + headers.enumerated().map { "(?<h\($0)>\($1.names))" }.joined(separator: "|")
      + #"):[ \t]*(?<value>[^\r\n]+)\r?\n\z"#)

  private static let detector = compiled(
    shapes.enumerated().map { "(?<s\($0)>\($1.detector))" }.joined(separator: "|"))

  private static func compiled(_ pattern: String) -> BytePattern {
    do {
      return try BytePattern(pattern)
    } catch {
      preconditionFailure("no pattern: " + error.message)
    }
  }
}

/// What something looks like that is another one each time.
private struct VolatileShape {
  /// What matches it in a script.
  let pattern: String
  /// What must be there beside, where the pattern alone would also match what stays.
  let detector: String
  let reason: String

  /// A pattern that is no part of a longer word, behind what it is known by.
  init(_ pattern: String, after: String = "(?<![A-Za-z0-9])", isLike: String = "", _ reason: String)
  {
    self.pattern = pattern
    self.reason = reason
    detector = "\(after)\(isLike)\(pattern)(?![A-Za-z0-9])"
  }

  /// The pattern for one of them; a number in hex keeps its length.
  func pattern(for bytes: [UInt8]) -> String {
    pattern == hexDigits ? "[0-9A-Fa-f]{\(bytes.count)}" : pattern
  }
}

private let hexDigits = "[0-9A-Fa-f]{12,}"
private let month = "[A-Z][a-z]{2}"
private let clock = #"\d\d:\d\d:\d\d"#

private let shapes: [VolatileShape] = [
  VolatileShape(#"\#(month), \d\d? \#(month) \d{4} \#(clock)(?: [+-]\d{4})?"#, "a date"),
  VolatileShape(#"\#(month) \#(month) [ \d]\d \#(clock)(?: [A-Z]{3,4})? \d{4}"#, "a date"),
  VolatileShape(#"\#(month) [ \d]\d \#(clock)"#, "a date"),
  VolatileShape(
    #"\d{4}-\d\d-\d\d[T ]\#(clock)(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?"#, "a date"),
  VolatileShape(
    #"\d\d?\/\#(month)\/\d{4}:\#(clock) [+-]\d{4}"#, "a date"),
  VolatileShape(#"\d{4}-\d\d-\d\d"#, "a date"),
  VolatileShape(#"\#(clock)(?:[.,]\d+)?"#, "a time"),
  VolatileShape("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "an identifier"),
  VolatileShape(
    hexDigits, isLike: "(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])", "an identifier"),
  VolatileShape(
    #"<[^<>@\s]+@[^<>@\s]+>"#, after: "", isLike: #"(?=<(?:[^<>@\s\d]*\d){4})"#, "a message id"),
  VolatileShape(#"nonce="[^"]*""#, after: "", "a nonce"),
  VolatileShape(#"1\d{9}(?:\.\d+)?"#, "a time"),
  VolatileShape(
    #"\d+"#, after: #"(?i:\b(?:pid|process(?:[-_ ]id)?)[ =:#]{1,3})\K"#, "a process id"),
  VolatileShape(#"\d+"#, after: #"(?i:\bport[ =:#]{1,3})\K"#, "a port"),
  VolatileShape(#"\d+"#, after: #"\d{1,3}(?:\.\d{1,3}){3}:\K"#, isLike: #"(?=\d{5})"#, "a port"),
]
