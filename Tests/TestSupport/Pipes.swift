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
  (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8 ^ $0 >> 13) }
}
