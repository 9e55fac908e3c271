/// A line that goes to an echo server and comes back, again and again, as a script's author would
/// have it: no tricks in any language.
struct RoundTrips {
  /// How many each conversation has.
  let count: Int
  let port: UInt16

  /// The command of one conversation, nil for who has none.
  func command(_ contender: Contender, _ programs: Programs) -> [String]? {
    switch contender {
    case .sockcat: [programs.sockcat, "connect", "127.0.0.1:\(port)", "-e", sockcatLoop]
    case .python: ["python3", "-c", pythonConversation + "converse()\n"]
    case .expect: ["expect", "-c", expectConversation]
    default: nil
    }
  }

  private var sockcatLoop: String {
    #"""
    repeat \#(count) {
      send "PING 123\r\n"
      expect "PING 123\r\n"
    }
    """#
  }

  private var pythonConversation: String {
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

  /// Through a terminal that changes no byte and echoes none.
  private var expectConversation: String {
    #"""
    log_user 0
    set stty_init "raw -echo"
    spawn nc.openbsd 127.0.0.1 \#(port)
    for {set i 0} {$i < \#(count)} {incr i} {
      send "PING 123\r\n"
      expect {
        -exact "PING 123\r\n" {}
        timeout { exit 1 }
        eof { exit 1 }
      }
    }
    close
    wait
    exit 0

    """#
  }
}

extension RoundTrips {
  /// The command of so many conversations at the same time; nil for who has none.
  func command(_ contender: Contender, _ programs: Programs, atOnce: Int) -> [String]? {
    switch contender {
    case .sockcat: [programs.sockcat, "run", "-e", sockcatConversations(atOnce)]
    case .python: ["python3", "-c", pythonConversation + pythonThreads(atOnce)]
    default: nil
    }
  }

  private func sockcatConversations(_ atOnce: Int) -> String {
    let names = (1...atOnce).map { "client-\($0)" }
    let peers = names.map { "peer \($0) = connect 127.0.0.1:\(port)\n" }
    let talks = names.map { "with \($0) in parallel {\n  talk()\n}\n" }
    return "procedure talk() {\n\(sockcatLoop)\n}\n" + peers.joined() + talks.joined()
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
}
