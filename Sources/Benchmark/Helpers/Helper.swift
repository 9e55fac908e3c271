import Sockets

/// What this program does as its own child: the ends of a transfer that must not be its limit.
///
/// A process of its own, as one thread cannot wait for a pipe and for a program at the same time.
enum Helper {
  /// Puts so many bytes into standard output without copying them.
  case produce(Int)
  /// Writes so many bytes to standard output, as other programs do.
  case write(Int)
  /// Takes standard input to its end, and says on standard error how many bytes there were.
  case consume
  /// Sends so many bytes to a port of this host.
  case send(Int, port: UInt16)

  private static let mark = "--as-helper"

  /// Reads what ``arguments`` wrote; nil for what a person wrote.
  init?(_ arguments: [String]) {
    guard arguments.first == Self.mark else { return nil }
    let words = arguments.dropFirst()
    let numbers = words.dropFirst().compactMap { Int($0) }
    switch (words.first, numbers.count) {
    case ("produce", 1): self = .produce(numbers[0])
    case ("write", 1): self = .write(numbers[0])
    case ("consume", 0): self = .consume
    case ("send", 2): self = .send(numbers[0], port: UInt16(clamping: numbers[1]))
    default: return nil
    }
  }

  /// The command that makes a child of ours do it.
  var arguments: [String] {
    let own = TextFile.target(ofLink: "/proc/self/exe") ?? "sockcat-benchmark"
    return [own, Self.mark]
      + {
        switch self {
        case .produce(let count): ["produce", "\(count)"]
        case .write(let count): ["write", "\(count)"]
        case .consume: ["consume"]
        case .send(let count, let port): ["send", "\(count)", "\(port)"]
        }
      }()
  }

  /// Does it, and gives the status to end with.
  func run() -> Int32 {
    switch self {
    case .produce(let count): HelperPages().give(count, to: 1) ? 0 : 1
    case .write(let count): HelperPages().write(count, to: 1) ? 0 : 1
    case .consume: consumeInput()
    case .send(let count, let port): HelperPages().send(count, to: port) ? 0 : 1
    }
  }
}
