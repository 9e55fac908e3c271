import Glibc

/// A pipe's two ends, blocking, as a shell makes them.
public func makePipe() throws -> (read: Int32, write: Int32) {
  var numbers: [Int32] = [-1, -1]
  guard GNUFunctions.pipe2(&numbers, O_CLOEXEC) == 0 else {
    throw TestError(couldNot: "make a pipe")
  }
  return (numbers[0], numbers[1])
}

/// A pseudo-terminal: what a terminal emulator holds, and what a program has as standard stream.
public func makeTerminal() throws -> (emulator: Int32, program: Int32) {
  var numbers: (Int32, Int32) = (-1, -1)
  guard openpty(&numbers.0, &numbers.1, nil, nil, nil) == 0 else {
    throw TestError(couldNot: "make a terminal")
  }
  return numbers
}

/// Bytes that differ enough for a lost or doubled piece to show.
public func patternBytes(_ count: Int) -> [UInt8] {
  // A prime, so that no buffer's size is a multiple of the period.
  let period = (0..<min(count, 65521)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count)
  while bytes.count < count { bytes += period.prefix(count - bytes.count) }
  return bytes
}
