import Foundation
import TestSupport
import Testing

/// The checked-in completion scripts, compared with what the program generates.
@Suite struct CompletionTests {
  static let folder = ScriptTests.folder.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "completions")

  static let scripts = [
    ("bash", "sockcat.bash"), ("zsh", "_sockcat"), ("fish", "sockcat.fish"),
  ]

  @Test(arguments: scripts)
  func `the script is what the program generates`(shell: String, file: String) throws {
    let program = try ChildProgram(ScriptTests.sockcat, "--generate-completion-script", shell)
    #expect(try program.wait().status == 0)
    let script = try Data(contentsOf: Self.folder.appending(path: file))
    let isSame = Array(script) == program.contents(of: .output)
    #expect(isSame, "run: make completions")
  }

  @Test(arguments: scripts)
  func `the shell accepts the script`(shell: String, file: String) throws {
    let program = try ChildProgram(shell, "-n", Self.folder.appending(path: file).path)
    #expect(try program.wait().status == 0)
    #expect(program.contents(of: .error).isEmpty)
  }

  /// Left out is what the parser writes everywhere: word lists that are meant to be split, and a trap
  /// that is meant to be expanded when it is set.
  @Test func `shellcheck finds nothing in the script for bash`() throws {
    let file = Self.folder.appending(path: "sockcat.bash").path
    let program = try ChildProgram(
      "shellcheck", "--shell=bash", "--exclude=SC2207,SC2064", file)
    #expect(try program.wait().status == 0)
    #expect(String(decoding: program.contents(of: .output), as: UTF8.self) == "")
  }

  @Test func `an unknown shell is a usage error`() throws {
    let program = try ChildProgram(ScriptTests.sockcat, "--generate-completion-script", "csh")
    #expect(try program.wait().status == 64)
  }
}
