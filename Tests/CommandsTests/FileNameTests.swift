import Testing

@testable import Commands

@Suite struct FileNameTests {
  @Test(arguments: ["--output", "--input", "--dump", "--port-file"])
  func `an empty name is no file`(option: String) {
    #expect(throws: UsageError(option + " needs a file's name")) {
      try plan(["listen", "0", option, ""])
    }
  }
}
