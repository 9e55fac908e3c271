import Glibc

extension ChildProgram {
  /// How a program is to be started.
  public struct Launch: Sendable {
    /// Where a program's standard input comes from.
    public enum Input: Sendable { case null, file(String), pipe, descriptor(Int32) }

    /// Where a program's output goes; what is captured goes to a file of ours.
    public enum Output: Sendable { case captured, file(String), null, descriptor(Int32) }

    /// The command; its first word is looked up in `PATH` unless it has a slash.
    public var arguments: [[UInt8]]
    /// The whole environment, or nil for a copy of ours.
    public var environment: [String: String]?
    /// The working directory, or nil for ours.
    public var directory: String?
    /// Where standard input comes from.
    public var input = Input.null
    /// Where standard output goes.
    public var output = Output.captured
    /// Where standard error goes.
    public var error = Output.captured

    /// Creates the description of a command with no input and captured output.
    public init(_ arguments: [String]) { self.arguments = arguments.map { Array($0.utf8) } }
  }
}

extension ChildProgram.Launch {
  /// Starts the program with these three descriptors as its standard streams.
  ///
  /// The corresponding C function is `posix_spawnp`.
  func spawn(_ streams: [Int32]) throws -> pid_t {
    guard let program = arguments.first, !arguments.joined().contains(0) else {
      throw TestError("cannot run a command that is empty or contains a NUL")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    _ = GNUFunctions.addCloseFrom(&actions, 3)
    if let directory { _ = GNUFunctions.addChangeDirectory(&actions, directory) }
    var attributes = Self.attributes()
    defer { posix_spawnattr_destroy(&attributes) }

    var process: pid_t = 0
    let file = String(decoding: program, as: UTF8.self)
    let code = withCStrings(arguments) { arguments in
      guard let environment else {
        return posix_spawnp(&process, file, &actions, &attributes, arguments, environ)
      }
      return withCStrings(environment.map { Array("\($0)=\($1)".utf8) }) {
        posix_spawnp(&process, file, &actions, &attributes, arguments, $0)
      }
    }
    guard code == 0 else { throw TestError(couldNot: "run \(file)", code) }
    return process
  }

  /// A group of its own, default actions, nothing blocked.
  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    return attributes
  }
}

/// The descriptors that a launch needs, on both sides.
struct LaunchStreams {
  private(set) var childEnds: [Int32] = []
  private(set) var inputPipe: Int32 = -1
  private(set) var files: [ChildProgram.Stream: String] = [:]
  private var opened: [Int32] = []

  init(_ launch: ChildProgram.Launch, capturingIn directory: TemporaryDirectory) throws {
    do {
      try addInput(launch.input)
      try addOutput(launch.output, as: .output, in: directory)
      try addOutput(launch.error, as: .error, in: directory)
    } catch {
      closeChildEnds()
      close(inputPipe)
      throw error
    }
  }

  func closeChildEnds() { for descriptor in opened { close(descriptor) } }

  private mutating func addInput(_ input: ChildProgram.Launch.Input) throws {
    switch input {
    case .null: try add("/dev/null", O_RDONLY)
    case .file(let path): try add(path, O_RDONLY)
    case .descriptor(let number): childEnds.append(number)
    case .pipe:
      var ends: [Int32] = [-1, -1]
      guard GNUFunctions.pipe2(&ends, O_CLOEXEC) == 0 else {
        throw TestError(couldNot: "create a pipe")
      }
      opened.append(ends[0])
      childEnds.append(ends[0])
      inputPipe = ends[1]
      // Our end alone: the two ends are different open files.
      _ = fcntl(inputPipe, F_SETFL, O_NONBLOCK)
    }
  }

  private mutating func addOutput(
    _ output: ChildProgram.Launch.Output, as stream: ChildProgram.Stream,
    in directory: TemporaryDirectory
  ) throws {
    switch output {
    case .null: try add("/dev/null", O_WRONLY)
    case .descriptor(let number): childEnds.append(number)
    case .file(let path): try addFile(path, as: stream)
    case .captured: try addFile(directory.path(of: stream.rawValue), as: stream)
    }
  }

  private mutating func addFile(_ path: String, as stream: ChildProgram.Stream) throws {
    files[stream] = path
    // Without O_APPEND, which splice(2) refuses.
    try add(path, O_WRONLY | O_CREAT | O_TRUNC)
  }

  private mutating func add(_ path: String, _ flags: Int32) throws {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO {
      throw TestError("\(path) is a FIFO, which would block us: let sh open it")
    }
    let descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw TestError(couldNot: "open \(path)") }
    opened.append(descriptor)
    childEnds.append(descriptor)
  }
}

/// Calls a function with an array of C strings that ends with a null pointer.
private func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers = strings.map { bytes in
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (offset, byte) in (bytes + [0]).enumerated() { copy[offset] = CChar(bitPattern: byte) }
    return copy
  }
  defer { for pointer in pointers { pointer.deallocate() } }
  return body(pointers + [nil])
}
