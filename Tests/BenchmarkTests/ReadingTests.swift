import Testing

@testable import Benchmark

@Suite struct ReadingTests {
  @Test func `the calls of strace are counted, with and without errors`() {
    let summary = StraceSummary(
      """
      % time     seconds  usecs/call     calls    errors syscall
      ------ ----------- ----------- --------- --------- ----------------
       62.50    0.000250          25        10         4 splice
       37.50    0.000150         150         1           execve
      ------ ----------- ----------- --------- --------- ----------------
      100.00    0.000400          36        11         4 total

      """)
    #expect(summary.counts == ["splice": 10, "execve": 1])
    #expect(summary.total == 11)
  }

  @Test func `words that are no table have no calls`() {
    #expect(StraceSummary("strace: exec: Operation not permitted\n").total == 0)
  }

  @Test func `each call of a log of strace is counted once, but for writes to standard error`() {
    let log = """
      12 splice(0, NULL, 4, NULL, 1048576, SPLICE_F_MOVE <unfinished ...>
      13 epoll_wait(5, [], 8, 0)         = 0
      12 <... splice resumed>)             = 262144
      12 write(2, "sockcat: done\\n", 14)   = 14
      12 write(1, "y", 1)                  = 1
      12 --- SIGCHLD {si_signo=SIGCHLD} ---
      12 +++ exited with 0 +++

      """
    #expect(callCount(of: log) == 3)
  }

  @Test(arguments: [
    ("socat by its authors\nsocat version 1.7.4.4 on a day\n", "socat version 1.7.4.4 on a day"),
    ("\niperf 3.12\nLinux 6\n", "iperf 3.12"), ("usage: nothing\n", nil),
  ])
  func `a version is in the first line with a digit`(_ text: String, _ expected: String?) {
    #expect(versionLine(text) == expected)
  }

  @Test func `what has come is read from our own statistics`() {
    let line = #"{"peer":"127.0.0.1:1","bytes-sent":5,"bytes-received":1000000,"status":0}"#
    #expect(receivedByteCount("sockcat: listening\n\(line)\n") == 1_000_000)
    #expect(receivedByteCount("sockcat: listening\n") == nil)
  }

  @Test func `callgrind's count is found among its words`() {
    let text = """
      ==7== Callgrind, a call-graph generating cache profiler
      ==7== Events    : Ir
      ==7== Collected : 5053015
      ==7==
      """
    #expect(CallgrindReport.instructionCount(text) == 5_053_015)
    #expect(CallgrindReport.instructionCount("valgrind: no such tool") == nil)
  }

  /// As it prints it, with its intervals before the end.
  private static let report = """
    {
    \t"intervals":\t[{
    \t\t\t"sum":\t{
    \t\t\t\t"end":\t1.000027,
    \t\t\t\t"packets":\t1
    \t\t\t}
    \t\t}],
    \t"end":\t{
    \t\t"sum":\t{
    \t\t\t"seconds":\t1.5,
    \t\t\t"lost_packets":\t50,
    \t\t\t"packets":\t200
    \t\t},
    \t\t"sum_received":\t{
    \t\t\t"bits_per_second":\t642216950.70024121
    \t\t}
    \t}
    }
    """

  @Test func `the end of iperf3 is read, and no interval`() throws {
    let report = try #require(IperfReport(Self.report))
    #expect(report.number("packets", in: "sum") == 200)
    #expect(report.number("lost_packets", in: "sum") == 50)
    #expect(report.number("bits_per_second", in: "sum_received") == 642_216_950.70024121)
    #expect(report.number("jitter_ms", in: "sum") == nil)
    #expect(report.number("packets", in: "sum_sent") == nil)
  }

  @Test func `a report that was broken off has no end`() {
    #expect(IperfReport(#"{"error": "unable to connect"}"#) == nil)
  }

  @Test func `a listener is known by its port and state`() {
    let line: Substring =
      "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1"
    #expect(SocketLine.isListening(line, port: 8080))
    #expect(!SocketLine.isListening(line, port: 8081))
    let connected: Substring = "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000"
    #expect(!SocketLine.isListening(connected, port: 8080))
  }

  @Test func `a Unix listener is known by its path and flag`() {
    let line: Substring = "0000000000000000: 00000002 00000000 00010000 0001 01 31337 /tmp/s"
    #expect(SocketLine.isListening(line, path: "/tmp/s"))
    #expect(!SocketLine.isListening(line, path: "/tmp"))
    let connected: Substring = "0000000000000000: 00000003 00000000 00000000 0001 03 31338 /tmp/s"
    #expect(!SocketLine.isListening(connected, path: "/tmp/s"))
  }

  @Test func `what a UDP socket has lost and what waits in it is told`() throws {
    let line: Substring =
      " 1234: 0100007F:1F90 00000000:0000 07 00000000:00000A00 00:00000000 00000000  0  0 77 2 0 42"
    let counts = try #require(SocketLine.datagrams(line, port: 8080))
    #expect(counts.lost == 42)
    #expect(counts.waiting == 2560)
    #expect(SocketLine.datagrams(line, port: 8081) == nil)
    #expect(SocketLine.datagrams("  sl  local_address rem_address st", port: 8080) == nil)
  }

  @Test(arguments: [Helper.produce(7), .consume, .send(9, port: 80)])
  func `a helper understands the arguments that it is started with`(_ helper: Helper) {
    let read = Helper(Array(helper.arguments.dropFirst()))
    #expect(read?.arguments == helper.arguments)
  }

  @Test func `a person's arguments start no helper`() {
    #expect(Helper(["--only", "bulk"]) == nil)
    #expect(Helper([]) == nil)
  }

  @Test func `the handshakes that openssl counts are read, if there are any`() {
    let output = """
      Collecting connection statistics for 2 seconds
      ****
      7613 connections in 1.91s; 3985.86 connections/user sec, bytes read 0
      7613 connections in 3 real seconds, 0 bytes read per connection

      """
    #expect(handshakeCount(output) == 7613)
    #expect(handshakeCount("connect: Connection refused\n") == nil)
  }
}
