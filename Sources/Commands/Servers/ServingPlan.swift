import Serving
import Sockets

extension ConversationPlan {
  /// How a listener serves its clients, where it is not one alone with the standard streams.
  struct Serving: Sendable {
    var answer = Answer.streams
    /// Whether we go on when a client has been served.
    var keepsOpen = false
    /// Whether a program that fails decides our status.
    var reportsPrograms = true
    /// How many are served at a time, and in all.
    var clientLimit: Int?
    var countLimit: Int?
    var slowClient = Hub.SlowMember.disconnect(after: .seconds(5))
    /// How long clients may take to finish when a signal ends us.
    var grace = Duration.zero
    var tagsLines = false
    /// The folder in which each client has a file.
    var folder: String?
    var programs = Programs()
  }

  /// What serves a client.
  enum Answer: Sendable {
    /// Our standard streams, or files in their place.
    case streams
    /// What the others send.
    case broker, chat
    case echo, discard, chargen
    case respond(ResponseTemplate, MessageBoundary)
    case program(ProgramLaunch)
    case programPerMessage(ProgramLaunch, MessageBoundary)
    /// Each message is a command.
    case commandsFromPeer
    /// The plan's script, for each client anew.
    case script
  }

  /// How programs run.
  struct Programs: Sendable {
    enum ErrorStream: Sendable, Hashable {
      case inherit, merge
      case file(String)
    }

    var errorStream = ErrorStream.inherit
    /// Whether the program's status is ours.
    var passesStatus = false
  }

  /// Whether there may be several connections at the same time.
  var servesMany: Bool {
    if case .listen(let listen) = kind { listen.serving?.keepsOpen ?? false } else { false }
  }

  /// How programs run, if any does.
  var programs: Programs? {
    switch kind {
    case .connect(let connect) where connect.program != nil: connect.programs
    case .listen(let listen): listen.serving.flatMap { $0.answer.runsPrograms ? $0.programs : nil }
    case .receiveDatagrams(let receive) where receive.program != nil: receive.programs
    case .connect, .sendDatagrams, .receiveDatagrams: nil
    }
  }
}

extension ConversationPlan.Answer {
  /// Whether a client gets at a program.
  var runsPrograms: Bool {
    switch self {
    case .program, .programPerMessage, .commandsFromPeer: true
    case .streams, .broker, .chat, .echo, .discard, .chargen, .respond, .script: false
    }
  }

  /// Whether what clients send goes to our output.
  var usesOutput: Bool {
    switch self {
    case .streams, .broker, .chat, .script: true
    default: false
    }
  }
}
