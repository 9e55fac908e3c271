import Glibc
package import SystemPackage

/// Runs one system call, again if a signal interrupted it, and turns its -1 into the error.
///
/// `EINTR` is this function's business and nobody else's. `close(2)` passes `false`: on Linux the
/// number is free again even when the call was interrupted, and closing twice could close somebody
/// else's descriptor.
@inline(__always) @discardableResult
package func systemCall<Result: FixedWidthInteger>(
  retryOnInterrupt: Bool = true, _ body: () -> Result
) throws(Errno) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let error = Errno(rawValue: errno)
    if error == .interrupted && retryOnInterrupt { continue }
    precondition(error != .badAddress, "a system call was handed a bad pointer")
    throw error
  }
}

extension Errno {
  /// Whether the call would have had to wait: `EAGAIN`, which is `EWOULDBLOCK` on Linux.
  var isWouldBlock: Bool { self == .resourceTemporarilyUnavailable }
}

/// The text in a buffer that a C function filled, up to its closing zero.
func text(upToZero buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
