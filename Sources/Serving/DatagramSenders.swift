package import Sockets

/// Who has sent datagrams, in the order in which they were first heard.
///
/// A thousand are remembered; then the one that was silent the longest is forgotten. Nobody's number
/// ever changes, nor is given to anybody else.
package struct DatagramSenders: Sendable {
  /// One that was heard.
  package struct Sender: Sendable, Hashable {
    /// Counts from 1.
    package let number: Int
    /// Its own address.
    package let address: SocketAddress
    /// The address of ours that it talks to.
    package fileprivate(set) var local: SocketAddress
    /// How many datagrams came from it.
    package fileprivate(set) var count: Int
  }

  /// Whom to send to.
  package enum Target: Sendable, Hashable {
    case number(Int)
    case all
    /// Whoever was heard last.
    case last
  }

  /// How one is reached.
  struct Way {
    let address: SocketAddress
    let socketIndex: Int
    /// Our address that a datagram has to leave from, where the socket has several.
    let source: PacketInfo?
    /// Our address that it leaves from then.
    let local: SocketAddress
  }

  private struct Entry {
    var sender: Sender
    var way: Way
    /// Grows with each datagram of anybody.
    var lastHeard: UInt64
  }

  /// By number, which only grows, so they are in order.
  private var entries: [Entry] = []
  private var numbers: [SocketAddress: Int] = [:]
  private var lastNumber = 0
  private var clock: UInt64 = 0
  private let limit: Int

  init(limit: Int = 1000) { self.limit = limit }

  /// All that are remembered, in order of their numbers.
  package var list: [Sender] { entries.map(\.sender) }

  /// Whoever was heard last.
  package var last: Sender? { entries.max { $0.lastHeard < $1.lastHeard }?.sender }

  /// Notes that somebody was heard.
  mutating func hear(_ way: Way) {
    clock += 1
    guard let number = numbers[way.address], let index = index(of: number) else {
      if entries.count >= limit { forgetSilent() }
      return add(way)
    }
    entries[index].way = way
    entries[index].sender.local = way.local
    entries[index].sender.count += 1
    entries[index].lastHeard = clock
  }

  private mutating func add(_ way: Way) {
    lastNumber += 1
    numbers[way.address] = lastNumber
    let sender = Sender(number: lastNumber, address: way.address, local: way.local, count: 1)
    entries.append(Entry(sender: sender, way: way, lastHeard: clock))
  }

  private mutating func forgetSilent() {
    guard let index = entries.indices.min(by: { entries[$0].lastHeard < entries[$1].lastHeard })
    else { return }
    numbers[entries[index].sender.address] = nil
    entries.remove(at: index)
  }

  /// Where the entry of a number stands, found by halves.
  private func index(of number: Int) -> Int? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].sender.number < number { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].sender.number == number ? low : nil
  }

  func ways(to target: Target) -> [Way] {
    switch target {
    case .number(let number): index(of: number).map { [entries[$0].way] } ?? []
    case .all: entries.map(\.way)
    case .last: entries.max { $0.lastHeard < $1.lastHeard }.map { [$0.way] } ?? []
    }
  }
}

/// There is nobody to send a datagram to.
package struct NoSuchSender: LayerError {
  package let text: String

  init(_ target: DatagramSenders.Target) {
    text =
      if case .number(let number) = target {
        "there is no sender " + String(number)
      } else {
        "nobody has sent anything yet"
      }
  }

  package var failure: FailureClass { .usage }
}
