import Glibc
import Sockets
import SystemPackage

/// The descriptors of a launch: the child's ends until it is started, and ours for good.
struct LaunchStreams: ~Copyable {
  /// What become the child's standard streams.
  private(set) var childEnds: [Int32] = []
  private(set) var input: PipeSink?
  private(set) var output: PipeSource?
  private(set) var error: PipeSource?
  private var owned: [Int32] = []
  private let subject: StreamError.Subject

  init(_ launch: ProgramLaunch, subject: StreamError.Subject, on loop: EventLoop) throws(Errno) {
    self.subject = subject
    if launch.standardInput == .pipe {
      let (theirs, ours) = try PipePair().take { ($0.detach(), $1.detach()) }
      own(theirs)
      input = PipeSink(Descriptor(owning: ours), subject: subject, on: loop)
    } else {
      try add(launch.standardInput, O_RDONLY)
    }
    output = try addOutput(launch.standardOutput, on: loop)
    error = try addOutput(launch.standardError, on: loop)
  }

  deinit { for number in owned { _ = Descriptor(owning: number) } }

  private mutating func addOutput(
    _ stream: ProgramLaunch.Stream, on loop: EventLoop
  ) throws(Errno) -> PipeSource? {
    guard stream == .pipe else {
      try add(stream, O_WRONLY)
      return nil
    }
    let (ours, theirs) = try PipePair().take { ($0.detach(), $1.detach()) }
    own(theirs)
    return PipeSource(Descriptor(owning: ours), subject: subject, on: loop)
  }

  private mutating func add(_ stream: ProgramLaunch.Stream, _ flags: Int32) throws(Errno) {
    switch stream {
    case .null, .pipe: own(try Descriptor(opening: "/dev/null", flags: flags).detach())
    case .inherit: childEnds.append(Int32(childEnds.count))
    case .descriptor(let number): childEnds.append(number)
    case .merge:
      precondition(childEnds.count == 2, "only standard error merges, into standard output")
      childEnds.append(childEnds[1])
    }
  }

  private mutating func own(_ number: Int32) {
    owned.append(number)
    childEnds.append(number)
  }
}
