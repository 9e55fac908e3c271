import Foundation
import Scripting
import Testing

@testable import Commands

/// The manual's section on the prompt, held against the tables behind the prompt.
@Suite struct PromptManualTests {
  private let section: Substring

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let manual = try String(contentsOf: root.appending(path: "man/sockcat.1"), encoding: .utf8)
    let start = try #require(manual.range(of: ".Sh THE PROMPT\n")).upperBound
    section = manual[start...].prefix(
      upTo: try #require(manual[start...].range(of: "\n.Sh ")).lowerBound)
  }

  /// The heads of a subsection's list, without macros.
  private func heads(of subsection: String) throws -> [String] {
    let start = try #require(section.range(of: ".Ss " + subsection + "\n")).upperBound
    let end = section[start...].range(of: "\n.Ss ")?.lowerBound ?? section.endIndex
    return section[start..<end].split(separator: "\n").filter { $0.hasPrefix(".It Li ") }.map {
      let words = $0.split(separator: " ").dropFirst(2)
      let isOptional = words.contains("Op")
      let plain = words.filter { !["Ar", "Cm", "Op"].contains($0) }
      guard isOptional, let last = plain.last else { return plain.joined(separator: " ") }
      return (plain.dropLast() + ["[\(last)]"]).joined(separator: " ")
    }
  }

  @Test func `every command is told in the order and with the arguments of the help`() throws {
    let commands = CommandDescription.all.map { command in
      (["/" + command.name]
        + command.usage.split(separator: "|").joined(separator: " | ")
        .split(separator: " ").map(String.init)).joined(separator: " ")
    }
    #expect(try heads(of: "Commands") == commands)
  }

  @Test func `every name of the configuration is told`() throws {
    let names = try heads(of: "The configuration file").compactMap {
      $0.split(separator: " ").first
    }
    #expect(Set(names.map(String.init)) == Set(ConfigurationReader.names + ["@NAME"]))
  }

  @Test func `every protocol is told with its ports`() throws {
    let rows = try heads(of: "Completion").map { $0.components(separatedBy: " Ta ") }
    #expect(rows.map { $0[0] } == ProtocolWords.names(in: nil))
    for row in rows {
      for port in row[1].components(separatedBy: ", ") {
        #expect(ProtocolWords.name(forPort: try #require(UInt16(port))) == row[0])
      }
    }
  }

  @Test func `the question for a password is the pattern of the program`() {
    let pattern = PromptSettings.passwordQuestion.replacing("\\", with: "\\e")
    #expect(section.contains("\n" + pattern + "\n"))
  }

  @Test func `the example of a configuration is one that is understood`() throws {
    let start = try #require(section.range(of: "# how it looks\n")).lowerBound
    let end = try #require(section[start...].range(of: "\n.Ed")).lowerBound
    var reader = ConfigurationReader(path: "config")
    let lines = section[start..<end].replacing("\\e", with: "\\")
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() { try reader.read(line, number: index + 1) }
    let configuration = reader.configuration
    #expect(configuration.prompt == "{peer} {state} > ")
    #expect(configuration.secretPatterns.map(\.text) == [#"(?i)one-time code[^\n]*[:?]\s*$"#])
    #expect(configuration.aliases.map(\.name) == ["mail", "cache", "panel"])
  }
}
