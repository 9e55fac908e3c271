import ArgumentParser
import ByteText
import Glibc

/// What is said of a command line that cannot be carried out, in our form and not the parser's.
enum UsageReport {
  /// Ends the program: help goes to standard output with 0, everything else is status 64.
  static func end(with error: any Error) -> Never {
    if let failure = error as? UsageFailure { end(with: failure.error) }
    let text = CompletionScript.finished(Sockcat.fullMessage(for: error))
    if Sockcat.exitCode(for: error) == .success {
      Program.print(text.hasSuffix("\n") ? text : text + "\n")
    }
    end(with: translated(Sockcat.message(for: error)))
  }

  /// Ends the program with status 64.
  static func end(with error: UsageError) -> Never {
    Program.complain(error.message, hint: error.hint)
    Program.exit(.usage)
  }

  /// The parser's sentence as subject and cause, with our own nearest name.
  static func translated(_ message: String) -> UsageError {
    let line = message.split(separator: "\n").first.map(String.init) ?? message
    if let option = quoted(in: line, after: "Unknown option ") {
      let name = String(option.prefix { $0 != "=" })
      let near = nearestOption(to: name)
      return UsageError(
        "unknown option " + safeLine(name),
        hint: near.map { "did you mean " + $0 + "?" } ?? "sockcat --help")
    }
    if let word = quoted(in: line, after: "Unexpected argument ") ?? unexpectedWords(line) {
      let commands = commandNames
      let near = nearestName(to: word, among: commands)
      let isCommand = !commands.contains { CommandLine.arguments.dropFirst().first == $0 }
      return UsageError(
        (isCommand ? "unknown command \"" : "unexpected argument \"") + safeLine(word) + "\"",
        hint: isCommand
          ? near.map { "did you mean \"sockcat " + $0 + "\"?" } ?? "sockcat --help" : nil)
    }
    return badValue(in: line, message) ?? UsageError(safeLine(lowered(line)), hint: nil)
  }

  /// A value that is missing, or that its option does not understand.
  private static func badValue(in line: String, _ message: String) -> UsageError? {
    if let option = quoted(in: line, after: "Missing value for ") {
      let (name, value) = parts(of: option)
      return UsageError(name + " needs a value", hint: example(of: value).map { name + " " + $0 })
    }
    guard let typed = quoted(in: line, after: "The value "),
      let option = quoted(in: line, after: "is invalid for ")
    else { return nil }
    let (name, value) = parts(of: option)
    let words = choices(in: line, message)
    let near = nearestName(to: typed, among: words)
    return UsageError(
      name + ": \"" + safeLine(typed) + "\" is not understood",
      hint: near.map { "did you mean " + name + " " + $0 + "?" }
        ?? (words.isEmpty
          ? example(of: value).map { name + " " + $0 } : words.joined(separator: ", ")))
  }

  /// The values that there are: between quotes, or where they are many in a line each.
  private static func choices(in line: String, _ message: String) -> [String] {
    guard let rest = line.rest(behind: "one of ") else { return [] }
    if rest.hasPrefix("the following") {
      let lines = message.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("  - ") }
      return lines.map { String($0.dropFirst(4).filter { $0 != "'" }) }
    }
    return rest.split(separator: "'").enumerated().filter { $0.offset % 2 == 0 }
      .map { String($0.element) }
  }

  /// `--timeout <duration>` as the option and its value's name.
  private static func parts(of option: String) -> (name: String, value: String) {
    let words = option.split(separator: " ", maxSplits: 1).map(String.init)
    return (words.first ?? option, words.count > 1 ? String(words[1].dropFirst().dropLast()) : "")
  }

  /// A value of a kind, as it can be typed.
  private static func example(of value: String) -> String? {
    switch value {
    case "duration": "500ms"
    case "size": "64k"
    case "n": "10"
    case "digest": "sha256: and 64 hex digits, or base64"
    case "sha256:hex": "sha256:$(sha256sum < FILE | cut -c -64)"
    case "idle[,interval[,count]]": "60,10,3"
    case "how": "1200"
    default: nil
    }
  }

  private static var commandNames: [String] {
    Sockcat.configuration.subcommands.compactMap { $0.configuration.commandName }
  }

  private static func unexpectedWords(_ line: String) -> String? {
    quoted(in: line, after: "unexpected arguments: ")
  }

  private static func quoted(in line: String, after words: String) -> String? {
    guard let rest = line.rest(behind: words), rest.first == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != "'" })
  }

  private static func lowered(_ line: String) -> String {
    var text = line
    if text.hasPrefix("Error: ") { text.removeFirst(7) }
    if text.hasSuffix(".") { text.removeLast() }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// The nearest option of the command that was named, or of all.
  private static func nearestOption(to typed: String) -> String? {
    guard typed.hasPrefix("--") else { return nil }
    let words = CommandLine.arguments.dropFirst()
    let commands: [any ParsableCommand.Type] = Sockcat.configuration.subcommands
    let named = commands.filter { command in
      words.contains { $0 == command.configuration.commandName }
    }
    let names = (named.isEmpty ? commands : named).flatMap { optionNames(of: $0) }
    return nearestName(to: typed, among: names)
  }

  /// All long options of a command, from its own help.
  static func optionNames(of command: any ParsableCommand.Type) -> [String] {
    let help = command.helpMessage(includeHidden: true, columns: 1000)
    var names: [String] = []
    for word in help.split(whereSeparator: { " \n/,".contains($0) }) where word.hasPrefix("--") {
      let name = String(word.prefix { $0.isLetter || $0.isNumber || $0 == "-" })
      if name.count > 2, !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension String {
  /// What stands behind the first occurrence of a text.
  fileprivate func rest(behind words: String) -> Substring? {
    for index in indices where self[index...].hasPrefix(words) {
      return self[index...].dropFirst(words.count)
    }
    return nil
  }
}
