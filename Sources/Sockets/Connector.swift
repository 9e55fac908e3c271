import SystemPackage

/// Connects to the first of several addresses that answers: RFC 8305, "Happy Eyeballs".
///
/// An address gets a head start of 250 ms before the next one is tried beside it, or less if it
/// fails before. Families alternate. Who answers first wins, the others are closed.
public struct Connector: Sendable {
  /// How one address answered.
  public struct Attempt: Sendable {
    /// The address that was tried.
    public let address: SocketAddress
    /// Nil if it answered.
    public let error: StreamError?
    /// How long it took.
    public let duration: Duration

    /// Puts the three together.
    public init(address: SocketAddress, error: StreamError?, duration: Duration) {
      self.address = address
      self.error = error
      self.duration = duration
    }
  }

  /// Stream, or messages for Unix sockets.
  public var type = SocketType.stream
  /// Our own address, to bind before connecting; addresses of other families are then left out.
  public var source: SocketAddress?
  /// Socket options.
  public var settings = SocketSettings()
  /// The head start of an address before the next.
  public var headStart = Duration.milliseconds(250)
  /// Is told of each attempt as soon as its outcome is known.
  public var observe: @Sendable (Attempt) -> Void = { _ in }
  private let loop: EventLoop

  /// Makes a connector whose connections run on a loop.
  public init(on loop: EventLoop) { self.loop = loop }

  /// Connects to one of the addresses.
  ///
  /// - Throws: the error of the only address, or `.attempts` with all of them.
  public func connect(
    to addresses: [SocketAddress], by deadline: Deadline = .never
  ) async throws(StreamError) -> StreamSocket {
    let targets = Self.alternating(
      addresses.filter { source == nil || $0.family == source?.family })
    guard !targets.isEmpty else {
      let subject = source.map { StreamError.Subject.address($0) } ?? .endpoint("")
      throw StreamError(source == nil ? .connect : .bind, subject, .noAddress)
    }
    let outcome = await race(targets.count, headStart: headStart, on: loop) { index in
      await attempt(targets[index], by: deadline)
    } discard: { stream in
      stream.abort()
    }
    switch outcome {
    case .winner(let stream): return stream
    case .failures(let errors) where errors.count == 1: throw errors[0]
    case .failures(let errors):
      if Task.isCancelled { throw StreamError(.connect, .address(targets[0]), .cancelled) }
      throw StreamError(.connect, .address(targets[0]), .attempts(errors))
    }
  }

  /// First one of the first family, then one of the other, and so on: RFC 8305, section 4.
  static func alternating(_ addresses: [SocketAddress]) -> [SocketAddress] {
    guard let first = addresses.first?.family else { return [] }
    let preferred = addresses.filter { $0.family == first }
    let others = addresses.filter { $0.family != first }
    let pairs = (0..<max(preferred.count, others.count)).map { index in
      [preferred, others].compactMap { index < $0.count ? $0[index] : nil }
    }
    return pairs.flatMap { $0 }
  }

  private func attempt(
    _ address: SocketAddress, by deadline: Deadline
  ) async -> Result<StreamSocket, StreamError> {
    let start = Deadline.now
    do throws(StreamError) {
      let stream = try await connectOnce(to: address, by: deadline)
      observe(Attempt(address: address, error: nil, duration: Deadline.now.since(start)))
      return .success(stream)
    } catch {
      if !error.isCancellation {
        observe(Attempt(address: address, error: error, duration: Deadline.now.since(start)))
      }
      return .failure(error)
    }
  }

  private func connectOnce(
    to address: SocketAddress, by deadline: Deadline
  ) async throws(StreamError) -> StreamSocket {
    let subject = StreamError.Subject.address(address)
    let socket = try open(address)
    let path = try bindSource(socket, subject)
    var isConnected = false
    defer { if !isConnected { path?.remove() } }
    try await reach(address, with: socket, by: deadline)
    let stream: StreamSocket
    do throws(Errno) {
      stream = try StreamSocket(socket, peer: address, on: loop)
    } catch {
      throw StreamError(.connect, subject, .system(error))
    }
    // TCP can connect to itself: the kernel chose as our port the one that we call.
    if stream.local == stream.peer && address.family != .unix {
      stream.abort()
      throw StreamError(.connect, subject, .system(.connectionRefused))
    }
    stream.path = path
    isConnected = true
    return stream
  }

  /// Connects the socket, waiting as long as it takes.
  private func reach(
    _ address: SocketAddress, with socket: borrowing SocketDescriptor, by deadline: Deadline
  ) async throws(StreamError) {
    let subject = StreamError.Subject.address(address)
    let registration = Registration(socket.number, on: loop)
    defer { registration.cancel() }
    var pause = Duration.milliseconds(1)
    while true {
      do throws(Errno) {
        return try socket.connect(to: address)
      } catch {
        if error == .nowInProgress {
          try await finish(registration, subject, by: deadline)
          let pending = try mapped(.connect, subject) { () throws(Errno) in try socket.get(.error) }
          if pending == 0 { return }
          throw StreamError(.connect, subject, .system(Errno(rawValue: pending)))
        }
        // A Unix listener whose backlog is full has no event for us.
        guard error.isWouldBlock && address.family == .unix else {
          throw StreamError(.connect, subject, .system(error))
        }
      }
      guard await loop.sleep(until: min(deadline, .after(pause))) else {
        throw StreamError(.connect, subject, .cancelled)
      }
      if deadline.hasPassed { throw StreamError(.connect, subject, .timedOut(.connect)) }
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  private func open(_ address: SocketAddress) throws(StreamError) -> SocketDescriptor {
    let subject = StreamError.Subject.address(address)
    let family = address.family
    let socket = try mapped(.connect, subject) { () throws(Errno) in
      try SocketDescriptor(
        family: family, type: type,
        protocolNumber: settings.protocolNumber(family: family, type: type))
    }
    do throws(SocketSettings.Failure) {
      try settings.apply(to: socket, family: family, type: type)
    } catch {
      throw StreamError(.setOption(error.name), subject, .system(error.errno))
    }
    settings.prepare(socket, for: address, type: type)
    if settings.usesFastOpen && type == .stream && family != .unix {
      try mapped(.setOption("TCP_FASTOPEN_CONNECT"), subject) { () throws(Errno) in
        try socket.set(.fastOpenConnect, to: true)
      }
    }
    return socket
  }

  private func bindSource(
    _ socket: borrowing SocketDescriptor, _ subject: StreamError.Subject
  ) throws(StreamError) -> UnixPath? {
    guard let source else { return nil }
    do throws(Errno) {
      try socket.set(.reuseAddress, to: true)
      return try UnixPath.bind(socket, to: source)
    } catch {
      throw StreamError(.bind, .address(source), .system(error))
    }
  }

  private func finish(
    _ registration: Registration, _ subject: StreamError.Subject, by deadline: Deadline
  ) async throws(StreamError) {
    switch await registration.wait(for: .writable, by: deadline) {
    case .ready: return
    case .timedOut: throw StreamError(.connect, subject, .timedOut(.connect))
    case .cancelled, .closed: throw StreamError(.connect, subject, .cancelled)
    }
  }
}

/// How a race ended.
enum RaceOutcome<Winner: Sendable>: Sendable {
  case winner(Winner)
  /// In the order in which they failed.
  case failures([StreamError])
}

private enum RaceEvent<Winner: Sendable>: Sendable {
  case finished(Result<Winner, StreamError>)
  case headStartOver(Int)
}

/// Starts attempts one after the other, each when its predecessor has failed or its head start is
/// over, until one succeeds or all have failed; what succeeds too late is discarded.
func race<Winner: Sendable>(
  _ count: Int, headStart: Duration, on loop: EventLoop,
  attempt: @escaping @Sendable (Int) async -> Result<Winner, StreamError>,
  discard: @escaping @Sendable (Winner) -> Void
) async -> RaceOutcome<Winner> {
  await withTaskGroup(of: RaceEvent<Winner>.self) { group in
    var started = 0
    func startNext(_ group: inout TaskGroup<RaceEvent<Winner>>) {
      guard started < count, !Task.isCancelled else { return }
      let index = started
      started += 1
      group.addTask { .finished(await attempt(index)) }
      guard started < count else { return }
      group.addTask {
        await loop.sleep(until: .after(headStart))
        return .headStartOver(index)
      }
    }
    var winner: Winner?
    var failures: [StreamError] = []
    startNext(&group)
    while let event = await group.next() {
      switch event {
      case .finished(.success(let stream)):
        if winner == nil { winner = stream } else { discard(stream) }
        group.cancelAll()
      case .finished(.failure(let error)):
        failures.append(error)
        if winner == nil && failures.count == count { group.cancelAll() }
        // What is left of a head start is not waited for.
        if winner == nil { startNext(&group) }
      case .headStartOver(let index):
        if winner == nil && index == started - 1 { startNext(&group) }
      }
    }
    return winner.map { .winner($0) } ?? .failures(failures)
  }
}
