/// Room for one decrypted datagram.
final class PlainSpace: @unchecked Sendable {
  let space: UnsafeMutableRawBufferPointer

  init() { space = .allocate(byteCount: DTLSAssociation.payloadLimit, alignment: 16) }

  deinit { space.deallocate() }

  /// The first bytes of it.
  func first(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: space[..<count])
  }
}
