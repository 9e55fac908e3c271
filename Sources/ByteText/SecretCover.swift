/// Finds secrets in what a peer sends, however it is cut into pieces.
///
/// Each byte is compared about twice for each secret, whatever they are. What ends a piece and may
/// be the beginning of a secret counts as one: when the rest comes, it has been shown already.
///
/// Each connection has a copy of one, as the tables are as long as the secrets and shared by copies.
package struct SecretCover: Sendable {
  private var searches: [SecretSearch]

  /// Looks for some byte strings, of which empty ones are none.
  package init(_ secrets: [[UInt8]]) {
    searches = secrets.filter { !$0.isEmpty }.map { SecretSearch($0) }
  }

  /// Whether there is nothing to look for.
  package var isEmpty: Bool { searches.isEmpty }

  /// How many bytes behind a piece may tell whether its end is the beginning of a secret.
  package var lookahead: Int { searches.lazy.map { $0.length - 1 }.max() ?? 0 }

  /// Which bytes of the next piece must not be shown; empty if all may.
  ///
  /// If it `isLast`, its end can be no beginning of a secret.
  package mutating func covered(_ bytes: RawSpan, isLast: Bool = false) -> [Bool] {
    guard !isEmpty, bytes.byteCount > 0 else { return [] }
    var covered = Array(repeating: false, count: bytes.byteCount)
    for index in searches.indices {
      searches[index].look(at: bytes, covering: &covered, coversEnd: !isLast)
    }
    return covered.contains(true) ? covered : []
  }

  /// Bytes that come next as they may be shown: an asterisk for each one that must not be.
  ///
  /// They do not count as having come.
  package func masked(_ bytes: [UInt8], areLast: Bool = false) -> [UInt8] {
    var cover = self
    let covered = cover.covered(bytes.span.bytes, isLast: areLast)
    guard !covered.isEmpty else { return bytes }
    return zip(bytes, covered).map { $1 ? UInt8(ascii: "*") : $0 }
  }

  /// Forgets what came.
  package mutating func restart() {
    for index in searches.indices { searches[index].restart() }
  }
}

/// The search for one secret, by Knuth, Morris and Pratt.
private struct SecretSearch: Sendable {
  private let secret: [UInt8]
  /// For each beginning of the secret, how long the longest shorter one is that it ends with.
  private let restarts: [Int]
  /// How many bytes of the secret stand at the end of what came.
  private var matchedCount = 0

  init(_ secret: [UInt8]) {
    self.secret = secret
    var (restarts, count) = ([0], 0)
    for byte in secret.dropFirst() {
      while count > 0, secret[count] != byte { count = restarts[count - 1] }
      if secret[count] == byte { count += 1 }
      restarts.append(count)
    }
    self.restarts = restarts
  }

  var length: Int { secret.count }

  mutating func restart() { matchedCount = 0 }

  mutating func look(at bytes: RawSpan, covering covered: inout [Bool], coversEnd: Bool) {
    var end = 0
    bytes.withUnsafeBytes { bytes in
      for (place, byte) in bytes.enumerated() {
        while matchedCount > 0, secret[matchedCount] != byte {
          matchedCount = restarts[matchedCount - 1]
        }
        if secret[matchedCount] == byte { matchedCount += 1 }
        guard matchedCount == secret.count else { continue }
        // Of secrets that overlap, no byte is covered twice.
        for index in max(end, place + 1 - secret.count)...place { covered[index] = true }
        end = place + 1
        matchedCount = restarts[matchedCount - 1]
      }
    }
    guard coversEnd else { return }
    for index in max(end, covered.count - matchedCount)..<covered.count { covered[index] = true }
  }
}
