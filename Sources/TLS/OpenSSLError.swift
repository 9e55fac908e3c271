import COpenSSL

/// What OpenSSL has noted of the last call that failed, on this thread.
enum OpenSSLError {
  /// Forgets what was noted, before a call.
  static func clear() { ERR_clear_error() }

  /// The number of the reason; 0 if nothing was noted.
  ///
  /// The corresponding C function is `ERR_GET_REASON`.
  static var reason: Int32 {
    let code = ERR_peek_last_error()
    return code == 0 ? 0 : Int32(truncatingIfNeeded: code & 0x7f_ffff)
  }

  /// Whether reading one PEM text after the other has met no more than their end, or nothing was
  /// noted.
  static var isEndOfPEM: Bool { reason == 0 || reason == PEM_R_NO_START_LINE }

  /// The reason in OpenSSL's words.
  static var text: String {
    let code = ERR_peek_last_error()
    guard code != 0 else { return "OpenSSL says no more" }
    if let reason = ERR_reason_error_string(code) { return String(cString: reason) }
    return "OpenSSL's error " + String(code, radix: 16)
  }
}
