import Foundation
import Scripting
import Testing

@Suite struct ExampleScriptsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../sockcatTests/ExampleScripts").standardized

  @Test(arguments: [
    ("dns-mock", []), ("dns-query", ["server"]), ("http-client", ["target"]), ("http-mock", []),
    ("length-prefixed", []), ("proxy-both-sides", ["proxy", "behind"]), ("redis-client", []),
    ("redis-mock", []), ("smtp-client", ["from", "to"]), ("smtp-mock", []),
  ])
  func `an example makes sense`(name: String, variables: [String]) throws {
    let file = Self.folder.appending(path: name + ".sct")
    let source = ScriptSource(Array(try Data(contentsOf: file)))
    let isRun = source.text(0..<source.bytes.count).contains("sockcat run ")
    let setting = ScriptParser.Setting(
      isRun ? .manyPeers : .onePeer(isDatagram: false), variables: Set(variables)
    ) { _ in .failure(ScriptLoadError("none")) }
    let (_, errors) = ScriptParser.parse(source, name: name, in: setting)
    #expect(errors.map(\.rendered).joined(separator: "\n") == "")
  }
}
