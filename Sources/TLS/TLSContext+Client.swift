import COpenSSL
import Sockets

extension TLSContext {
  /// Has an `SSL` be a client that goes on with an earlier session, and wants to reach somebody.
  func prepareClient(_ ssl: OpaquePointer, name: String?) throws(StreamError) {
    SSL_set_connect_state(ssl)
    if let file = settings.sessionFile,
      let session = Verification.of(ssl: ssl).flatMap({
        SessionFile(file, $0).read()
      })
    {
      SSL_set_session(ssl, session)
      SSL_SESSION_free(session)
    }
    guard let name else { return }
    let parameters = SSL_get0_param(ssl)
    // Of an address nobody can be asked by name.
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
    X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    // To OpenSSL a name behind a dot is any host of a domain, and an empty one is anybody.
    guard !name.isEmpty, !name.hasPrefix("."),
      X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1,
      openssl_set_host_name(ssl, name) == 1
    else { throw TLSContext.mistake("no host name: " + name) }
  }
}
