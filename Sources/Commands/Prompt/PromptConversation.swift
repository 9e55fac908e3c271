import Scripting
import Sockets
import Transcripts

/// What the prompt asks of the conversation that it belongs to.
protocol PromptConversation: AnyObject, Sendable {
  /// In a word: connecting, connected, half-closed, closed.
  var state: String { get }
  /// Who is there.
  var peers: [PromptPeer] { get }
  /// The figures so far.
  var statistics: Statistics { get }
  /// What is known about the sockets, a line each.
  var report: [String] { get }
  /// How long nothing may move.
  var idle: IdleWatch { get }

  /// Says whom the next lines go to.
  func choose(_ choice: PeerChoice) throws(UsageError)
  /// Does what was asked for, now or as soon as it can.
  func request(_ action: PromptAction) throws(UsageError)
}

/// Somebody at the other end.
struct PromptPeer: Sendable {
  /// Counts from 1.
  var number: Int
  /// As it is shown, with what is to be said about it.
  var text: String
  var isChosen: Bool
}

/// What a person can do to a connection.
enum PromptAction: Sendable, Hashable {
  case halfClose, close, reset, reconnect, quit
  /// `^D`: whatever the end of the input is to mean.
  case endOfInput
  case startTLS(String?)
}
