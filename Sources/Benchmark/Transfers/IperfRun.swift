import Sockets

/// Both ends of `iperf3`, which measures itself.
enum IperfRun {
  /// Mebibytes a second from memory to memory over TCP, and time on processors for each gibibyte.
  static func stream(byteCount: Int) throws(BenchmarkError) -> [Double] {
    let run = try run(["-l", "1M", "-n", "\(byteCount)"])
    guard let bits = run.report.number("bits_per_second", in: "sum_received") else {
      throw .strangeOutput("iperf3", "no rate")
    }
    let gibibytes = Double(byteCount) / Double(1 << 30)
    return [bits / 8 / Double(1 << 20), run.processorSeconds / gibibytes]
  }

  /// Datagrams a second that arrive, of those that are sent as fast as it can.
  static func datagrams(size: Int) throws(BenchmarkError) -> Double {
    let report = try run(["-u", "-b", "0", "-l", "\(size)", "-t", "1"]).report
    guard let sent = report.number("packets", in: "sum"),
      let lost = report.number("lost_packets", in: "sum"),
      let seconds = report.number("seconds", in: "sum"), seconds > 0
    else { throw .strangeOutput("iperf3", "no datagrams") }
    return (sent - lost) / seconds
  }

  private static func run(
    _ options: [String]
  ) throws(BenchmarkError) -> (report: IperfReport, processorSeconds: Double) {
    let port = try Place.freePort()
    let server = try MeasuredProcess(["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", "\(port)"])
    try Place.tcp(port).awaitListener(server)
    let output = try OutputLog()
    let client = try MeasuredProcess(
      ["iperf3", "-J", "-c", "127.0.0.1", "-p", "\(port)"] + options, output: output.number)
    let deadline = Deadline.after(.seconds(30))
    let sent = try client.wait(by: deadline)
    let received = try server.wait(by: deadline)
    guard let report = IperfReport(output.text(limit: 1 << 20)) else {
      throw .strangeOutput("iperf3", "no report")
    }
    return (report, sent.processorSeconds + received.processorSeconds)
  }
}
