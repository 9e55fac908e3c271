package import Sockets

/// What came of one run of a script.
package struct ScriptResult: Sendable {
  /// How it ended.
  package enum Outcome: Sendable {
    case passed
    case failed(ScriptFailure)
    /// Something else ended it, such as a signal.
    case cancelled
  }

  package var outcome: Outcome
  /// Those that began, in the order in which they did; the last one is where it failed.
  package var steps: [ScriptStep]
  package var duration: Duration
  /// What was under way when something else ended it.
  package var interruption: ScriptFailure?

  /// Puts a result together.
  package init(_ outcome: Outcome, steps: [ScriptStep], duration: Duration) {
    (self.outcome, self.steps, self.duration) = (outcome, steps, duration)
  }

  /// Why it failed; nil if it did not.
  package var failure: ScriptFailure? {
    if case .failed(let failure) = outcome { failure } else { nil }
  }
}

/// What stands between two comment lines of a script, as it was run.
package struct ScriptStep: Sendable {
  /// The comment; empty before the first.
  package var title: String
  /// The first statement's.
  package var place: Place
  package var duration: Duration
  /// How often it was run, in a loop.
  package var count: Int

  /// A step that began at a place.
  package init(_ title: String, at place: Place, duration: Duration = .zero, count: Int = 1) {
    (self.title, self.place, self.duration, self.count) = (title, place, duration, count)
  }
}

/// Why a script failed, and all that is known about it.
package struct ScriptFailure: Error, Sendable {
  /// What kind of failure it is: its exit status.
  package enum Kind: Sendable {
    /// What was expected did not come, in time or at all; an assertion; `fail`.
    case expectation
    /// An error below: its cause tells the status.
    case stream(StreamError)
    /// The script asks for what cannot be: a number that is none, a variable that is not set yet.
    case script
  }

  /// What was asked for and what came, where something was expected.
  package struct Expected: Sendable {
    /// As the script says it.
    package var text: String
    /// The end of what had come and nothing had taken, with asterisks for secrets; a report shows
    /// the last 512 bytes of it.
    package var received: [UInt8]
    /// All of that, in bytes.
    package var receivedCount: Int
    package var waited: Duration
    /// Whether the peer had ended.
    package var hasEnded: Bool
    package var nearMiss: NearMiss?

    /// Puts it together.
    package init(
      _ text: String, received: [UInt8], receivedCount: Int, waited: Duration,
      hasEnded: Bool = false, nearMiss: NearMiss? = nil
    ) {
      self.text = text
      self.received = received
      self.receivedCount = receivedCount
      self.waited = waited
      self.hasEnded = hasEnded
      self.nearMiss = nearMiss
    }

    /// What failed, in the words of a message.
    package var message: String {
      let head = "expected " + text
      return hasEnded
        ? head + ", and the peer ended before it came"
        : head + " within " + waited.reportText + ", and it did not come"
    }
  }

  package var kind: Kind
  /// In lower case, without a full stop.
  package var message: String
  package var place: Place
  /// The peer's name, where there are several.
  package var peer: String?
  package var expected: Expected?
  /// The calls and includes that led there, the innermost first.
  package var callers: [Place]

  /// Puts it together.
  package init(
    _ kind: Kind, _ message: String, at place: Place, peer: String? = nil,
    expected: Expected? = nil, callers: [Place] = []
  ) {
    self.kind = kind
    self.message = message
    self.place = place
    self.peer = peer
    self.expected = expected
    self.callers = callers
  }

  /// A failure because something did not come.
  package init(
    expected: Expected, at place: Place, peer: String? = nil, callers: [Place] = []
  ) {
    self.init(
      .expectation, expected.message, at: place, peer: peer, expected: expected, callers: callers)
  }
}

/// Where what came and what was expected part.
package struct NearMiss: Sendable, Hashable {
  /// Where in what came the likeness begins, in bytes.
  package var offset: Int
  /// How many bytes are alike.
  package var matchedCount: Int
  /// How many bytes of either side it tells at most.
  static let shownCount = 64

  /// What was expected behind them.
  package var expected: [UInt8]
  /// What came instead, as far as it is known; empty if nothing did.
  package var received: [UInt8]

  /// Puts it together.
  package init(offset: Int, matchedCount: Int, expected: [UInt8], received: [UInt8]) {
    self.offset = offset
    self.matchedCount = matchedCount
    self.expected = expected
    self.received = received
  }
}
