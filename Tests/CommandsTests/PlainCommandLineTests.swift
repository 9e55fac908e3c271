import ArgumentParser
import Testing

@testable import Commands

@Suite struct PlainCommandLineTests {
  @Test(
    arguments: [
      "connect localhost 80", "connect localhost:80", "connect unix:/tmp/socket", "connect fd:3",
      "connect vsock:2:80", "listen 80", "listen :80", "listen ::1 80", "listen unix:@name",
      "listen vsock:2:80", "udp-send localhost 80", "udp-send unix:/tmp/socket", "udp-recv 80",
      "udp-recv 239.1.2.3:80", "udp-recv fd:3", "connect localhost 80 --script a",
      "listen 80 --script a/b.sct", "udp-send localhost:80 --script a",
      "udp-recv 80 --script a", "connect localhost 80 -v", "listen 80 --verbose --progress",
      "connect localhost:80 --stats json --progress", "listen 80 --script a -v --stats text",
      "udp-recv 80 --stats text -v",
    ])
  func `a line without options, or with the commonest, means what the parser makes of it`(
    line: String
  ) throws {
    let plain = try #require(PlainCommandLine(words(line)[...]))
    let isSame = description(of: try plain.plan()) == description(of: try plan(words(line)))
    #expect(isSame)
  }

  @Test(
    arguments: [
      "connect 80", "connect localhost", "connect http://localhost/", "connect a:1 2",
      "connect unix:", "listen http://localhost/", "udp-send vsock:2:80", "udp-recv vsock:80",
      "listen @",
    ])
  func `what is wrong with it is told as the parser tells it`(line: String) throws {
    let plain = try #require(PlainCommandLine(words(line)[...]))
    let error = try #require(throws: UsageError.self) { try plain.plan() }
    #expect(throws: error) { try plan(words(line)) }
  }

  @Test(
    arguments: [
      "", "connect", "connect -v localhost 80", "connect localhost -", "connect localhost --",
      "connect localhost 80 443", "conect localhost 80", "help connect", "--help",
      "connect --version", "connect --script a", "connect localhost 80 --script",
      "connect localhost 80 --script -", "connect --script a localhost 80",
      "connect localhost 80 --progress --script a", "udp-recv 80 --progress",
      "connect localhost 80 --stats", "connect localhost 80 --stats xml", "listen 80 -v -- cat",
      "listen 80 --stats text --stats json", "listen 80 --stats=text", "listen 80 -v 81",
    ])
  func `anything else is left to the parser`(line: String) {
    #expect(PlainCommandLine(words(line)[...]) == nil)
    #expect(PlainCommandLine(["connect", "", "80"]) == nil)
  }

  @Test(
    arguments: [
      "connect -v localhost 80 -- cat --help", "connect --idle-timeout=5s localhost:80",
      "connect -4vx localhost 80", "connect localhost 80 --data=-v --",
      "connect --data -v localhost 80 --", "connect --output=a=b localhost 80",
      "listen -k --echo 80", "listen --max-clients=3 -k 80 -- cat -v", "listen -4kv 80",
      "listen --accept-timeout=1s 80 -- cat", "listen 80 --", "udp-send localhost 80 --data a",
      "udp-send --datagram=100 --replies=2 localhost:80", "udp-send -4vx localhost 80",
      "udp-send --no-multicast-loop -- localhost 80", "udp-send localhost --count=2 80",
      "udp-recv --count 3 --separator=, 80", "udp-recv -6vx 80", "udp-recv -v 80 --",
      "udp-recv 80 --join=239.1.2.3 --join 239.1.2.4@lo", "udp-recv 80 -- cat --each",
    ])
  func `a subcommand's own parser makes of a line what the root's makes`(line: String) throws {
    let alone = try #require(Sockcat.parsedAlone(words(line)[...]))
    let whole = try Sockcat.parseAsRoot(words(line))
    let isSame = try planned(by: alone) == planned(by: whole)
    #expect(isSame)
  }

  @Test(
    arguments: [
      "connect --help", "connect --version", "help connect", "connect a 80 443", "listen --helo",
      "listen -h", "udp-send --count=x a 80", "udp-send --help=all", "udp-recv -k 80",
      "udp-recv 80 --count", "udp-recv --generate-completion-script",
    ])
  func `help and mistakes are left to the root's parser`(line: String) {
    #expect(Sockcat.parsedAlone(words(line)[...]) == nil)
  }

  private func planned(by command: any ParsableCommand) throws -> String {
    switch command {
    case let command as ConnectCommand: description(of: try command.plan())
    case let command as ListenCommand: description(of: try command.plan())
    case let command as UDPSendCommand: description(of: try command.plan())
    case let command as UDPReceiveCommand: description(of: try command.plan())
    default: throw UsageError("another command")
    }
  }

  private func description(of value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
  }
}
