import ByteText
import COpenSSL

/// Why keys could not be agreed on, from what OpenSSL or the peer says.
struct HandshakeFailure {
  /// One of OpenSSL's `SSL_R_…`; those of alerts that the peer has sent are from 1000 on.
  let reason: Int32
  let firstBytes: [UInt8]
  let context: TLSContext

  var failure: TLSFailure {
    let alert = reason - SSL_AD_REASON_OFFSET
    if alert >= 0, alert < 256 { return refusal(alert) }
    if !speaksTLS, Self.reasonsOfStrangers.contains(reason) { return anotherProtocol }
    switch reason {
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_SSL_VERSION:
      return TLSFailure("the peer speaks no version of TLS that is allowed here: " + versions)
    case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_CIPHERS_AVAILABLE, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
      return TLSFailure("there is no cipher that both sides know", hint: "--tls-ciphers LIST")
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return TLSFailure("the client shows no certificate, and one is demanded")
    case SSL_R_NO_RENEGOTIATION: return TLSFailure("the peer wants to renegotiate; refused")
    default: return TLSFailure("TLS: " + OpenSSLError.text)
    }
  }

  /// Of a peer that has said something, and nothing of TLS.
  var strangeness: TLSFailure? { firstBytes.isEmpty || speaksTLS ? nil : anotherProtocol }

  /// What OpenSSL says of bytes that are no TLS.
  private static let reasonsOfStrangers = [
    SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNKNOWN_PROTOCOL, SSL_R_HTTP_REQUEST,
    SSL_R_HTTPS_PROXY_REQUEST, SSL_R_BAD_RECORD_TYPE, SSL_R_UNEXPECTED_MESSAGE,
    SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SSL_R_RECORD_TOO_SMALL,
  ]

  /// Whether what came first is a record of TLS: its kind, and 3 as version, which DTLS writes as
  /// its complement.
  private var speaksTLS: Bool {
    firstBytes.count >= 2 && (20...24).contains(firstBytes[0])
      && firstBytes[1] == (context.isDatagram ? 0xfe : 3)
  }

  private var anotherProtocol: TLSFailure {
    let shown = firstBytes.isEmpty ? "" : ", but says \"" + escapedText + "\""
    let name = context.isDatagram ? "DTLS" : "TLS"
    if context.isServer { return TLSFailure("the client does not speak " + name + shown) }
    return TLSFailure(
      "the peer does not speak " + name + shown,
      hint: context.isDatagram ? "without --tls" : "--starttls PROTOCOL, or without --tls")
  }

  private var escapedText: String {
    var escaped: [UInt8] = []
    let shown = Array(firstBytes.prefix(40))
    appendEscaped(shown.span.bytes, to: &escaped)
    return String(decoding: escaped, as: UTF8.self)
  }

  private var versions: String {
    let oldest = context.settings.minimum.rawValue
    let newest = (context.settings.maximum ?? .tls13).rawValue
    return oldest == newest ? "only " + oldest : oldest + " to " + newest
  }

  /// Those that OpenSSL has no words for.
  private static let newerAlerts = [
    TLS13_AD_CERTIFICATE_REQUIRED: "certificate required",
    TLS1_AD_NO_APPLICATION_PROTOCOL: "no application protocol",
  ]

  /// What the peer has refused, by the alert that it sent (RFC 8446, 6.2).
  private func refusal(_ alert: Int32) -> TLSFailure {
    let words = Self.newerAlerts[alert] ?? String(cString: SSL_alert_desc_string_long(alert))
    let text = "the peer refuses: " + words
    switch alert {
    case SSL3_AD_HANDSHAKE_FAILURE:
      return TLSFailure(
        text + " (no common cipher, or a client certificate is wanted)",
        hint: context.isServer ? nil : "--tls-cert FILE --tls-key FILE, or --tls-ciphers LIST")
    case TLS1_AD_PROTOCOL_VERSION:
      return TLSFailure(text + "; allowed here are " + versions)
    case TLS1_AD_UNKNOWN_CA:
      return TLSFailure(text + ": it does not know who issued our certificate")
    case TLS13_AD_CERTIFICATE_REQUIRED:
      return TLSFailure(
        text + ": it demands a client certificate", hint: "--tls-cert FILE --tls-key FILE")
    case TLS1_AD_UNRECOGNIZED_NAME: return TLSFailure(text, hint: "--tls-name NAME")
    case TLS1_AD_NO_APPLICATION_PROTOCOL: return TLSFailure(text, hint: "--alpn LIST")
    default: return TLSFailure(text)
    }
  }
}
