package import Sockets

/// What is asked of TLS, on either side of a connection.
package struct TLSSettings: Sendable {
  /// The oldest and the newest version that may be agreed on; TLS 1.2 is the oldest there is.
  package var minimum = TLSVersion.tls12
  package var maximum: TLSVersion?
  /// Ciphers by OpenSSL's names, with colons between them; those of TLS 1.3 begin with `TLS_`.
  package var ciphers: String?
  /// Protocols to agree on (ALPN, RFC 7301), the best one first.
  package var protocols: [String] = []
  /// Who we are; of a server's several, the name that the client asks for decides (SNI, RFC 6066).
  package var identities: [TLSIdentityFiles] = []
  /// Whom to trust.
  package var trust = TLSTrust()
  /// Where the secrets of each connection go, as `SSLKEYLOGFILE` wants them; nil is nowhere.
  package var keyLogFile: String?
  /// Where a client keeps what it needs to go on with an earlier session.
  package var sessionFile: String?
  /// Told what went wrong and ends nothing.
  package var warn: @Sendable (String) -> Void = { _ in }

  /// Nothing but what is safe.
  package init() {}

  /// Reads the certificates, keys and lists that are named, unless that was done: what comes from a
  /// pipe comes once.
  ///
  /// - Throws: which file cannot be read.
  package mutating func readFiles() throws(StreamError) {
    for index in identities.indices { try identities[index].read() }
    try trust.read()
  }

  /// Whether reading them may take for ever, as of a named pipe whose writer never comes.
  package var mayWaitForWriters: Bool {
    let paths = identities.flatMap { [$0.certificate, $0.key].compactMap(\.self) }
    return (paths + trust.authorities + trust.revocationLists).contains {
      TextFile.mayWait($0)
    }
  }
}

/// Whom a side trusts.
package struct TLSTrust: Sendable {
  /// Files of certificates, or folders of them; without any, a client has the system's.
  package var authorities: [String] = []
  /// Files of revocation lists, in PEM or DER.
  package var revocationLists: [String] = []
  /// Keys or certificates one of which the peer must have; without authorities that is enough.
  package var pins: [TLSPin] = []
  /// Whether anybody is taken for whom they say they are.
  package var isBlind = false

  /// What is in the files, once they were read.
  private(set) var contents: Contents?

  struct Contents: Sendable {
    let authorities: [TrustFiles.Authorities]
    let revocationLists: [[UInt8]]
  }

  /// The system's authorities.
  package init() {}

  /// Reads the files, unless that was done.
  mutating func read() throws(StreamError) {
    if contents != nil { return }
    contents = Contents(
      authorities: try authorities.map { path throws(StreamError) in
        try TrustFiles.authorities(path)
      },
      revocationLists: try revocationLists.map { path throws(StreamError) in
        try TrustFiles.bytes(of: path)
      })
  }

  /// Whether the chain and the name count.
  var checksChain: Bool { !isBlind && (pins.isEmpty || !authorities.isEmpty) }

  /// Whether a client has to know the server's name.
  package var needsName: Bool { checksChain }
}

/// Versions that may be agreed on.
package enum TLSVersion: String, Sendable, CaseIterable, Comparable {
  case tls12 = "1.2"
  case tls13 = "1.3"

  package static func < (left: TLSVersion, right: TLSVersion) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Where a certificate and its key are, in PEM, or both in one file of PKCS #12.
package struct TLSIdentityFiles: Sendable {
  package let certificate: String
  /// Nil if it is in the same file.
  package let key: String?
  /// What the key is encrypted with.
  package var passPhrase: [UInt8]?
  /// What is in them, once it was read: what comes from a pipe comes once.
  private(set) var contents: (certificate: [UInt8], key: [UInt8])?

  /// Reads the files, unless that was done.
  mutating func read() throws(StreamError) {
    if contents != nil { return }
    let certificate = try TrustFiles.bytes(of: self.certificate)
    contents = (
      certificate,
      try key.map { path throws(StreamError) in try TrustFiles.bytes(of: path) } ?? certificate
    )
  }

  /// Names the files.
  package init(certificate: String, key: String? = nil) {
    (self.certificate, self.key) = (certificate, key)
  }
}
