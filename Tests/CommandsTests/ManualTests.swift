import ArgumentParser
import Foundation
import Sockets
import Testing
import Transcripts

@testable import Commands

/// The manual is written by hand, so it is held against what the program declares.
@Suite struct ManualTests {
  private let manual: Manual
  private let commands: [DeclaredCommand]

  init() throws {
    manual = Manual(try text(of: "man/sockcat.1"))
    let dump = Data(Sockcat._dumpHelp().utf8)
    commands = try JSONDecoder().decode(Declaration.self, from: dump).command.realSubcommands
  }

  @Test func `every option of every subcommand is in the manual with its value name`() {
    #expect(commands.count == 5)
    for command in commands {
      for option in command.options {
        let heads = manual.heads(of: command.commandName).filter { $0.contains(option) }
        #expect(heads.count == 1, "\(command.commandName) \(option.shownNames)")
        for head in heads { #expect(head.hasValue(of: option), "\(option.shownNames): \(head)") }
      }
    }
  }

  @Test func `the manual gives no subcommand an option that it does not have`() {
    for command in commands {
      let declared = Set(command.options.flatMap(\.shownNames))
      let told = Set(manual.heads(of: command.commandName).flatMap(\.names))
      #expect(told.subtracting(declared) == [], "\(command.commandName)")
    }
  }

  @Test func `every long option that the manual mentions exists`() {
    let declared = Set(commands.flatMap(\.options).flatMap(\.shownNames))
    let unknown = manual.mentionedLongNames.subtracting(declared)
    // What stands for a mistyped one, and what the benchmark is told.
    #expect(unknown.subtracting(["--prob", "--only", "--list"]) == [])
  }

  @Test func `no short letter means two things`() {
    var meanings: [String: Set<[String]>] = [:]
    for option in commands.flatMap(\.options) {
      for name in option.shownNames where !name.hasPrefix("--") {
        meanings[name, default: []].insert(option.shownNames.sorted())
      }
    }
    #expect(meanings.filter { $0.value.count > 1 } == [:])
  }

  @Test func `the exit statuses of the manual are those of the program`() {
    let told = manual.exitStatuses.compactMap { Int32($0.status) }
    #expect(told == ExitStatus.allCases.map(\.rawValue))
    #expect(manual.exitStatuses.last?.status == "128+n")
  }

  @Test func `the exit statuses of the README are those of the manual`() throws {
    let rows = try text(of: "README.md").split(separator: "\n").compactMap { line -> Row? in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let isRow = line.hasPrefix("|") && cells.count == 2 && cells[0].first?.isNumber == true
      guard isRow else { return nil }
      return Row(status: cells[0], meaning: cells[1].replacing("`", with: ""))
    }
    #expect(rows == manual.exitStatuses)
  }

  @Test func `the manual has an example of every JSON event`() throws {
    let side = TranscriptEvent.Side.local
    let events: [TranscriptEvent] = [
      .listening, .connecting(to: ""), .connected, .halfClosed(by: side), .closed, .reset,
      .timeout(""),
      .error(""), .programEnded(.exited(0)),
    ]
    let told = try manual.jsonExamples.compactMap { example in
      let object = try JSONSerialization.jsonObject(with: Data(example.utf8))
      return (object as? [String: Any])?["event"] as? String
    }
    #expect(Set(told) == Set(events.map(\.name) + ["sent", "received"]))
    #expect(told.count == Set(told).count)
  }
}

/// One row of the table of exit statuses.
private struct Row: Hashable {
  let status: String
  let meaning: String
}

/// A file of the package.
private func text(of path: String) throws -> String {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return try String(contentsOf: root.appending(path: path), encoding: .utf8)
}

// MARK: What the program declares

private struct Declaration: Decodable {
  let command: DeclaredCommand
}

private struct DeclaredCommand: Decodable {
  let commandName: String
  let arguments: [DeclaredOption]?
  let subcommands: [DeclaredCommand]?

  var realSubcommands: [DeclaredCommand] { (subcommands ?? []).filter { $0.commandName != "help" } }
  var options: [DeclaredOption] { (arguments ?? []).filter { $0.kind != "positional" } }
}

private struct DeclaredOption: Decodable {
  struct Name: Decodable {
    let kind: String
    let name: String
  }

  let kind: String
  let names: [Name]?
  let valueName: String?
  let allValues: [String]?
  let allValueStrings: [String]?

  var values: [String] { allValues ?? allValueStrings ?? [] }
  /// As they are typed: `-x`, `--hex`.
  var shownNames: [String] {
    (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
  }
  /// What the value is called, if it was given a name of its own.
  var chosenValueName: String? {
    valueName.flatMap { name in shownNames.contains("--" + name) ? nil : name }
  }
}

// MARK: What the manual tells

/// The lines of an mdoc page, by the sections that they stand in.
private struct Manual {
  private struct Line {
    let section: String
    let subsection: String
    let text: Substring
  }

  private let lines: [Line]

  init(_ text: String) {
    var (section, subsection) = ("", "")
    var lines: [Line] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(".Sh ") {
        (section, subsection) = (String(line.dropFirst(4)), "")
      } else if line.hasPrefix(".Ss ") {
        subsection = String(line.dropFirst(4))
      } else {
        lines.append(Line(section: section, subsection: subsection, text: line))
      }
    }
    self.lines = lines
  }

  /// The heads of the options that a subcommand has: in its own subsection, and in those that its
  /// own refers to.
  func heads(of command: String) -> [OptionHead] {
    let own = lines.filter { $0.section == "COMMANDS" && $0.subsection == command }
    let shared = own.filter { $0.text.hasPrefix(".Sx ") }.map { line in
      line.text.dropFirst(4).trimmingCharacters(in: CharacterSet(charactersIn: " ,."))
    }
    return lines.filter { line in
      line.section == "COMMANDS" && ([command] + shared).contains(line.subsection)
    }.compactMap { OptionHead($0.text) }
  }

  /// All long options, in macros and in commands to be typed, other programs' commands excepted.
  var mentionedLongNames: Set<String> {
    var names: Set<String> = []
    for line in lines where !line.text.hasPrefix("$ ") || line.text.contains("sockcat ") {
      let text = line.text.split(separator: " Ta ").last ?? line.text
      let words = text.split { " ,[]()|'\"".contains($0) }
      for (before, word) in zip([""] + words, words) {
        let isMacro = before == "Fl" && word.hasPrefix("-")
        guard isMacro || word.hasPrefix("--") else { continue }
        let name = "--" + word.drop { $0 == "-" }
        if name.wholeMatch(of: /--[a-z][a-z0-9-]*/) != nil { names.insert(name) }
      }
    }
    return names
  }

  /// The rows of EXIT STATUS; a meaning may take several lines.
  var exitStatuses: [Row] {
    var rows: [Row] = []
    for line in lines where line.section == "EXIT STATUS" {
      if line.text.hasPrefix(".It Li ") {
        rows.append(Row(status: String(line.text.dropFirst(7)), meaning: ""))
      } else if line.text.hasPrefix(".El") {
        break
      } else if let row = rows.popLast() {
        let meaning = row.meaning.isEmpty ? String(line.text) : row.meaning + " " + line.text
        rows.append(Row(status: row.status, meaning: meaning))
      }
    }
    return rows
  }

  /// The objects of the subsection JSON, each put together from its lines.
  var jsonExamples: [String] {
    var examples: [String] = []
    for line in lines where line.section == "DUMPS AND JSON" && line.subsection == "JSON" {
      if line.text.hasPrefix("{") {
        examples.append(String(line.text))
      } else if line.text.hasPrefix("  "), let begun = examples.popLast() {
        examples.append(begun + line.text.dropFirst(2))
      }
    }
    return examples.map { $0.replacing("\\e", with: "\\") }
  }
}

/// What stands over an option's paragraph: its names, and what its value is called.
private struct OptionHead: CustomStringConvertible {
  let description: String
  let names: [String]
  /// Words to choose from.
  private let choices: [String]
  private let valueName: String?

  /// Nil if a line is none, as `.It Fl x , Fl -hex` is one.
  init?(_ line: Substring) {
    guard line.hasPrefix(".It Fl ") else { return nil }
    description = String(line)
    var (names, choices): ([String], [String]) = ([], [])
    var valueName: String?
    var macro = ""
    for word in line.split(separator: " ").dropFirst() {
      switch (macro, word) {
      case (_, "Fl"), (_, "Cm"), (_, "Ar"): macro = String(word)
      case (_, ","), (_, "|"): continue
      case ("Fl", _): names.append("-" + word)
      case ("Cm", _): choices.append(String(word))
      default: valueName = String(word)
      }
    }
    (self.names, self.choices, self.valueName) = (names, choices, valueName)
  }

  func contains(_ option: DeclaredOption) -> Bool {
    !Set(names).isDisjoint(with: option.shownNames)
  }

  /// Whether the value is told as it was declared: its choices, or its name.
  func hasValue(of option: DeclaredOption) -> Bool {
    let hasNames = Set(option.shownNames).isSubset(of: names)
    if option.kind == "flag" { return hasNames && choices.isEmpty && valueName == nil }
    guard option.values.isEmpty else { return hasNames && choices == option.values }
    return hasNames && choices.isEmpty && valueName != nil
      && (option.chosenValueName == nil || option.chosenValueName == valueName)
  }
}
