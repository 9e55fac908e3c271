import ByteText
import COpenSSL
import Glibc
import Sockets

/// What a certificate says of itself; nothing of it is to be believed before it was verified.
package struct CertificateFacts: Sendable, Hashable {
  /// The name that its subject has in common use: a verified client's.
  package let commonName: String?
  /// Who it is about and who issued it, as `CN=…, O=…`.
  package let subject: String
  package let issuer: String
  /// The host names and addresses that it is for.
  package let names: [String]
  /// When it begins and ends to be valid, in UTC.
  package let begin: String
  package let end: String
  /// Of the whole certificate, and of its public key.
  package let fingerprint: TLSPin
  package let keyPin: TLSPin
  /// The kind and size of its key, as `RSA 2048`.
  package let key: String

  /// Reads those of an `X509`.
  init(_ certificate: OpaquePointer) {
    subject = Self.text(of: X509_get_subject_name(certificate))
    issuer = Self.text(of: X509_get_issuer_name(certificate))
    commonName = Self.commonNames(of: certificate).first
    names = Self.names(of: certificate)
    begin = Self.text(ofTime: X509_get0_notBefore(certificate))
    end = Self.text(ofTime: X509_get0_notAfter(certificate))
    fingerprint = TLSPin(digest: Self.digest(of: certificate))
    keyPin = TLSPin(digest: Self.keyDigest(of: certificate))
    key = Self.text(ofKey: X509_get0_pubkey(certificate))
  }

  /// The names as a list for people, cut where they are many.
  var nameList: String {
    if names.isEmpty { return "no name at all" }
    let most = 8
    let list = names.prefix(most).joined(separator: ", ")
    return names.count > most ? list + " and " + String(names.count - most) + " more" : list
  }

  private static func text(of name: OpaquePointer?) -> String {
    withMemory { openssl_print_name($0, name) > 0 }
  }

  /// What a function of OpenSSL prints.
  private static func withMemory(_ print: (OpaquePointer) -> Bool) -> String {
    guard let memory = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(memory) }
    guard print(memory) else { return "" }
    var bytes: UnsafeMutablePointer<CChar>?
    let count = openssl_memory(memory, &bytes)
    guard let bytes, count > 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  private static func names(of certificate: OpaquePointer) -> [String] {
    guard let list = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else {
      return commonNames(of: certificate)
    }
    let names = OpaquePointer(list)
    defer { GENERAL_NAMES_free(names) }
    var hasHostName = false
    let listed = (0..<openssl_name_count(names)).compactMap { index -> String? in
      var kind: Int32 = 0
      guard let name = openssl_name(names, index, &kind) else { return nil }
      switch kind {
      case GEN_DNS:
        hasHostName = true
        return String(decoding: bytes(of: name), as: UTF8.self)
      case GEN_IPADD: return address(of: name)
      default: return nil
      }
    }
    return hasHostName ? listed : listed + commonNames(of: certificate)
  }

  /// Where no host name is listed, that of the subject counts.
  private static func commonNames(of certificate: OpaquePointer) -> [String] {
    let subject = X509_get_subject_name(certificate)
    let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
    guard index >= 0, let entry = X509_NAME_get_entry(subject, index),
      let value = X509_NAME_ENTRY_get_data(entry)
    else { return [] }
    return [String(decoding: bytes(of: value), as: UTF8.self)]
  }

  private static func bytes(
    of string: UnsafePointer<ASN1_STRING>
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
  }

  private static func address(of string: UnsafePointer<ASN1_STRING>) -> String? {
    let bytes = Array(bytes(of: string))
    switch bytes.count {
    case 4: return IPv4Address(bytes: bytes).description
    case 16: return IPv6Address(bytes: bytes).description
    default: return nil
    }
  }

  private static func text(ofTime time: UnsafePointer<ASN1_TIME>?) -> String {
    var parts = tm()
    guard ASN1_TIME_to_tm(time, &parts) == 1 else { return "a time that cannot be read" }
    return text(of: parts)
  }

  /// A time in UTC, to the second.
  static func text(of parts: tm) -> String {
    let date = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map(twoDigits)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits)
    return date.joined(separator: "-") + " " + clock.joined(separator: ":") + " UTC"
  }

  private static func twoDigits(_ number: Int32) -> String {
    (number < 10 ? "0" : "") + String(number)
  }

  private static func digest(of certificate: OpaquePointer) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    X509_digest(certificate, EVP_sha256(), &digest, nil)
    return digest
  }

  private static func keyDigest(of certificate: OpaquePointer) -> [UInt8] {
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded)
    guard count > 0, let encoded else { return [] }
    defer { CRYPTO_free(encoded, "", 0) }
    return sha256(of: UnsafeRawBufferPointer(start: encoded, count: Int(count)))
  }

  private static func text(ofKey key: OpaquePointer?) -> String {
    guard let key else { return "no key" }
    let kind = EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "unknown"
    return kind + " " + String(EVP_PKEY_get_bits(key))
  }
}

/// The SHA-256 digest of bytes.
func sha256(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: 32)
  COpenSSL.SHA256(bytes.baseAddress, bytes.count, &digest)
  return digest
}
