package import Sockets

/// What a run of a script is given by whoever runs it.
package struct ScriptEnvironment: Sendable {
  package let loop: EventLoop
  /// Variables from the command line.
  package var variables: [String: [UInt8]] = [:]
  /// Values that nothing may show.
  package var secrets: [[UInt8]] = []
  /// How long an expectation waits unless it says so itself; nil is for ever.
  package var timeout: Duration? = .seconds(10)
  /// How many bytes may come without a match.
  package var expectLimit = 1 << 20
  /// What a variable of the process's environment is.
  package var environment: @Sendable (String) -> [UInt8]? = { _ in nil }
  /// A file's content; a path is taken from the folder of the script's file that names it.
  package var readFile: @Sendable (String, _ scriptFile: String) throws(StreamError) -> [UInt8]
  /// Whether reading such a file may take for ever, as of a named pipe that nobody writes.
  package var mayWait: @Sendable (String, _ scriptFile: String) -> Bool = { _, _ in false }
  /// Where `print` goes.
  package var print: @Sendable ([UInt8]) async throws(StreamError) -> Void
  /// Told of what is said and what is done, while `log` is on.
  package var log: @Sendable (String) -> Void = { _ in }
  package var logsFromTheStart = false
  /// Text for a peer that speaks another character set; nil if there is no such, or it cannot be
  /// said in it.
  package var encode: @Sendable ([UInt8], _ characterSet: String) -> [UInt8]? = { bytes, _ in bytes
  }
  /// Asks a person to go on; nil where there is none.
  package var waitForKey: (@Sendable (String) async throws(StreamError) -> Void)?
  /// Opens peers; nil where the script has one already.
  package var opener: (any PeerOpener)?
  /// The only peer, where there is one.
  package var peer: (any ScriptEndpoint)?
  /// Told of bytes that a peer took, and of bytes that one sent.
  package var hasSent: @Sendable (Int) -> Void = { _ in }
  package var hasReceived: @Sendable (Int) -> Void = { _ in }

  /// The least that a run needs.
  package init(
    on loop: EventLoop,
    readFile: @escaping @Sendable (String, _ scriptFile: String) throws(StreamError) -> [UInt8],
    print: @escaping @Sendable ([UInt8]) async throws(StreamError) -> Void
  ) {
    self.loop = loop
    self.readFile = readFile
    self.print = print
  }
}
