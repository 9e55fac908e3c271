import Sockets

/// What belongs to a call of a procedure, or to what is said in parallel: its own variables, the
/// groups of the last match, and whom it speaks to.
final class ScriptScope: @unchecked Sendable {
  var locals: [String: [UInt8]]
  var groups: [[UInt8]?]
  /// What the files of the statement under way hold, as far as it had to be waited for.
  var contents: [String: [UInt8]] = [:]
  let peer: ScriptPeer?
  /// The calls that led here, the innermost first.
  let callers: [Place]

  /// The script's own.
  init(peer: ScriptPeer?) {
    self.peer = peer
    (locals, groups, callers) = ([:], [], [])
  }

  /// Beside another one, which it sees as it is now.
  init(_ other: ScriptScope, peer: ScriptPeer?) {
    self.peer = peer
    (locals, groups, callers) = (other.locals, other.groups, other.callers)
  }

  /// A procedure's, called from a place.
  init(
    callFrom caller: ScriptScope, at place: Place, _ parameters: [String: [UInt8]],
    peer: ScriptPeer?
  ) {
    self.peer = peer
    locals = parameters
    groups = []
    callers = [place] + caller.callers
  }

  /// Remembers a match that has no groups but itself.
  func remember(_ match: [UInt8]) {
    if groups.count == 1 { groups[0] = match } else { groups = [match] }
  }

  /// How deep calls may nest.
  static let callLimit = 200
}
