/// The one large buffer of a loop: bytes stay in it only between two suspensions.
///
/// So thousands of connections share it. What could not be passed on before a suspension is copied
/// out by whoever needs it.
public final class ScratchBuffer: @unchecked Sendable {
  /// The buffer's size in bytes.
  public static let size = 256 * 1024

  private let memory: UnsafeMutableRawBufferPointer

  /// Allocates the buffer; its pages cost memory when they are first used.
  public init() {
    memory = .allocate(byteCount: Self.size, alignment: 4096)
  }

  deinit { memory.deallocate() }

  /// Lends the buffer, empty, up to a limit.
  public func withSpace<Result, Failure: Error>(
    limit: Int = size, _ body: (inout OutputRawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(limit, Self.size)])
    var space = OutputRawSpan(buffer: part, initializedCount: 0)
    return try body(&space)
  }
}
