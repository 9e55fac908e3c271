extension ScriptRunner {
  /// Starts a program, and waits for it unless it goes to the background.
  func runProgram(_ words: [ScriptWord], isNegated: Bool) throws {
    var words = words
    let name = takeBackgroundName(from: &words)
    var launch = try takeRedirections(from: &words)
    launch.arguments = try command(words)
    launch.environment = variables.filter { $0.key.first?.isNumber == false }
    launch.directory = directory.path
    nextInput = .null

    guard let name else {
      let program = try start(launch, as: words[0].text)
      return try finish(program, isNegated: isNegated)
    }
    if isNegated { throw TestError("! belongs before wait \(name)") }
    if background[name]?.hasEnded == false { throw TestError("\(name) already runs") }
    let program = try start(launch, as: name)
    background[name] = program
    variables[variable(name, "PID")] = "\(program.process)"
  }

  /// Waits for a program and holds its status against what the script expects.
  func finish(_ program: ChildProgram, isNegated: Bool) throws {
    last = program
    defer { log.add(program, as: program.name) }
    let status = try program.status(within: limit(.seconds(20)))
    if isNegated != (status != 0) {
      throw TestError("\(program.name) ended with status \(status)")
    }
  }

  /// The name of a variable about a background program: `$WEB_SERVER_PORT`.
  func variable(_ program: String, _ what: String) -> String {
    "\(program.uppercased().replacing("-", with: "_"))_\(what)"
  }

  private func start(_ launch: ChildProgram.Launch, as name: String) throws -> ChildProgram {
    let program = try ChildProgram(launch, name: name)
    programs.append(program)
    return program
  }

  private func takeBackgroundName(from words: inout [ScriptWord]) -> String? {
    guard let last = words.last, !last.isQuoted, last.bytes.count > 2,
      last.text.hasPrefix("&"), last.text.hasSuffix("&")
    else { return nil }
    words.removeLast()
    return String(last.text.dropFirst().dropLast())
  }

  private func takeRedirections(
    from words: inout [ScriptWord]
  ) throws -> ChildProgram.Launch {
    var launch = ChildProgram.Launch([])
    launch.input = nextInput
    for sign in ["<", ">"] {
      guard let index = words.firstIndex(where: { $0.isBare(sign) }) else { continue }
      guard index + 1 < words.count else { throw TestError("no file after \(sign)") }
      let path = directory.path(of: words[index + 1].text)
      if sign == "<" { launch.input = .file(path) } else { launch.output = .file(path) }
      words.removeSubrange(index...index + 1)
    }
    return launch
  }

  private func command(_ words: [ScriptWord]) throws -> [[UInt8]] {
    guard let first = words.first else { throw TestError("no program") }
    var arguments = words.map(\.bytes)
    if first.isBare("sockcat") { arguments[0] = Array((variables["SOCKCAT"] ?? "").utf8) }
    if first.isBare("sh"), words.count > 1, words[1].isQuoted {
      arguments.insert(Array("-c".utf8), at: 1)
    }
    return arguments
  }
}
