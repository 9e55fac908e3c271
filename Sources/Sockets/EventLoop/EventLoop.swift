import CLinux
import Glibc
import Synchronization
public import SystemPackage

/// One thread, one epoll: the executor of every task of the program.
///
/// A task started on the loop runs straight through to its next suspension; between jobs the loop
/// waits in `epoll_pwait2(2)`. Nothing in it is locked but the two lists that other threads hand
/// over. Everything else is touched on the thread that calls ``run(_:)`` alone, which the compiler
/// cannot see: that is why the state is in this one file, behind a precondition.
///
/// A task that is started without a preference, or detached, leaves the loop for Swift's thread
/// pool, where this state would be raced for: start tasks with `executorPreference:`, or as children.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
  private let epoll: Int32
  private let wakeUp: Int32
  private let remote = Mutex(Remote())
  /// The thread that runs it; 0 while none does.
  private let thread = Atomic<pthread_t>(0)
  private var jobs: [UnownedJob] = []
  private var running: [UnownedJob] = []
  /// Whether the job that runs is the last one that was ready.
  private var isRunningLast = false
  private var timers = TimerHeap()
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var events = [linux_event](repeating: linux_event(), count: 256)
  private var isFinished = false

  private struct Remote: ~Copyable {
    var jobs: [UnownedJob] = []
    var closures: [@Sendable () -> Void] = []
  }

  /// A place in the table that epoll's data points to.
  ///
  /// The generation tells an event for a
  /// descriptor that was closed in the same round from one for its successor.
  private struct Slot {
    var generation: UInt32 = 0
    /// Held until it is cancelled.
    var registration: Registration?
  }

  /// The buffer that is filled and emptied between two suspensions, by whoever runs.
  public let scratch: ScratchBuffer
  /// The pipe that bytes go through, in the kernel, between two suspensions.
  package let passage = Passage()

  /// Makes a loop; it does nothing until ``run(_:)``.
  public init() throws(Errno) {
    epoll = try systemCall { linux_epoll_create() }
    wakeUp = try systemCall { linux_eventfd() }
    scratch = ScratchBuffer()
    try systemCall { linux_epoll_add(epoll, wakeUp, .max) }
  }

  deinit {
    close(epoll)
    close(wakeUp)
  }

  /// Runs a task on this thread until it is done, and everything that it starts on the loop.
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result
  ) -> Result {
    thread.store(pthread_self(), ordering: .relaxed)
    defer { thread.store(0, ordering: .relaxed) }
    let box = ResultBox<Result>()
    isFinished = false
    Task(executorPreference: self) {
      box.result = await body()
      self.isFinished = true
    }
    while true {
      runJobs()
      if let result = box.result, isFinished { return result }
      poll()
    }
  }

  /// Takes a job from the Swift runtime; called on any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isOnThread {
      jobs.append(job)
    } else {
      remote.withLock { $0.jobs.append(job) }
      signalWakeUp()
    }
  }

  /// Runs a closure on the loop's thread soon; called on any thread.
  func post(_ body: @escaping @Sendable () -> Void) {
    remote.withLock { $0.closures.append(body) }
    signalWakeUp()
  }

  /// Whether the caller is on the loop's thread.
  var isOnThread: Bool {
    thread.load(ordering: .relaxed) == pthread_self()
  }

  // MARK: Waits

  /// Suspends until the deadline; false if the task was cancelled before.
  @discardableResult
  public func sleep(until deadline: Deadline) async -> Bool {
    await wait(Waiter(for: .time), by: deadline) == .timedOut
  }

  /// Lets everything else that is ready run first, events of descriptors included.
  public func yield() async {
    await wait(Waiter(for: .time), by: .now)
  }

  /// Lets a task take turns of the loop itself, as ``ByteSource/hasBecomeReadable(by:)`` does.
  public func takingTurns<Result, Failure: Error>(
    _ body: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let outcome = await withTaskCancellationHandler {
      do throws(Failure) { return Swift.Result<Result, Failure>.success(try await body()) } catch {
        return .failure(error)
      }
    } onCancel: {
      // From another thread it would go unnoticed while that task waits for events.
      signalWakeUp()
    }
    return try outcome.get()
  }

  /// Waits for events in place of the loop, once, if nothing is left to do for anybody but the task
  /// that runs, which is to be ``takingTurns(_:)``.
  ///
  /// A task that is about to wait then most often finds that it need not: to suspend it and go on
  /// with it costs more than all the rest of a short message.
  func takeTurn(by deadline: Deadline) {
    guard jobs.isEmpty, isRunningLast, !isFinished, !Task.isCancelled else { return }
    poll(by: deadline)
  }

  /// Suspends the task until somebody finishes the waiter.
  @discardableResult
  func wait(_ waiter: Waiter, by deadline: Deadline) async -> WaitOutcome {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        precondition(isOnThread, "a wait outside the loop's thread")
        // Cancelled before it began: the handler has already run.
        if waiter.isDone { return continuation.resume(returning: .cancelled) }
        waiter.state = .suspended(continuation)
        if deadline != .never { timers.insert(waiter, at: deadline) }
      }
    } onCancel: {
      if isOnThread { waiter.finish(.cancelled) } else { post { waiter.finish(.cancelled) } }
    }
  }

  /// Runs blocking work on a thread of its own; nil if the task is cancelled before it is done.
  ///
  /// The thread is left to itself then, and its result thrown away. For `getaddrinfo`, and for
  /// opening and reading what may be a named pipe.
  ///
  /// - Throws: what the work throws.
  public func offload<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result? {
    let waiter = Waiter(for: .time)
    let box = ResultBox<Swift.Result<Result, Failure>>()
    let isStarted = HelperThread.run {
      let outcome = Swift.Result { () throws(Failure) in try work() }
      self.post {
        box.result = outcome
        waiter.finish(.ready)
      }
    }
    guard isStarted else { return try work() }
    return await wait(waiter, by: .never) == .ready ? try box.result?.get() : nil
  }

  // MARK: Descriptors

  /// Adds a registration to epoll; nil for what epoll refuses because it is always ready.
  func register(_ registration: Registration) -> Int? {
    let slot = freeSlots.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot()) }
    slots[slot].registration = registration
    let data = UInt64(slots[slot].generation) << 32 | UInt64(slot)
    if linux_epoll_add(epoll, registration.number, data) == 0 { return slot }
    // EPERM: the kind of file that never waits. A number that is registered twice, or closed, is a
    // bug; no memory for a watch leaves nothing to go on with.
    let error = Errno(rawValue: errno)
    precondition(error == .notPermitted, "epoll cannot watch a descriptor: \(error)")
    slots[slot].registration = nil
    freeSlots.append(slot)
    return nil
  }

  func unregister(_ slot: Int, number: Int32) {
    linux_epoll_remove(epoll, number)
    slots[slot].registration = nil
    slots[slot].generation &+= 1
    freeSlots.append(slot)
  }

  // MARK: One turn

  private func runJobs() {
    while !jobs.isEmpty {
      swap(&jobs, &running)
      for index in running.indices {
        isRunningLast = index == running.count - 1
        running[index].runSynchronously(on: asUnownedTaskExecutor())
      }
      running.removeAll(keepingCapacity: true)
      // A task that always finds something to do must not keep timers and descriptors waiting.
      if !jobs.isEmpty { turn(atMost: 0) }
    }
  }

  private func poll(by limit: Deadline = .never) {
    timers.dropFinished()
    let end = min(limit, timers.next ?? .never)
    turn(atMost: end == .never ? -1 : Int64(clamping: end.nanoseconds(since: .now)))
  }

  private func turn(atMost nanoseconds: Int64) {
    let count = linux_epoll_wait(epoll, &events, Int32(events.count), nanoseconds)
    for index in 0..<max(0, Int(count)) { deliver(events[index]) }
    if timers.next != nil {
      let now = Deadline.now
      while let waiter = timers.popDue(at: now) { waiter.finish(.timedOut) }
    }
  }

  private func deliver(_ event: linux_event) {
    if event.data == .max {
      var count: UInt64 = 0
      _ = read(wakeUp, &count, MemoryLayout.size(ofValue: count))
      return takeRemote()
    }
    let slot = slots[Int(event.data & 0xffff_ffff)]
    guard slot.generation == UInt32(truncatingIfNeeded: event.data >> 32) else { return }
    slot.registration?.deliver(event.events)
  }

  private func takeRemote() {
    let (handed, closures) = remote.withLock { remote in
      defer {
        remote.jobs = []
        remote.closures = []
      }
      return (remote.jobs, remote.closures)
    }
    jobs.append(contentsOf: handed)
    for closure in closures { closure() }
  }

  private func signalWakeUp() {
    var one: UInt64 = 1
    _ = write(wakeUp, &one, MemoryLayout.size(ofValue: one))
  }
}

/// A value handed from one task to another, both on the loop.
private final class ResultBox<Result>: @unchecked Sendable {
  var result: Result?
}
