import Glibc
import SystemPackage
import Testing

@testable import Sockets

@Suite struct SystemCallTests {
  /// What a call's successive runs give (nil: -1 and `EINTR`), and what comes of it.
  typealias Row = (
    runs: [Int32?], retries: Bool, outcome: Result<Int32, Errno>, count: Int
  )

  static let rows: [Row] = [
    ([7], true, .success(7), 1),
    ([0], true, .success(0), 1),
    ([-2], true, .success(-2), 1),
    ([nil, 7], true, .success(7), 2),
    ([nil, nil, nil, 7], true, .success(7), 4),
    ([nil, 7], false, .failure(.interrupted), 1),
  ]

  @Test(arguments: rows)
  func `a call that was interrupted runs again unless told otherwise`(row: Row) {
    var count = 0
    let outcome = Result { () throws(Errno) in
      try systemCall(retryOnInterrupt: row.retries) { () -> Int32 in
        defer { count += 1 }
        guard let value = row.runs[count] else {
          errno = EINTR
          return -1
        }
        return value
      }
    }
    #expect(outcome == row.outcome)
    #expect(count == row.count)
  }

  @Test(arguments: [EPERM, EAGAIN, ECONNRESET, ENOSPC, EBADF])
  func `any other error is thrown at once`(code: Int32) {
    var count = 0
    #expect(throws: Errno(rawValue: code)) {
      try systemCall { () -> Int32 in
        count += 1
        errno = code
        return -1
      }
    }
    #expect(count == 1)
  }

  @Test func `closing a closed descriptor says so`() throws {
    let descriptor = try Descriptor(opening: "/dev/null", flags: O_RDONLY)
    try descriptor.close()
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try Descriptor(opening: "/nowhere/at/all", flags: O_RDONLY).close()
    }
  }
}
