import ArgumentParser
import TLS

/// What TLS is to be like, on either side.
struct TLSOptions: ParsableArguments {
  @Flag(help: "Speak TLS.")
  var tls = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Our certificate, in PEM or PKCS #12.", valueName: "file"),
    completion: .file())
  var tlsCert: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Its key, if that is in another file.", valueName: "file"),
    completion: .file())
  var tlsKey: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A file whose first line is the pass phrase of the key.", valueName: "file"),
    completion: .file())
  var tlsKeyPassFile: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Refuse what this list revokes.", valueName: "file"),
    completion: .file())
  var tlsCrl: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The oldest version of TLS (default: 1.2).", valueName: "version"))
  var tlsMin: TLSVersionValue?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The newest version.", valueName: "version"))
  var tlsMax: TLSVersionValue?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "These ciphers, by OpenSSL's names, with colons between them.", valueName: "list"),
    completion: .custom(DynamicValues.ciphers))
  var tlsCiphers: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Protocols to agree on, the best one first, with commas between them.", valueName: "list"),
    completion: .custom(DynamicValues.applicationProtocols))
  var alpn: String?
}

/// Whom a client takes the server for.
struct TLSClientOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Trust these authorities and not the system's: a file, or a folder.", valueName: "file"),
    completion: .file())
  var tlsCa: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The name that the certificate must have.", valueName: "name"))
  var tlsName: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Take this key or certificate, by its SHA-256, and no other.", valueName: "digest"))
  var tlsPin: [PinValue] = []

  @Flag(help: "Take whoever answers.")
  var insecure = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep the session in a file, and go on with it.", valueName: "file"),
    completion: .file())
  var tlsSession: String?
}

/// How long keys may be agreed on with the receiver of datagrams.
struct TLSHandshakeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long the TLS handshake may take (default: 10s).", valueName: "duration"))
  var connectTimeout: DurationValue?
}

/// Protocols that begin in clear.
struct StartTLSOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Speak the opening of a protocol in clear, then TLS.", valueName: "protocol"))
  var starttls: StartTLSValue?
}

/// Whom a server takes its clients for.
struct TLSServerOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Serve only clients with a certificate of these authorities.", valueName: "file"),
    completion: .file())
  var tlsClientCa: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long a client's TLS handshake may take (default: 10s).", valueName: "duration"))
  var connectTimeout: DurationValue?
}

/// A version of TLS.
struct TLSVersionValue: ExpressibleByArgument, Hashable {
  let version: TLSVersion

  init?(argument: String) {
    guard let version = TLSVersion(rawValue: argument) else { return nil }
    self.version = version
  }

  static var allValueStrings: [String] { TLSVersion.allCases.map(\.rawValue) }
}

/// The digest of a key or a certificate.
struct PinValue: ExpressibleByArgument, Hashable {
  let pin: TLSPin

  init?(argument: String) {
    guard let pin = TLSPin(argument) else { return nil }
    self.pin = pin
  }
}

/// A protocol that begins in clear.
struct StartTLSValue: ExpressibleByArgument, Hashable {
  let opening: StartTLSProtocol

  init?(argument: String) {
    guard let opening = StartTLSProtocol(rawValue: argument) else { return nil }
    self.opening = opening
  }

  static var allValueStrings: [String] { StartTLSProtocol.allCases.map(\.rawValue) }
}
