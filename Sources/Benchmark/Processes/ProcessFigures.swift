import Glibc
import Sockets

/// What the kernel says of a process and its group.
struct ProcessFigures: Sendable {
  /// The process, which leads a group of its own.
  let number: Int32

  /// Its resident memory in bytes: `VmRSS`.
  func residentBytes() throws(BenchmarkError) -> Int { try status("VmRSS:") }

  /// The most resident memory that it has had, in bytes: `VmHWM`.
  ///
  /// What `wait4` tells is no less than our own, as a child has our memory until it is executed.
  func peakBytes() throws(BenchmarkError) -> Int { try status("VmHWM:") }

  private func status(_ key: String) throws(BenchmarkError) -> Int {
    let path = "/proc/\(number)/status"
    for line in TextFile.lines(of: path) where line.hasPrefix(key) {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count == 3, let count = Int(words[1]) { return count * 1024 }
    }
    throw .unreadable(path)
  }

  /// How many descriptors it has open.
  func descriptorCount() throws(BenchmarkError) -> Int {
    let names = TextFile.names(in: "/proc/\(number)/fd")
    if names.isEmpty { throw .unreadable("/proc/\(number)/fd") }
    return names.count
  }

  /// The time on processors of it and of all in its group, in nanoseconds.
  ///
  /// Those who live are asked by their clock, as `utime` and `stime` are cut to hundredths of a
  /// second, which is more than one of five hundred children needs; those who were waited for stand
  /// in `cutime` and `cstime` of whoever did.
  func groupProcessorTime() -> UInt64 {
    var total: UInt64 = 0
    for name in TextFile.names(in: "/proc") {
      guard let member = Int32(name), let stat = Stat(of: member), stat.group == number else {
        continue
      }
      total += processorTime(of: member) + stat.waitedFor
    }
    return total
  }

  /// The corresponding C functions are `clock_getcpuclockid` and `clock_gettime`.
  private func processorTime(of process: Int32) -> UInt64 {
    var clock = clockid_t()
    var time = timespec()
    // A process that has just gone is in the figures of whoever waited for it, or will be.
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return 0
    }
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// What is needed of `/proc/PID/stat`.
  private struct Stat {
    let group: Int32
    /// The time of children who were waited for, in nanoseconds.
    let waitedFor: UInt64

    init?(of process: Int32) {
      // The name of the program, in parentheses, may hold anything.
      guard let line = TextFile.lines(of: "/proc/\(process)/stat").first,
        let end = line.lastIndex(of: ")")
      else { return nil }
      let fields = line[end...].split(separator: " ")
      guard fields.count > 14, let group = Int32(fields[3]), let user = UInt64(fields[14]),
        let system = UInt64(fields[15])
      else { return nil }
      self.group = group
      waitedFor = (user + system) * (1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
    }
  }
}
