/// A line that goes to an echo server and comes back, again and again, as a script's author would
/// have it: no tricks in any language.
struct TestScript {
  /// How often.
  let count: Int
  let port: UInt16
  /// How many conversations there are at the same time, each on a connection of its own; nil is
  /// one on the program's only connection.
  var atOnce: Int?

  /// What somebody writes; nil for who cannot.
  func text(for contender: Contender) -> String? {
    switch (contender, atOnce) {
    case (.sockcat, nil): sockcatLoop
    case (.sockcat, let atOnce?): sockcatPeers(atOnce)
    case (.python, nil): pythonFunction + "\nconverse()\n"
    case (.python, let atOnce?): pythonFunction + pythonThreads(atOnce)
    case (.expect, nil): expectLoop
    default: nil
    }
  }

  /// The command that runs it from a file.
  func command(_ contender: Contender, _ programs: Programs, file: String) -> [String] {
    switch (contender, atOnce) {
    case (.sockcat, nil): [programs.sockcat, "connect", "127.0.0.1:\(port)", "--script", file]
    case (.sockcat, _): [programs.sockcat, "run", file]
    case (.python, _): [Programs.python, file]
    default: [contender.name, file]
    }
  }

  // MARK: Texts

  private var sockcatLoop: String {
    #"""
    repeat \#(count) {
      send "PING 123\r\n"
      expect "PING 123\r\n"
    }

    """#
  }

  private func sockcatPeers(_ count: Int) -> String {
    let names = (1...count).map { "client-\($0)" }
    let peers = names.map { "peer \($0) = connect 127.0.0.1:\(port)\n" }
    let talks = names.map { "with \($0) in parallel {\n  talk()\n}\n" }
    return "procedure talk() {\n\(sockcatLoop)}\n" + peers.joined() + talks.joined()
  }

  private var pythonFunction: String {
    #"""
    import socket, threading

    message = b"PING 123\r\n"

    def converse():
        connection = socket.create_connection(("127.0.0.1", \#(port)))
        for _ in range(\#(count)):
            connection.sendall(message)
            reply = b""
            while len(reply) < len(message):
                reply += connection.recv(4096)
            assert reply == message
        connection.close()

    """#
  }

  private func pythonThreads(_ count: Int) -> String {
    """

    threads = [threading.Thread(target=converse) for _ in range(\(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    """
  }

  /// By way of a terminal that changes no byte and echoes none.
  private var expectLoop: String {
    #"""
    log_user 0
    set stty_init "raw -echo"
    spawn nc.openbsd 127.0.0.1 \#(port)
    for {set i 0} {$i < \#(count)} {incr i} {
      send "PING 123\r\n"
      expect {
        "PING 123\r\n" {}
        timeout { exit 1 }
        eof { exit 1 }
      }
    }
    close
    wait

    """#
  }
}
