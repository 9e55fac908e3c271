import Foundation
import TestSupport
import Testing

/// The scripts of this folder, each driving the program that was built beside the tests.
///
/// There is no `.timeLimit`: it counts from when the suite starts, thus also the time that a script
/// waits for its turn. ``ScriptRunner`` bounds each run by itself, and then has a report to show.
///
/// `SOCKCAT` names another program to test, `SCRIPT` limits the run to names that contain it.
@Suite struct ScriptTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Scripts")

  /// Scripts for sockcat itself, ready to be taken.
  static let examples = folder.deletingLastPathComponent().appending(path: "ExampleScripts")

  static let scripts =
    FileManager.default.enumerator(atPath: folder.path)
    .map { $0.compactMap { $0 as? String } }?
    .filter { $0.hasSuffix(".txt") && $0.contains(environment["SCRIPT"] ?? ".txt") }
    .sorted() ?? []

  static let sockcat =
    environment["SOCKCAT"]
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "sockcat").path

  private static let environment = ProcessInfo.processInfo.environment

  @Test(arguments: scripts) func `a script does what it says`(name: String) async throws {
    let file = Self.folder.appending(path: name)
    let script = Script(name: name, text: Array(try Data(contentsOf: file)))
    guard
      let failure = await onThread({
        ScriptRunner.run(script, sockcat: Self.sockcat, variables: Self.variables(for: name))
      })
    else { return }
    Issue.record(
      "\(failure)",
      sourceLocation: SourceLocation(
        fileID: "sockcatTests/\(name)", filePath: file.path, line: failure.line, column: 1))
  }
  /// What a script finds in its environment; certificates are made only for those that need them.
  private static func variables(for name: String) -> [String: String] {
    var variables = ["EXAMPLES": examples.path]
    if name.hasPrefix("tls-") {
      // Without them the first statement that names one says so.
      variables["CERTIFICATES"] = try? TestCertificates.folder.get()
    }
    return variables
  }
}
