import Glibc

extension ScriptRunner {
  /// Does what one line says.
  ///
  /// - Throws: ``TestError`` when that fails, or is not what the script expects.
  func execute(_ line: String) throws {
    var reader = ScriptWordReader(line, variables: variables)
    var words = try reader.words()
    let isNegated = words.first?.isBare("!") == true
    if isNegated { words.removeFirst() }
    guard let verb = words.first else { throw TestError("nothing after !") }
    let statement = Statement(
      verb: verb.isQuoted ? "" : verb.text, arguments: Array(words.dropFirst()),
      isNegated: isNegated)
    if try !wait(statement) && !check(statement) && !prepare(statement) {
      try runProgram(words, isNegated: isNegated)
    }
  }

  struct Statement {
    let verb: String
    let arguments: [ScriptWord]
    let isNegated: Bool

    /// The arguments, if there are as many as the form names.
    func take(_ form: String, canBeNegated: Bool = false) throws -> [ScriptWord] {
      guard arguments.count == form.split(separator: " ").count else {
        throw TestError("usage: \(verb) \(form)")
      }
      if isNegated && !canBeNegated { throw TestError("\(verb) takes no !") }
      return arguments
    }
  }

  /// Statements about background programs; false if it is none of them.
  private func wait(_ statement: Statement) throws -> Bool {
    switch statement.verb {
    case "await": try awaitMatch(statement, .error)
    case "await-out": try awaitMatch(statement, .output)
    case "port": try awaitPort(program(statement.take("NAME")[0]))
    case "wait":
      let program = try program(statement.take("NAME", canBeNegated: true)[0])
      try finish(program, isNegated: statement.isNegated)
    case "feed":
      let words = try statement.take("NAME BYTES")
      try program(words[0]).feed(bytes(words[1]), within: limit(.seconds(15)))
    case "close": try program(statement.take("NAME")[0]).closeInput()
    case "signal":
      let words = try statement.take("SIGNAL NAME")
      try program(words[1]).signal(signalNumber(words[0].text))
    case "allow-running": mayRun.insert(try statement.take("NAME")[0].text)
    default: return false
    }
    return true
  }

  /// Statements that only change what later ones see; false if it is none of them.
  private func prepare(_ statement: Statement) throws -> Bool {
    switch statement.verb {
    case "stdin":
      let word = try statement.take("BYTES|pipe")[0]
      nextInput = try word.isBare("pipe") ? .pipe : .file(inputFile(word))
    case "let":
      let words = try statement.take("NAME = WORD")
      variables[words[0].text] = words[2].text
    default: return false
    }
    return true
  }

  private func awaitMatch(_ statement: Statement, _ stream: ChildProgram.Stream) throws {
    let words = try statement.take("NAME REGEX")
    let match = try program(words[0]).waitForMatch(
      of: words[1].text, in: stream, within: limit(.seconds(15)))
    for (number, group) in match.enumerated() { variables["\(number)"] = group }
  }

  private func awaitPort(_ program: ChildProgram) throws {
    // What ends the number must be there too, so that a half-written line does not match.
    let match = try program.waitForMatch(
      of: "(listening|receiving) on [^ ]*:([0-9]+)[, \n]", within: limit(.seconds(15)))
    variables["PORT"] = match[2]
    variables[variable(program.name, "PORT")] = match[2]
  }

  private func program(_ word: ScriptWord) throws -> ChildProgram {
    guard let program = background[word.text] else {
      throw TestError("no background program \(word.text)")
    }
    return program
  }
}

/// The number of a signal by its name without `SIG`.
private func signalNumber(_ name: String) throws -> Int32 {
  let numbers = [
    "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "KILL": SIGKILL, "PIPE": SIGPIPE,
    "ALRM": SIGALRM, "TERM": SIGTERM, "USR1": SIGUSR1, "USR2": SIGUSR2, "CONT": SIGCONT,
    "STOP": SIGSTOP, "TSTP": SIGTSTP, "TTIN": SIGTTIN, "WINCH": SIGWINCH,
  ]
  guard let number = numbers[name] else { throw TestError("unknown signal \(name)") }
  return number
}
