import COpenSSL
import Sockets

/// Cookies by which a server knows that a client gets what is sent to its address, without keeping
/// anything of it (RFC 6347, 4.2.1).
///
/// One is a digest of the address and a secret that this process alone has.
final class CookieJar: Sendable {
  private let secret: [UInt8]

  /// Draws a secret; nil if there is no randomness.
  init?() {
    var secret = [UInt8](repeating: 0, count: 32)
    guard RAND_bytes(&secret, Int32(secret.count)) == 1 else { return nil }
    self.secret = secret
  }

  /// The cookie for an address: HMAC-SHA256.
  func cookie(for peer: SocketAddress) -> [UInt8] {
    var cookie = [UInt8](repeating: 0, count: 32)
    peer.withSockAddr { address, size in
      _ = HMAC(
        EVP_sha256(), secret, Int32(secret.count),
        address.assumingMemoryBound(to: UInt8.self), Int(size), &cookie, nil)
    }
    return cookie
  }

  /// Has a server's context ask for cookies.
  static func install(in context: TLSContext) {
    SSL_CTX_set_cookie_generate_cb(context.pointer, makeCookie)
    SSL_CTX_set_cookie_verify_cb(context.pointer, verifyCookie)
  }

  fileprivate static func cookie(for ssl: OpaquePointer?) -> [UInt8]? {
    guard let bio = DatagramBIO.of(ssl), let peer = bio.client else { return nil }
    return bio.cookies?.cookie(for: peer)
  }
}

private let makeCookie:
  @convention(c) (
    OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt32>?
  ) -> Int32 = { ssl, space, count in
    guard let space, let count, let cookie = CookieJar.cookie(for: ssl) else { return 0 }
    space.update(from: cookie, count: cookie.count)
    count.pointee = UInt32(cookie.count)
    return 1
  }

private let verifyCookie: @convention(c) (OpaquePointer?, UnsafePointer<UInt8>?, UInt32) -> Int32 =
  { ssl, bytes, count in
    guard let bytes, let cookie = CookieJar.cookie(for: ssl), Int(count) == cookie.count else {
      return 0
    }
    return CRYPTO_memcmp(bytes, cookie, cookie.count) == 0 ? 1 : 0
  }
