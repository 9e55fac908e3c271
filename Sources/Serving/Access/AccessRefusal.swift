/// Why a client may not be served.
package enum AccessRefusal: Sendable, Hashable {
  /// An entry of a deny list names it.
  case denied(entry: String)
  /// There are entries of who is allowed, and it is none of them.
  case notAllowed
  /// It is another user's; nil if the kernel does not tell whose.
  case foreignUser(UInt32?)
}
