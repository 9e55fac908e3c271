import COpenSSL
import Sockets

/// Certificates for a listener that was given none.
enum MadeCertificate {
  /// How long one is valid; nobody keeps such a listener for longer, nor should.
  private static let days = 7

  /// Makes one for some names that its own key signs, for servers only; nil if OpenSSL cannot.
  static func make(for names: [String], key: OpaquePointer) -> OpaquePointer? {
    guard let certificate = X509_new() else { return nil }
    guard fill(certificate, names, key), X509_sign(certificate, key, EVP_sha256()) > 0 else {
      X509_free(certificate)
      return nil
    }
    return certificate
  }

  private static func fill(
    _ certificate: OpaquePointer, _ names: [String], _ key: OpaquePointer
  ) -> Bool {
    let subject = X509_get_subject_name(certificate)
    let common = Array((names.first ?? "localhost").utf8.prefix(64))
    let list = names.map { (isAddress($0) ? "IP:" : "DNS:") + $0 }.joined(separator: ",")
    // A version of 3 is written as 2; a clock that is behind an hour still finds it valid.
    return X509_set_version(certificate, 2) == 1 && setNumber(of: certificate)
      && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nil
      && X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86400) != nil
      && X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_UTF8, common, Int32(common.count), -1, 0) == 1
      && X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1
      && add(NID_basic_constraints, "critical,CA:FALSE", to: certificate)
      && add(NID_key_usage, "critical,digitalSignature", to: certificate)
      && add(NID_ext_key_usage, "serverAuth", to: certificate)
      && add(NID_subject_alt_name, list, to: certificate)
  }

  /// A number that no other certificate has.
  private static func setNumber(of certificate: OpaquePointer) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else { return false }
    bytes[0] = bytes[0] & 0x7f | 0x40
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return false }
    defer { BN_free(number) }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
  }

  private static func add(_ kind: Int32, _ value: String, to certificate: OpaquePointer) -> Bool {
    guard let item = X509V3_EXT_nconf_nid(nil, nil, kind, value) else { return false }
    defer { X509_EXTENSION_free(item) }
    return X509_add_ext(certificate, item, -1) == 1
  }

  private static func isAddress(_ name: String) -> Bool {
    IPv4Address(name) != nil || IPv6Address(name) != nil
  }
}
