import Relaying
import Serving
import Sockets

/// What was asked for, as one value that knows nothing of command lines.
struct ConversationPlan: Sendable {
  /// What kind of conversation it is.
  enum Kind: Sendable {
    case connect(Connecting)
    case listen(Listening)
    case sendDatagrams(DatagramSending)
    case receiveDatagrams(DatagramReceiving)
  }

  var kind: Kind
  var endpoint: Endpoint
  var family: AddressFamily?
  var settings = SocketSettings()
  var input = Input()
  var output = Output()
  var report = Report()
  var prompt = Prompt()
  /// What speaks in place of the standard streams.
  var script: ScriptPlan?
  /// What protects it.
  var tls = TLS()
  /// All of it, from the start.
  var totalTimeout: Duration?
  var idleTimeout: Duration?
  /// The sockets that a service manager handed over; `fd:systemd` is all of them.
  var activated: [Int32] = []

  /// What is done where no option says otherwise.
  init(_ kind: Kind, _ endpoint: Endpoint) {
    self.kind = kind
    self.endpoint = endpoint
    if case .listen(var listen) = kind {
      listen.relay.ignoresEmptyInput = true
      self.kind = .listen(listen)
    }
    // What many write has no end at which it would be whole.
    output.isAtomic = !isDatagram && !servesMany
  }

  struct Connecting: Sendable {
    var type = SocketType.stream
    var source: SocketAddress?
    var isProbe = false
    var retries = 0
    var retryInterval = Duration.seconds(1)
    var wait: Duration?
    var connectTimeout: Duration?
    var relay = RelayPolicy()
    /// What talks to the peer instead of the standard streams.
    var program: ProgramLaunch?
    var programs = Programs()
  }

  struct Listening: Sendable {
    var type = SocketType.stream
    var acceptTimeout: Duration?
    var backlog: Int32 = 128
    var ready = Ready()
    var relay = RelayPolicy()
    var access = AccessList.Sources()
    var serving: Serving?
  }

  struct DatagramSending: Sendable {
    var source: SocketAddress?
    /// Nil is decided by whether a person types.
    var framing: DatagramFraming?
    var exchange = DatagramExchange.Policy()
  }

  struct DatagramReceiving: Sendable {
    var receiver = DatagramReceiver.Policy()
    var groups: [Group] = []
    var ready = Ready()
    var access = AccessList.Sources()
    /// What is started for each datagram.
    var program: ProgramLaunch?
    var programs = Programs()

    struct Group: Sendable {
      var address: SocketAddress
      /// The interface's index; 0 is the kernel's choice.
      var interface: UInt32
      var source: SocketAddress?
    }
  }

  /// Whom a listener tells that it is ready.
  struct Ready: Sendable {
    var portFile: String?
    var descriptor: Int32?
  }

  struct Input: Sendable {
    enum Origin: Sendable {
      case standard
      case data([UInt8])
      case file(String)
    }

    var origin = Origin.standard
    var format = InputFormat.raw
    var hexRows = HexRows.sent
    var encoding: Encoding?
    var sendsCRLF = false
    var delay: Duration?
    /// Bytes a second, in each direction.
    var rate: Double?
  }

  struct Encoding: Sendable {
    /// The peer's character set and ours.
    var peer: String
    var local: String
    var errors: CharacterSetConverter.ErrorPolicy
  }

  struct Output: Sendable {
    var file: String?
    var appends = false
    /// Whether the file appears whole or not at all.
    var isAtomic = false
    var format = OutputFormat.raw
    var payload: PayloadValue?
    /// Where a hex dump goes as well; `-` is standard error.
    var dump: String?
    /// Where scripts of the conversation go: of our side, and of the peer's.
    var recordedScript: String?
    var recordedMock: String?
    var isRawOnTerminal = false
    var separator: [UInt8]?
    var showsSender = false
  }

  /// What a person wants of the prompt; nil leaves it to the configuration.
  struct Prompt: Sendable {
    var color: ColorChoice?
    var showsTimestamps: Bool?
    var template: String?
    var stays = false
    var protocolName: String?
    var keepsHistory = true
  }

  struct Report: Sendable {
    var isVerbose = false
    var stats: StatsFormat?
    /// Nil is decided by what the streams are.
    var progress: Bool?
    var printsChecksum = false
    var expectedChecksum: [UInt8]?
  }
}

/// A command line that cannot be carried out, and what could be typed instead.
struct UsageError: Error, Equatable {
  let message: String
  let hint: String?

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
