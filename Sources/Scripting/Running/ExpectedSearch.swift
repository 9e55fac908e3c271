import ByteText
import Sockets

/// One expectation while it is waited for: what is known of it when it ends, either way.
final class ExpectedSearch: @unchecked Sendable {
  let peer: ScriptPeer
  let placed: PlacedStatement
  let scope: ScriptScope
  let start: Deadline
  var end: Deadline
  /// Whether that end has come.
  var isTimeUp = false
  /// What matched, as a variable takes it.
  var value: [UInt8] = []
  /// What was taken from what came, as it may be shown.
  var taken: [UInt8] = []
  var hasMatch = false
  /// Whether the script says what to do when none of it comes in time.
  var hasOtherWay = false
  /// The groups of a regular expression, and what their places are in.
  var groups: (match: PatternMatch, bytes: [UInt8])?
  var nearMiss: NearMiss?
  /// The datagram that was looked at; of a stream it is what nothing has taken.
  var datagram: [UInt8]?

  /// Why it ended without a match.
  enum Ending {
    case time, peerEnded, something, somethingElse, otherDatagram
    case lost(StreamError)
    /// So many bytes came without a match.
    case full(Int)
    case pattern(PatternLimitError)
  }

  init(
    _ peer: ScriptPeer, _ placed: PlacedStatement, _ scope: ScriptScope, start: Deadline,
    end: Deadline
  ) {
    (self.peer, self.placed, self.scope) = (peer, placed, scope)
    (self.start, self.end) = (start, end)
  }

  /// What came last, as it may be shown, and how much in all, where only an end is waited for.
  private(set) var passedOver: (last: [UInt8], count: Int) = ([], 0)

  /// Lets go of what came before an end.
  func passOver() {
    let count = peer.received.count
    guard count > 0 else { return }
    passedOver = (peer.shown(max(0, count - 512)..<count), passedOver.count + count)
    peer.consume(count)
  }

  /// Takes bytes from what came, which are remembered if they are to be shown.
  func take(_ count: Int, showing: Bool) {
    if showing { taken = peer.shown(0..<count) }
    peer.consume(count)
  }
}

extension ScriptRunner {
  /// Remembers what a match says for `${0}`, `${1}` and the names of groups.
  func keepGroups(of search: ExpectedSearch) {
    if let (match, bytes) = search.groups {
      keep(match, of: bytes, in: search.scope)
    } else {
      search.scope.remember(search.value)
    }
  }

  /// What is said of an expectation that was not met.
  func failure(
    _ patterns: [Pattern], _ search: ExpectedSearch, _ ending: ExpectedSearch.Ending
  ) -> ScriptFailure {
    let place = search.placed.place
    let words = patterns.map { text(of: $0, in: search.scope, at: place) }
    let wanted = words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    let waited = Deadline.now.since(search.start)
    let waiting = search.peer.received
    let shown =
      search.datagram.map { cover.masked($0) }
      ?? (waiting.isEmpty
        ? search.passedOver.last
        : search.peer.shown(max(0, waiting.count - 4096)..<waiting.count))
    var expected = ScriptFailure.Expected(
      wanted, received: shown,
      receivedCount: search.datagram?.count ?? search.passedOver.count + waiting.count,
      waited: waited, nearMiss: search.nearMiss.map { masked($0, search) })
    var kind = ScriptFailure.Kind.expectation
    let message: String
    switch ending {
    case .time: message = expected.message
    case .peerEnded:
      expected.hasEnded = true
      message = expected.message
    case .something: message = "expected " + wanted + ", and something came"
    case .somethingElse: message = "expected " + wanted + ", and something else came"
    case .otherDatagram: message = "expected " + wanted + ", and another datagram came"
    case .lost(let error):
      kind = .stream(error)
      message = "expected " + wanted
    case .full(let limit):
      message =
        "expected " + wanted + ", and " + String(limit)
        + " bytes came without it (--expect-limit)"
    case .pattern(let error): message = "expected " + wanted + ": " + error.description
    }
    return ScriptFailure(
      kind, message, at: place, peer: search.peer.name, expected: expected,
      callers: search.scope.callers)
  }

  /// What was expected and what came where they part, as it may be shown: a secret may begin in
  /// what is alike.
  private func masked(_ nearMiss: NearMiss, _ search: ExpectedSearch) -> NearMiss {
    if cover.isEmpty { return nearMiss }
    let start = nearMiss.offset + nearMiss.matchedCount
    let end = start + nearMiss.received.count
    let alike: [UInt8]
    var masked = nearMiss
    if let datagram = search.datagram {
      alike = Array(datagram[nearMiss.offset..<start])
      masked.received = Array(cover.masked(datagram)[start..<end])
    } else {
      alike = search.peer.received[nearMiss.offset..<start]
      masked.received = search.peer.shown(start..<end)
    }
    let isWhole = nearMiss.expected.count < NearMiss.shownCount
    masked.expected = Array(
      cover.masked(alike + nearMiss.expected, areLast: isWhole)[alike.count...])
    return masked
  }

  /// A pattern as the script says it, with the values that it has now.
  private func text(of pattern: Pattern, in scope: ScriptScope, at place: Place) -> String {
    switch pattern {
    case .literal(let values):
      let mask = (try? mask(of: values, in: scope, at: place)) ?? []  // it was known a moment ago
      let bytes = mask.compactMap(\.self)
      return bytes.count == mask.count ? shownValue(bytes) : shownMask(mask)
    case .regular(let pattern):
      return "/" + safeLine(String(decoding: pattern.text, as: UTF8.self)) + "/"
    case .bytes(let count):
      let count = try? number(of: count, in: scope, at: place)  // as above
      return count.map(String.init).map { $0 + " bytes" } ?? "bytes"
    case .line: return "a line"
    case .integer(let format): return "a number of " + String(8 * format.byteCount) + " bits"
    case .datagram(nil): return "a datagram"
    case .datagram(let inner?): return "the datagram " + text(of: inner, in: scope, at: place)
    case .endOfFile: return "the end"
    case .close: return "the end of the connection"
    case .reset: return "a reset"
    case .nothing: return "nothing"
    }
  }
}

extension ScriptRunner {
  /// What a script says, as it may be shown; before it is cut, as it could be within a secret.
  func shownValue(_ bytes: [UInt8]) -> String { shownText(cover.masked(bytes, areLast: true)) }

  private func shownMask(_ mask: [UInt8?]) -> String {
    let bytes = mask.map { $0 ?? 0 }
    var search = cover
    let covered = search.covered(bytes.span.bytes, isLast: true)
    var pairs: [String] = []
    for index in 0..<min(mask.count, 64) {
      let isSecret = !covered.isEmpty && covered[index]
      pairs.append(mask[index] == nil ? "??" : isSecret ? "**" : hexString(of: [bytes[index]]))
    }
    return "hex " + pairs.joined(separator: " ")
  }
}

/// Bytes as a script would write them, cut where they are many.
func shownText(_ bytes: [UInt8]) -> String {
  let limit = 256
  guard bytes.count > limit else { return quoted(bytes) }
  return quoted(Array(bytes.prefix(limit))) + " and " + String(bytes.count - limit) + " bytes more"
}
