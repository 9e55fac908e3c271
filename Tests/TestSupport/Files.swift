import Glibc

/// Reads a whole file; a FIFO without a writer is empty instead of blocking.
func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw TestError(couldNot: "read \(path)") }
  defer { close(descriptor) }
  var content: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    guard count >= 0 else { throw TestError(couldNot: "read \(path)") }
    if count == 0 { return content }
    content += chunk[..<count]
  }
}

/// Writes a whole file, replacing what it held.
func writeFile(_ path: String, _ content: [UInt8]) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw TestError(couldNot: "write \(path)") }
  defer { close(descriptor) }
  var rest = content[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw TestError(couldNot: "write \(path)") }
    rest = rest.dropFirst(count)
  }
}

/// Waits until a descriptor has one of the events asked for; false when the deadline came first.
///
/// The corresponding C function is `poll`.
func waitUntilReady(
  _ descriptors: [(number: Int32, events: Int32)], until deadline: ContinuousClock.Instant
) -> Bool {
  var entries = descriptors.map { pollfd(fd: $0.number, events: Int16($0.events), revents: 0) }
  while true {
    let rest = max(.zero, ContinuousClock.now.duration(to: deadline))
    // Rounded up, so that the last round does not spin.
    let count = poll(&entries, nfds_t(entries.count), Int32(rest / .milliseconds(1)) + 1)
    if count > 0 { return true }
    if ContinuousClock.now >= deadline { return false }
  }
}
