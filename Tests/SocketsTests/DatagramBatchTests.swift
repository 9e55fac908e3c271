import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

/// Datagrams of these sizes side by side in one buffer, as they are cut out of an input.
private struct Cut {
  var bytes: [UInt8] = []
  var extents: [DatagramExtent] = []

  /// `gap` is how many bytes stand between two, such as a newline.
  init(_ sizes: [Int], gap: Int) {
    for (index, size) in sizes.enumerated() {
      extents.append(DatagramExtent(start: bytes.count, count: size))
      bytes += patternBytes(size + index).dropFirst(index)
      bytes += [UInt8](repeating: 10, count: gap)
    }
  }

  var datagrams: [[UInt8]] { extents.map { Array(bytes[$0.start..<$0.start + $0.count]) } }
}

private let tables: [[Int]] = [
  [1], [0], [1, 1, 1], [0, 5, 5, 0, 5, 0, 0], Array(repeating: 1200, count: 54),
  Array(repeating: 1200, count: 10) + [500], Array(repeating: 8192, count: 9) + [100],
  [65507, 65507, 1], [100, 200, 200, 200, 50, 50, 0, 7], Array(repeating: 64, count: 200),
  [40000, 40000, 30000, 30000],
]

@Suite struct DatagramBatchTests {
  private func receiver(
    _ address: SocketAddress = .ipv4(.loopback, port: 0), on loop: EventLoop
  ) throws -> DatagramSocket {
    let bound = try BoundSocket(to: address, type: .datagram, sharing: false)
    return try DatagramSocket(bound, on: loop)
  }

  /// Sends everything and takes it in between.
  private func pass(
    _ cut: Cut, from sender: DatagramSocket, into receiver: DatagramSocket,
    _ batch: DatagramBatch
  ) async throws -> [[UInt8]] {
    var received: [[UInt8]] = []
    var next = 0
    while received.count < cut.extents.count {
      if next < cut.extents.count {
        _ = try sender.trySend(
          cut.bytes.span.bytes, cutAt: cut.extents, from: &next,
          to: sender.peer == nil ? receiver.local : nil)
      }
      guard try receiver.tryReceive(into: batch) else {
        try await receiver.waitReadable(by: .never)
        continue
      }
      received += contents(batch)
      for index in 0..<batch.count {
        #expect(batch[index].sender == sender.local)
        #expect(!batch[index].isTruncated)
      }
    }
    #expect(next == cut.extents.count)
    return received
  }

  private func contents(_ batch: DatagramBatch) -> [[UInt8]] {
    (0..<batch.count).map { index in
      batch.withBytes(of: index) { bytes in bytes.withUnsafeBytes { Array($0) } }
    }
  }

  @Test(arguments: tables, [true, false])
  func `datagrams keep their order and boundaries`(sizes: [Int], merges: Bool) async throws {
    try await onLoop { loop in
      for address in [
        SocketAddress.ipv4(.loopback, port: 0), .ipv6(.loopback, port: 0, zone: 0),
      ] {
        let receiver = try receiver(address, on: loop)
        receiver.growReceiveBuffer(to: 4_000_000)
        if merges { receiver.mergeDatagrams() }
        let batch = DatagramBatch()
        let connected = try DatagramSocket(to: receiver.local, on: loop)
        for (sender, cutsInKernel, gap) in [
          (connected, true, 0), (connected, true, 1),
          (try self.receiver(address, on: loop), true, 1),
          (connected, false, 1), (try self.receiver(address, on: loop), false, 0),
        ] {
          let cut = Cut(sizes, gap: gap)
          if !cutsInKernel { sender.segmentLimit = 0 }
          let received = try await pass(cut, from: sender, into: receiver, batch)
          let isSame = received == cut.datagrams
          #expect(isSame)
        }
        if !merges { #expect(!batch.hasMerged) }
      }
    }
  }

  @Test func `datagrams of one size are one message where the kernel knows it`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      guard sender.knowsSegments() else { return }
      receiver.mergeDatagrams()
      let batch = DatagramBatch()
      let cut = Cut(Array(repeating: 100, count: 70), gap: 1)
      let received = try await pass(cut, from: sender, into: receiver, batch)
      let isSame = received == cut.datagrams
      #expect(isSame)
      #expect(batch.hasMerged)
    }
  }

  @Test func `a refusal to cut loses nothing`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      receiver.growReceiveBuffer(to: 1_000_000)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      guard sender.knowsSegments() else { return }
      // SO_NO_CHECK: the kernel cuts nothing for a socket without checksums.
      try sender.withSocket { socket throws(Errno) in
        try socket.setOption(level: SOL_SOCKET, name: 11, bytes: Int32(1).optionBytes)
      }
      let batch = DatagramBatch()
      let cut = Cut([300, 300, 300, 20, 20, 7, 300, 300], gap: 0)
      let received = try await pass(cut, from: sender, into: receiver, batch)
      let isSame = received == cut.datagrams
      #expect(isSame)
      #expect(sender.segmentLimit < 20)
      // What is larger than a size that was refused is not tried again; what is smaller is.
      try sender.withSocket { socket throws(Errno) in
        try socket.setOption(level: SOL_SOCKET, name: 11, bytes: Int32(0).optionBytes)
      }
      receiver.mergeDatagrams()
      let small = Cut([3, 3, 3], gap: 0)
      #expect(try await pass(small, from: sender, into: receiver, batch) == small.datagrams)
      #expect(batch.hasMerged)
    }
  }

  @Test func `only the last of several that came as one is said to be cut`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      guard sender.knowsSegments() else { return }
      receiver.mergeDatagrams()
      let cut = Cut([100, 100, 100], gap: 0)
      var next = 0
      #expect(try sender.trySend(cut.bytes.span.bytes, cutAt: cut.extents, from: &next))
      let batch = DatagramBatch()
      try receiver.withSocket { socket throws(Errno) in
        try batch.receive(from: socket, size: 250, limit: 1)
      }
      #expect(contents(batch).map(\.count) == [100, 100, 50])
      #expect((0..<batch.count).map { batch[$0].isTruncated } == [false, false, true])
      #expect(batch.run(from: 0) == 0..<3)
    }
  }

  @Test func `what was sent before a refusal is known, and nothing is sent twice`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      try receiver.close()
      let cut = Cut([1, 2, 3, 4], gap: 1)
      var next = 0
      let error = await streamError {
        try sender.trySend(cut.bytes.span.bytes, cutAt: cut.extents, from: &next)
      }
      #expect(error?.errno == .connectionRefused)
      #expect(error?.subject == .address(receiver.local))
      #expect(error?.operation == .write)
      #expect(next == 1)
    }
  }

  @Test func `a refusal after the last is asked for`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      try sender.checkError()
      try receiver.close()
      let cut = Cut([1], gap: 1)
      var next = 0
      #expect(try sender.trySend(cut.bytes.span.bytes, cutAt: cut.extents, from: &next))
      #expect(await streamError { try sender.checkError() }?.isRefusal == true)
      try sender.checkError()
    }
  }

  @Test func `Unix datagrams come in batches too, and cut ones are said to be cut`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      _ = try sender.withSocket { socket throws(Errno) in
        // Beyond the limit that others may ask for: SO_SNDBUFFORCE.
        try socket.setOption(level: SOL_SOCKET, name: 32, bytes: Int32(2_000_000).optionBytes)
      }
      let batch = DatagramBatch()
      let cut = Cut([7, 7, 0, 300, 7], gap: 1)
      #expect(try await pass(cut, from: sender, into: receiver, batch) == cut.datagrams)
      try await sender.send([1])
      try await sender.send(patternBytes(300_000))
      try await sender.send([2])
      #expect(try receiver.tryReceive(into: batch))
      #expect((0..<batch.count).map { batch[$0].byteCount } == [1, ScratchBuffer.size, 1])
      #expect((0..<batch.count).map { batch[$0].isTruncated } == [false, true, false])
    }
  }

  @Test func `a Unix receiver that is full keeps the rest waiting`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      let cut = Cut(Array(repeating: 3, count: 500), gap: 1)
      let batch = DatagramBatch()
      var (next, received) = (0, 0)
      var waits = 0
      while received < 500 {
        if next < 500,
          try !sender.trySend(cut.bytes.span.bytes, cutAt: cut.extents, from: &next)
        {
          waits += 1
        }
        while try receiver.tryReceive(into: batch) { received += batch.count }
      }
      #expect(waits > 0)
      #expect((next, received) == (500, 500))
    }
  }

  @Test func `what is known of each comes with it`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.ipv4(.any, port: 0), on: loop)
      let destinations = try ["127.0.0.2", "127.0.0.3"].map { try #require(IPv4Address($0)) }
      let port = try #require(receiver.local.port)
      let senders = try destinations.map {
        try DatagramSocket(to: .ipv4($0, port: port), on: loop)
      }
      for sender in senders + senders { try await sender.send([1]) }
      let batch = DatagramBatch()
      #expect(try receiver.tryReceive(into: batch))
      #expect(batch.count == 4)
      for index in 0..<batch.count {
        let datagram = batch[index]
        #expect(datagram.sender == senders[index % 2].local)
        #expect(datagram.destination?.address == .ipv4(destinations[index % 2], port: 0))
        #expect(datagram.time.map { abs($0 / 1_000_000_000 - Int64(time(nil))) < 60 } == true)
        #expect(batch.run(from: index) == index..<index + 1)
      }
      #expect(try !receiver.tryReceive(into: batch))
      #expect(batch.count == 0)
    }
  }

  @Test func `an inherited socket gives one at a time and keeps its options`() async throws {
    try await onLoop { loop in
      let socket = try SocketDescriptor(family: .ipv4, type: .datagram)
      try socket.bind(to: .ipv4(.loopback, port: 0))
      let bound = try BoundSocket(inheriting: socket, type: .datagram)
      let receiver = try DatagramSocket(bound, on: loop)
      let size: Int32 = try receiver.withSocket { socket throws(Errno) in
        try socket.get(.receiveBuffer)
      }
      receiver.mergeDatagrams()
      receiver.growReceiveBuffer(to: 4_000_000)
      try receiver.withSocket { socket throws(Errno) in
        #expect(try socket.get(.receiveBuffer) == size)
      }
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      let cut = Cut([5, 5, 5], gap: 0)
      var next = 0
      #expect(try sender.trySend(cut.bytes.span.bytes, cutAt: cut.extents, from: &next))
      let batch = DatagramBatch()
      for content in cut.datagrams {
        #expect(try receiver.tryReceive(into: batch))
        #expect(contents(batch) == [content])
      }
    }
  }

  @Test func `a receive buffer only grows`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(on: loop)
      func size() throws -> Int32 {
        try receiver.withSocket { socket throws(Errno) in try socket.get(.receiveBuffer) }
      }
      let before = try size()
      receiver.growReceiveBuffer(to: 5000)
      #expect(try size() == before)
      receiver.growReceiveBuffer(to: before)
      #expect(try size() >= before)
    }
  }

  @Test func `descriptors that a peer sends are not kept`() async throws {
    try await onLoop { loop in
      let receiver = try receiver(.unnamed, on: loop)
      let sender = try DatagramSocket(to: receiver.local, on: loop)
      let reading = try sendDescriptor(from: sender)
      let batch = DatagramBatch()
      #expect(try receiver.tryReceive(into: batch))
      #expect(contents(batch) == [[1]])
      #expect(hasNoWriter(reading))
    }
  }
}
