import ByteText
import Sockets

/// What has to come in datagrams: each expectation looks at one of them, whole.
extension ScriptRunner {
  /// Looks at the next datagram and says which pattern it fits; nil if none comes in time.
  func find(
    _ patterns: [Pattern], in datagrams: any ScriptDatagrams, _ search: ExpectedSearch
  ) async throws(ScriptFailure) -> Int? {
    if case .nothing(let duration)? = patterns.first {
      search.end = .after(duration)
      guard let bytes = try await datagram(from: datagrams, search) else { return 0 }
      search.datagram = bytes
      throw failure(patterns, search, .something)
    }
    guard let bytes = try await datagram(from: datagrams, search) else { return nil }
    search.datagram = bytes
    if isLogging { search.taken = cover.masked(bytes) }
    for (index, pattern) in patterns.enumerated() where try fits(pattern, bytes, search) {
      return index
    }
    throw failure(patterns, search, .otherDatagram)
  }

  private func datagram(
    from datagrams: any ScriptDatagrams, _ search: ExpectedSearch
  ) async throws(ScriptFailure) -> [UInt8]? {
    do throws(StreamError) {
      let bytes = try await datagrams.receive(by: search.end)
      environment.hasReceived(bytes.count)
      return bytes
    } catch {
      if case .timedOut(.total) = error.cause { return nil }
      throw ScriptFailure(
        .stream(error), "", at: search.placed.place, peer: search.peer.name,
        callers: search.scope.callers)
    }
  }

  private func fits(
    _ pattern: Pattern, _ bytes: [UInt8], _ search: ExpectedSearch
  ) throws(ScriptFailure) -> Bool {
    var isWhole = false
    if case .datagram(let inner) = pattern {
      isWhole = true
      if inner == nil { return note(bytes, search) }
    }
    guard let prepared = try prepare(pattern, search) else { return false }
    do throws(PatternLimitError) {
      guard let match = try prepared.match(in: bytes, isWhole: isWhole) else {
        search.nearMiss = search.nearMiss ?? prepared.nearMiss(in: bytes.span.bytes)
        return false
      }
      if let groups = match.groups { search.groups = (groups, bytes) }
      _ = note(Array(bytes[match.value]), search)
    } catch {
      throw failure([pattern], search, .pattern(error))
    }
    if case .integer(let format) = pattern {
      search.value = Array(String(format.number(of: search.value)).utf8)
    }
    return true
  }

  private func note(_ value: [UInt8], _ search: ExpectedSearch) -> Bool {
    search.value = value
    search.hasMatch = true
    return true
  }
}

extension PreparedPattern {
  /// Where it matches in bytes that are all there.
  fileprivate func match(
    in bytes: [UInt8], isWhole: Bool
  ) throws(PatternLimitError) -> Match? {
    if isWhole { return try wholeMatch(in: bytes.span.bytes) }
    var matcher = Matcher([self])
    guard case .matched(let match) = try matcher.look(at: bytes.span.bytes, isFinal: true) else {
      return nil
    }
    return match
  }
}
