import SystemPackage

extension DatagramSocket {
  /// Takes what has arrived, at most so many messages; false if there is nothing.
  ///
  /// The corresponding C function is `recvmmsg`. An inherited socket gives one at a time: what is
  /// taken and not used would be missing to others who have it.
  public func tryReceive(
    into batch: DatagramBatch, limit: Int = .max
  ) throws(StreamError) -> Bool {
    do throws(Errno) {
      try withSocket { socket throws(Errno) in
        try batch.receive(
          from: socket, size: isInternet ? internetSize : ScratchBuffer.size,
          limit: isInherited ? 1 : max(limit, 1))
      }
      return true
    } catch {
      if error.isWouldBlock { return false }
      throw StreamError(.read, .address(peer ?? local), .system(error))
    }
  }

  /// Lets the kernel hand over several datagrams of one sender and size as one: `UDP_GRO`.
  ///
  /// A ``DatagramBatch`` takes them apart. They share their time then, and the drop count counts
  /// them as one, so this is for those to whom that is nothing. Where it cannot be had, as on old
  /// kernels and on a socket that others have too, everything goes on without.
  public func mergeDatagrams() {
    guard isInternet, !isInherited else { return }
    // The kernel has it or has not: what is received is the same.
    try? withSocket { socket throws(Errno) in try socket.set(.mergedDatagrams, to: true) }
  }

  /// Makes the receive buffer larger, in bytes, as far as the host lets us, for bursts that come
  /// faster than we are scheduled: `SO_RCVBUFFORCE`, or else `SO_RCVBUF`.
  public func growReceiveBuffer(to size: Int32) {
    guard isInternet, !isInherited else { return }
    let most = Self.receiveBufferLimit
    // Whoever has less room than wished for receives all the same.
    try? withSocket { socket throws(Errno) in
      let present: Int32 = try socket.get(.receiveBuffer) / 2
      if present >= size { return }
      do throws(Errno) {
        try socket.set(.forcedReceiveBuffer, to: size)
      } catch {
        // The kernel would take the limit without a word, also where that is less than there is.
        if most > present { try socket.set(.receiveBuffer, to: min(size, most)) }
      }
    }
  }

  /// What everybody may ask for on this host.
  private static var receiveBufferLimit: Int32 {
    TextFile.lines(of: "/proc/sys/net/core/rmem_max").first.flatMap { Int32($0) } ?? 0
  }

  /// Sends datagrams that lie in one buffer, from the next one on, with as few calls as the kernel
  /// allows; false if there is no room for more now.
  ///
  /// The corresponding C function is `sendmmsg`, with `UDP_SEGMENT` for neighbours of one size.
  ///
  /// `next` is moved past every datagram that was sent, also when an error is thrown.
  public func trySend(
    _ bytes: RawSpan, cutAt extents: [DatagramExtent], from next: inout Int,
    to peer: SocketAddress? = nil
  ) throws(StreamError) -> Bool {
    let sender = runSender
    do throws(Errno) {
      while next < extents.count {
        next += try bytes.withUnsafeBytes { buffer throws(Errno) in
          try withSocket { socket throws(Errno) in
            try sender.send(buffer, cutAt: extents, from: next, to: peer, on: socket)
          }
        }
      }
      return true
    } catch {
      return try noRoom(error, to: peer)
    }
  }

  /// The largest datagram that is sent as a segment of several; 0 sends each by itself.
  var segmentLimit: Int {
    get { runSender.segmentLimit }
    set { runSender.segmentLimit = newValue }
  }

  /// Whether the kernel knows `UDP_SEGMENT` for this socket: one that does not would send several
  /// datagrams as one.
  func knowsSegments() -> Bool {
    guard isInternet else { return false }
    let size: Int32? = try? withSocket { socket throws(Errno) in try socket.get(.segmentSize) }
    return size != nil
  }

  /// Throws what the peer has said since the last call, such as that nobody is there: `SO_ERROR`.
  public func checkError() throws(StreamError) {
    let number: Int32? = try? withSocket { socket throws(Errno) in try socket.get(.error) }
    guard let number, number != 0 else { return }
    throw StreamError(.write, .address(peer ?? local), .system(Errno(rawValue: number)))
  }

  private var isInternet: Bool { local.family == .ipv4 || local.family == .ipv6 }
}

/// More than any datagram of the Internet's families, and than several that were merged.
private let internetSize = 65536
