import Foundation
import Glibc
import TestSupport
import Testing

/// A gibibyte through pipes and sockets: digests, statuses, and memory that stays bounded.
///
/// One transfer at a time, because a test machine has few cores. The bytes are AES in counter mode
/// over zeros: as random as any, and faster to make than they are to move.
@Suite(.serialized) struct LargeTransferTests {
  /// The program as people use it, where `make test` has built it.
  private static let program = LinkedPrograms.release ?? ScriptTests.sockcat
  private static let peerMebibytes = LinkedPrograms.release == nil ? 128 : 1024

  private static let random =
    "openssl enc -aes-128-ctr -nosalt -K 00112233445566778899aabbccddeeff -iv 0 -in /dev/zero 2>/dev/null"

  /// Runs a shell command that starts its parts, waits for them, and prints two digests.
  ///
  /// In the command `random` makes so many mebibytes, `digest` is SHA-256 by the processor's own
  /// instructions, and `SOCKCAT` is the program.
  private func digestsAreEqual(_ command: String, mebibytes: Int) async throws -> Bool {
    let program = Self.program
    let script = """
      set -e
      random() { \(Self.random) | head -c \(mebibytes << 20); }
      port() { until test -s "$1"; do sleep 0.01; done; cat "$1"; }
      digest() { openssl dgst -sha256 -r | cut -c-64; }
      SOCKCAT=\(program) CERTIFICATES=\(try TestCertificates.folder.get())
      \(command)
      cat sent received
      """
    return try await onThread {
      Result {
        let directory = try TemporaryDirectory()
        var launch = ChildProgram.Launch(["sh", "-c", script])
        launch.directory = directory.path
        let shell = try ChildProgram(launch)
        let outcome = try shell.wait(within: .seconds(100))
        let message = String(decoding: shell.contents(of: .error), as: UTF8.self)
        #expect(outcome.status == 0, "\(message)")
        let lines = String(decoding: shell.contents(of: .output), as: UTF8.self)
          .split(separator: "\n")
        return lines.count == 2 && lines[0] == lines[1] && lines[0].count == 64
      }
    }.get()
  }

  @Test func `a gibibyte goes from connect to listen with its digest`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      "$SOCKCAT" listen 0 --port-file port > file & listener=$!
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | "$SOCKCAT" connect 127.0.0.1 $(port port)
      wait $digest; wait $listener
      digest < file > received
      """, mebibytes: 1024)
    #expect(isEqual)
  }

  /// What listens at the other end, with `PORT` and output to standard output.
  static let listeners = [
    "ncat": "ncat -l 127.0.0.1 $PORT < /dev/null",
    "nc.openbsd": "nc.openbsd -N -n -l 127.0.0.1 $PORT < /dev/null",
    "socat": "socat -u TCP-LISTEN:$PORT,bind=127.0.0.1 -",
  ]

  @Test(arguments: listeners.keys.sorted())
  func `connect sends all to another program`(name: String) async throws {
    let listener = try #require(Self.listeners[name])
    let isEqual = try await digestsAreEqual(
      """
      PORT=$(shuf -i 20000-32000 -n 1)
      \(listener) | digest > received & listener=$!
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | "$SOCKCAT" connect 127.0.0.1 $PORT --wait 10s
      wait $digest; wait $listener
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test(arguments: listeners.keys.sorted())
  func `connect takes all from another program`(name: String) async throws {
    let sender = [
      "ncat": "ncat --send-only -l 127.0.0.1 $PORT",
      "nc.openbsd": "nc.openbsd -N -n -l 127.0.0.1 $PORT",
      "socat": "socat -u - TCP-LISTEN:$PORT,bind=127.0.0.1",
    ]
    let isEqual = try await digestsAreEqual(
      """
      PORT=$(shuf -i 20000-32000 -n 1)
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | \(try #require(sender[name])) & sender=$!
      "$SOCKCAT" connect 127.0.0.1 $PORT --wait 10s --recv-only > file
      digest < file > received
      wait $digest; wait $sender
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test(arguments: [
    ("ncat", "ncat --send-only 127.0.0.1 $PORT"),
    ("nc.openbsd", "nc.openbsd -N 127.0.0.1 $PORT"),
    ("socat", "socat -u - TCP:127.0.0.1:$PORT"),
  ])
  func `listen takes all from another program`(name: String, sender: String) async throws {
    let isEqual = try await digestsAreEqual(
      """
      "$SOCKCAT" listen 0 --port-file port > file & listener=$!
      PORT=$(port port)
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | \(sender)
      wait $digest; wait $listener
      digest < file > received
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test(arguments: [
    ("ncat", "ncat --recv-only 127.0.0.1 $PORT"),
    ("nc.openbsd", "nc.openbsd -d 127.0.0.1 $PORT"),
    ("socat", "socat -u TCP:127.0.0.1:$PORT -"),
  ])
  func `listen sends all to another program`(name: String, receiver: String) async throws {
    let isEqual = try await digestsAreEqual(
      """
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | "$SOCKCAT" listen 0 --port-file port & listener=$!
      PORT=$(port port)
      \(receiver) | digest > received
      wait $digest; wait $listener
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  private static let trust = "--tls --tls-ca $CERTIFICATES/root.pem"
  private static let identity =
    "--tls --tls-cert $CERTIFICATES/good.pem --tls-key $CERTIFICATES/good.key"

  @Test func `a gibibyte goes through TLS from connect to listen with its digest`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      "$SOCKCAT" listen 127.0.0.1:0 --port-file port \(Self.identity) > file & listener=$!
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | "$SOCKCAT" connect 127.0.0.1 $(port port) \(Self.trust)
      wait $digest; wait $listener
      digest < file > received
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test func `a gibibyte goes through TLS from listen to connect with its digest`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | "$SOCKCAT" listen 127.0.0.1:0 --port-file port \(Self.identity) & listener=$!
      "$SOCKCAT" connect 127.0.0.1 $(port port) \(Self.trust) > file
      digest < file > received
      wait $digest; wait $listener
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test func `connect takes a gibibyte through TLS from openssl`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      mkfifo copy data; digest < copy > sent & digest=$!
      random | tee copy > data &
      openssl s_server -accept 127.0.0.1:0 -naccept 1 -HTTP -cert $CERTIFICATES/good.pem \
        -key $CERTIFICATES/good.key > log 2>&1 & server=$!
      until PORT=$(grep -o 'ACCEPT 127.0.0.1:[0-9]*' log); do sleep 0.01; done
      echo 'GET /data HTTP/1.0' | "$SOCKCAT" connect 127.0.0.1 ${PORT#*:} \(Self.trust) > file
      wait $digest; wait $server
      digest < file > received
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  /// Some letters are commands to openssl, so they are replaced.
  @Test func `listen takes a gibibyte through TLS from openssl`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      "$SOCKCAT" listen 127.0.0.1:0 --port-file port \(Self.identity) > file & listener=$!
      PORT=$(port port)
      mkfifo copy; digest < copy > sent & digest=$!
      random | LC_ALL=C tr 'QRkKB' 'abcde' | tee copy | openssl s_client -quiet -no_ign_eof \
        -verify_return_error -CAfile $CERTIFICATES/root.pem -connect 127.0.0.1:$PORT 2> log
      wait $digest; wait $listener
      digest < file > received
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test func `listen sends a gibibyte through TLS to openssl`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      mkfifo copy; digest < copy > sent & digest=$!
      random | tee copy | "$SOCKCAT" listen 127.0.0.1:0 --port-file port \(Self.identity) & listener=$!
      PORT=$(port port)
      openssl s_client -quiet -verify_return_error -CAfile $CERTIFICATES/root.pem \
        -connect 127.0.0.1:$PORT < /dev/null 2> log | digest > received
      wait $digest; wait $listener
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  @Test func `connect sends a gibibyte through TLS to socat`() async throws {
    let isEqual = try await digestsAreEqual(
      """
      PORT=$(shuf -i 20000-32000 -n 1)
      mkfifo copy; digest < copy > sent & digest=$!
      socat -u OPENSSL-LISTEN:$PORT,bind=127.0.0.1,verify=0,cert=$CERTIFICATES/good.pem,key=$CERTIFICATES/good.key \
        - | digest > received & listener=$!
      random | tee copy | "$SOCKCAT" connect 127.0.0.1 $PORT --wait 10s --send-only \(Self.trust)
      wait $digest; wait $listener
      """, mebibytes: Self.peerMebibytes)
    #expect(isEqual)
  }

  /// The growth counts in any build; the bound is that of a release build.
  @Test func `memory stays bounded while a gibibyte passes a slow reader`() async throws {
    let small = try await peakResidentKiB(mebibytes: 1)
    let large = try await peakResidentKiB(mebibytes: 1024)
    #expect(large.sender - small.sender < 4096, "\(small) grew to \(large)")
    #expect(large.receiver - small.receiver < 4096, "\(small) grew to \(large)")
    if LinkedPrograms.release != nil {
      #expect(max(large.sender, large.receiver) < 16 * 1024)
    }
  }

  /// Sends from one sockcat to another, whose reader falls behind again and again.
  private func peakResidentKiB(mebibytes: Int) async throws -> (sender: Int, receiver: Int) {
    try await onThread {
      Result {
        let directory = try TemporaryDirectory()
        let endpoint = "unix:" + directory.path(of: "socket")
        let (input, output) = (try Pipe(), try Pipe())

        var listen = ChildProgram.Launch([Self.program, "listen", endpoint])
        listen.output = .descriptor(output.writer)
        let receiver = try ChildProgram(listen, name: "receiver")
        try receiver.waitForMatch(of: "listening on")
        output.closeWriter()

        var connect = ChildProgram.Launch([Self.program, "connect", endpoint])
        connect.input = .descriptor(input.reader)
        let sender = try ChildProgram(connect, name: "sender")

        var slow = ChildProgram.Launch([
          "sh", "-c",
          "for i in 1 2 3 4 5 6 7 8; do sleep 0.1; head -c \(mebibytes << 17) > /dev/null; done; "
            + "echo all; cat",
        ])
        slow.input = .descriptor(output.reader)
        let reader = try ChildProgram(slow, name: "reader")
        var make = ChildProgram.Launch(["head", "-c", "\(mebibytes)M", "/dev/zero"])
        make.output = .descriptor(input.writer)
        let maker = try ChildProgram(make, name: "maker")

        // Both still run, because we hold the sender's input open.
        try reader.waitForMatch(of: "all", in: .output, within: .seconds(100))
        let peaks = (try #require(sender.peakResidentKiB), try #require(receiver.peakResidentKiB))
        input.closeWriter()
        for program in [maker, sender, receiver, reader] {
          #expect(try program.wait().status == 0, "\(program.name)")
        }
        return peaks
      }
    }.get()
  }
}

/// A pipe whose ends are closed with it.
private final class Pipe {
  let reader: Int32
  private(set) var writer: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw TestError("cannot create a pipe") }
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    close(reader)
    closeWriter()
  }

  func closeWriter() {
    if writer >= 0 { close(writer) }
    writer = -1
  }
}
