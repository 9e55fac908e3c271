import Scripting
import Sockets
import Testing

@Suite struct TextReportTests {
  @Test func `a failure shows passed steps, the failed one, what came and where they part`() {
    #expect(
      Reports.reporter().text(of: Reports.run([Reports.result(Reports.failure)])) == """
        # greet
        # log in (3 times)
        FAIL smtp.sct:11:1: expected "250 OK\\r\\n" within 2.00 s, and it did not come
             9  # send the mail
            10  send "MAIL FROM:<a@example.org>\\r\\n"
         >  11  expect "250 OK\\r\\n" within 2s
            received, 27 bytes, in 2.00 s: "250 2.1.0 Sender accepted\\r\\n"
            alike for 4 bytes, then "OK\\r\\n" was expected and "2.1.0 Sender acc"\u{2026} came
            failed after 2.12 s

        """)
  }

  @Test func `what passed is a line, with its steps if wanted`() {
    let run = Reports.run([Reports.result(seconds: 0.12)])
    #expect(Reports.reporter().text(of: run) == "ok   smtp.sct  0.12 s\n")
    #expect(
      Reports.reporter(showsSteps: true).text(of: run) == """
        # greet  0.12 s
        # log in (3 times)  3.4 ms
        # send the mail  2.00 s
        ok   smtp.sct  0.12 s

        """)
  }

  @Test(
    arguments: [
      (Reports.expected(""), ["received nothing in 2.00 s"]),
      (
        Reports.expected("no", hasEnded: true),
        [#"received, 2 bytes, in 2.00 s, then the peer ended: "no""#]
      ),
      (
        Reports.expected("a \"b\"\u{1b}[2J\r\n\u{e4}\n"),
        [
          "received, 14 bytes, in 2.00 s:", #"  "a \"b\"\x1b[2J\r\n""#, "  \"\u{e4}\\n\"",
        ]
      ),
      (
        Reports.expected(bytes: [0, 1, 0xff, 0x41]),
        [
          "received, 4 bytes, in 2.00 s:",
          "  < 00000000  00 01 ff 41                                       |...A|",
        ]
      ),
      (
        Reports.expected(bytes: Array(repeating: 0, count: 513)),
        ["received, 513 bytes, the last 512 of them, in 2.00 s:"]
      ),
      (
        Reports.expected(
          bytes: [1, 2, 3], of: 5,
          NearMiss(offset: 3, matchedCount: 1, expected: [0, 9], received: [])),
        [
          "received, 5 bytes, the last 3 of them, in 2.00 s:",
          "  < 00000002  01 02 03                                          |...|",
          "alike for 1 byte from byte 3 on, then hex 00 09 was expected and nothing more came",
        ]
      ),
    ] as [(ScriptFailure.Expected, [String])])
  func `what came is shown in quotes or as a dump`(
    expected: ScriptFailure.Expected, lines: [String]
  ) {
    let failure = ScriptFailure(expected: expected, at: Place(line: 11, column: 1))
    let text = Reports.reporter().text(of: Reports.run([Reports.result(failure)]))
    for line in lines {
      #expect(text.contains("\n    " + line + "\n"), "\(line) in \(text)")
    }
  }

  @Test func `the rows of a dump go on where the cut was`() {
    let failure = ScriptFailure(
      expected: Reports.expected(bytes: Array(repeating: 0, count: 1000), of: 2000),
      at: Place(line: 11, column: 1))
    let text = Reports.reporter().text(of: Reports.run([Reports.result(failure)]))
    #expect(text.contains("\n      < 000005d0  00"))
    #expect(text.count { $0 == "|" } == 64)
  }

  @Test func `a text that was cut in a character begins with the next one`() {
    let received = Array(String(repeating: "\u{20ac}", count: 200).utf8)
    let failure = ScriptFailure(
      expected: Reports.expected(bytes: received), at: Place(line: 11, column: 1))
    let text = Reports.reporter().text(of: Reports.run([Reports.result(failure)]))
    #expect(text.contains("the last 510 of them, in 2.00 s: \"\u{20ac}"))
  }

  @Test func `a failure below the script tells the script's words and the world's`() {
    let text = Reports.reporter().text(of: Reports.run([Reports.result(Reports.reset)]))
    #expect(
      text.contains("\nFAIL smtp.sct:7:1: backend: expected \"235 \": connection reset\n"))
  }

  @Test func `the only peer is not named`() {
    var failure = Reports.failure
    failure.peer = "peer"
    let reporter = Reports.reporter()
    let runs = [Reports.failure, failure].map { Reports.run([Reports.result($0)]) }
    #expect(reporter.text(of: runs[0]) == reporter.text(of: runs[1]))
    #expect(reporter.json(of: runs[0]) == reporter.json(of: runs[1]))
  }

  @Test func `a long step is shown by its ends`() {
    let lines = ["# work"] + (2...40).map { "send \"\($0)\"" }
    let script = Reports.script(lines.joined(separator: "\r\n"))
    let failure = ScriptFailure(.expectation, "no", at: Place(line: 40, column: 1))
    let step = ScriptStep("work", at: Place(line: 2, column: 1))
    let result = ScriptResult(.failed(failure), steps: [step], duration: .milliseconds(1))
    #expect(
      Reports.reporter().text(of: Reports.run([result], of: script)) == """
        FAIL smtp.sct:40:1: no
             1  # work
             \u{2026}
            31  send "31"
            32  send "32"
            33  send "33"
            34  send "34"
            35  send "35"
            36  send "36"
            37  send "37"
            38  send "38"
            39  send "39"
         >  40  send "40"
            failed after 1.0 ms

        """)
  }

  @Test func `a failure in a procedure tells who called it`() {
    let script = Reports.script(
      """
      procedure login(name) {
        # name
      \texpect "\u{1b}ok"
      }
      # enter
      login("a")
      """)
    let failure = ScriptFailure(
      .expectation, "no", at: Place(line: 3, column: 2), callers: [Place(line: 6, column: 1)])
    let result = ScriptResult(
      .failed(failure), steps: [ScriptStep("enter", at: Place(line: 6, column: 1))],
      duration: .seconds(75))
    #expect(
      Reports.reporter().text(of: Reports.run([result], of: script)) == """
        # enter
        FAIL smtp.sct:3:2: no
             2    # name
         >   3  \texpect "\\x1bok"
            from smtp.sct:6:1: login("a")
            failed after 1 min 15 s

        """)
  }

  @Test func `what stands before a procedure is not its step`() {
    let text = "# greet\nexpect \"a\"\nprocedure login() {\n  expect \"b\"\n}\n# enter\nlogin()"
    let login = Procedure(name: "login", parameters: [], block: [], at: Place(line: 3, column: 1))
    let script = Script(
      [], procedures: ["login": login],
      files: [ScriptFile(name: "smtp.sct", source: ScriptSource(text))])
    let failure = ScriptFailure(.expectation, "no", at: Place(line: 4, column: 3))
    let steps = [("greet", 2), ("enter", 7)].map {
      ScriptStep($0.0, at: Place(line: $0.1, column: 1))
    }
    let result = ScriptResult(.failed(failure), steps: steps, duration: .zero)
    #expect(
      Reports.reporter().text(of: Reports.run([result], of: script)) == """
        # greet
        # enter
        FAIL smtp.sct:4:3: no
         >   4    expect "b"
            failed after 0.0 ms

        """)
  }

  @Test func `a place that is in no file is shown without a line`() {
    for place in [
      Place(line: 99, column: 1), Place(line: 0, column: 0), Place(line: 1, column: 1, file: 7),
    ] {
      let failure = ScriptFailure(.script, "no number", at: place, callers: [place])
      #expect(
        Reports.reporter().text(of: Reports.run([Reports.result(failure)])).contains("no number"))
    }
  }

  @Test func `repetitions tell how often and how fast`() {
    let other = ScriptFailure(.expectation, "other", at: Place(line: 2, column: 1))
    let results = [0.1, 0.2, 0.3, 0.4].map { Reports.result(seconds: $0) }
    #expect(
      Reports.reporter().text(of: Reports.run(results))
        == "ok   smtp.sct  4 runs, fastest 0.10 s, median 0.25 s, slowest 0.40 s\n")
    let mixed = results + [other, Reports.reset, other].map { Reports.result($0, seconds: 1) }
    let text = Reports.reporter().text(of: Reports.run(mixed))
    #expect(text.contains("FAIL smtp.sct:2:1: other (runs 5 and 7 of 7)\n"))
    #expect(text.contains("connection reset (run 6 of 7)\n"))
    #expect(
      text.hasSuffix(
        "\nFLAKY smtp.sct  3 of 7 runs failed, fastest 0.10 s, median 0.40 s, slowest 1.00 s\n"))
  }

  @Test func `clients of a server are not repetitions`() {
    let results = [Reports.result(), Reports.result(Reports.failure)]
    let run = Reports.run(results, per: .client)
    let text = Reports.reporter().text(of: run)
    #expect(run.verdict == .failed)
    #expect(text.contains("(client 2 of 2)"))
    #expect(text.contains("\nFAIL smtp.sct  1 of 2 clients failed, "))
  }

  @Test func `every error of a script that does not parse has its place and a caret`() {
    #expect(
      Reports.reporter().text(of: Reports.malformed) == """
        broken.sct:1:1: unknown statement
        sned x
        ^
        hint: send
        part.sct:3:6: no such variable
        send user
             ^
        FAIL broken.sct  2 errors

        """)
  }

  @Test func `several scripts have a summary, one has none`() {
    let reporter = Reports.reporter()
    #expect(
      reporter.summary(of: Reports.all, elapsed: .seconds(3))
        == "6 scripts: 1 passed, 1 failed, 1 flaky, 1 malformed, 1 skipped, 1 cancelled, in 3.00 s\n"
    )
    #expect(reporter.summary(of: [Reports.malformed], elapsed: .seconds(3)) == nil)
    #expect(
      reporter.text(of: Reports.all[5]) == "stop stopped\\x1b.sct  interrupted after 1.00 s\n")
    #expect(reporter.text(of: Reports.all[4]).isEmpty)
  }

  @Test func `what something else has ended tells where it was`() {
    let reporter = Reports.reporter()
    #expect(
      reporter.text(of: Reports.stopped) == #"""
        # greet
        # log in (3 times)
        stop smtp.sct:11:1: backend: interrupted after 3.00 s
             9  # send the mail
            10  send "MAIL FROM:<a@example.org>\r\n"
         >  11  expect "250 OK\r\n" within 2s
            from smtp.sct:2:1: expect "220 "

        """#)
    var again = Reports.stopped
    again.content = .ran(Reports.script, [Reports.result()] + again.results, per: .run)
    #expect(reporter.text(of: again).contains("\nstop smtp.sct:11:1: backend: interrupted"))
    #expect(reporter.text(of: again).hasSuffix("\nstop smtp.sct  interrupted after 5.12 s\n"))
  }

  @Test func `the status is the failure's, and 64 where one does not parse`() {
    let reporter = Reports.reporter()
    let cases = Reports.all.map { reporter.status(of: $0) }
    #expect(cases == [0, 1, 1, 64, nil, nil])
    #expect(reporter.status(of: Reports.run([Reports.result(Reports.reset)])) == 5)
    #expect(reporter.status(of: Reports.all) == 64)
    #expect(reporter.status(of: [Reports.all[0], Reports.all[1]]) == 1)
    #expect(reporter.status(of: [Reports.all[0]]) == 0)
  }

  @Test(
    arguments: [
      (Duration.zero, "0.0 ms"), (.microseconds(1250), "1.3 ms"), (.milliseconds(99), "99 ms"),
      (.milliseconds(120), "0.12 s"), (.milliseconds(12_340), "12.3 s"),
      (.seconds(60), "1 min 0 s"),
      (.seconds(3725), "1 h 2 min"), (.seconds(-1), "0.0 ms"),
    ])
  func `times have the unit in which they can be read`(duration: Duration, text: String) {
    let result = ScriptResult(.passed, steps: [], duration: duration)
    #expect(Reports.reporter().text(of: Reports.run([result])) == "ok   smtp.sct  \(text)\n")
  }
}
