import CPCRE

/// How far a search may go before it is given up, so that no input can make it hang.
package struct PatternLimits: Sendable, Hashable {
  /// How often it may step back at one place.
  package var steps: UInt32 = 10_000_000
  /// How deep choices may nest, where the pattern is interpreted.
  package var depth: UInt32 = 250_000
  /// How much memory choices may take, in bytes.
  package var memoryInBytes = 32 << 20
  /// How long it may take, over all places where a match could begin.
  package var time: Duration = .seconds(1)

  /// Limits that no sensible search comes near.
  package init() {}

  func makeContext() -> OpaquePointer {
    guard let context = pcre2_match_context_create_8(nil) else {
      preconditionFailure("no memory for a pattern")
    }
    pcre2_set_match_limit_8(context, steps)
    pcre2_set_depth_limit_8(context, depth)
    pcre2_set_heap_limit_8(context, UInt32(clamping: memoryInBytes / 1024))
    return context
  }
}

/// Why a search was given up: what it looked through is neither known to match nor not to.
package enum PatternLimitError: Error, Sendable, Hashable {
  case steps, depth, memory, time
  /// PCRE2 failed in another way; its number.
  case other(Int32)

  init(_ failure: Int32) {
    self =
      switch failure {
      case PCRE2_ERROR_MATCHLIMIT: .steps
      case PCRE2_ERROR_DEPTHLIMIT: .depth
      case PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT, PCRE2_ERROR_NOMEMORY: .memory
      default: .other(failure)
      }
  }
}

extension PatternLimitError: CustomStringConvertible {
  /// In lower case, without a full stop.
  package var description: String {
    switch self {
    case .steps: "the pattern needs too many steps"
    case .depth: "the pattern nests too deep"
    case .memory: "the pattern needs too much memory"
    case .time: "the pattern takes too long"
    case .other(let number): "the pattern failed with PCRE2's error " + String(number)
    }
  }
}
