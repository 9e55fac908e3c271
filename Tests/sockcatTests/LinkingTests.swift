import Foundation
import TestSupport
import Testing

/// The programs as `make build` and `make static` leave them.
enum LinkedPrograms {
  static let release = ProcessInfo.processInfo.environment["SOCKCAT_RELEASE"]
  /// `chroot` is for root alone.
  static let canBeTried = release != nil && geteuid() == 0
  static let variables = ["SOCKCAT_RELEASE", "SOCKCAT_STATIC"]
}

/// Both ways to link, each in a root that has no Swift: the program, its few libraries and `/etc`;
/// for the static one nothing but the program.
///
/// `make test` names the two programs; without them there is nothing to look at.
@Suite(.enabled(if: LinkedPrograms.canBeTried)) struct LinkingTests {

  /// A root with the program and what it needs to start.
  private static func root(with variable: String) throws -> TemporaryDirectory {
    let program = try #require(ProcessInfo.processInfo.environment[variable])
    let root = try TemporaryDirectory()
    try copy(program, to: root.path + "/sockcat")
    guard variable == "SOCKCAT_RELEASE" else { return root }
    for library in try libraries(of: program) { try copy(library, to: root.path + library) }
    for file in ["/etc/hosts", "/etc/nsswitch.conf", "/etc/services"] {
      try copy(file, to: root.path + file)
    }
    return root
  }

  private static func copy(_ from: String, to target: String) throws {
    let folder = URL(filePath: target).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: target))
    chmod(target, 0o755)
  }

  /// What `ldd` names: the loader too, but not the kernel's own.
  private static func libraries(of program: String) throws -> [String] {
    let ldd = try ChildProgram("ldd", program)
    #expect(try ldd.status() == 0)
    let text = String(decoding: ldd.contents(of: .output), as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.hasPrefix("/") }
  }

  private static func run(_ root: TemporaryDirectory, _ arguments: [String]) throws -> ChildProgram
  {
    try ChildProgram(ChildProgram.Launch(["chroot", root.path, "/sockcat"] + arguments))
  }

  @Test func `the default program needs glibc alone`() throws {
    let release = try #require(LinkedPrograms.release)
    let names = try Self.libraries(of: release).map { URL(filePath: $0).lastPathComponent }
    #expect(Set(names).isSubset(of: ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"]))
  }

  @Test func `the default program takes libraries from nowhere but the system's places`() throws {
    let release = try #require(LinkedPrograms.release)
    let sections = try ChildProgram("readelf", "--dynamic", release)
    #expect(try sections.status() == 0)
    let text = String(decoding: sections.contents(of: .output), as: UTF8.self)
    #expect(text.contains("libc.so.6") && !text.contains("RUNPATH") && !text.contains("RPATH"))
  }

  @Test func `the default program stays below twenty megabytes`() throws {
    let release = try #require(LinkedPrograms.release)
    let size = try URL(filePath: release).resourceValues(forKeys: [.fileSizeKey]).fileSize
    #expect(try #require(size) < 20_000_000)
  }

  @Test(arguments: LinkedPrograms.variables) func `a bare root is enough to carry bytes`(
    variable: String
  ) throws {
    let root = try Self.root(with: variable)
    let payload = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try root.write(payload, to: "payload")
    let listener = try Self.run(root, ["listen", "127.0.0.1:0", "--output", "/copy"])
    let port = try listener.waitForMatch(of: #"listening on 127\.0\.0\.1:([0-9]+)"#)[1]
    let sender = try Self.run(
      root, ["connect", "127.0.0.1:" + port, "--input", "/payload", "--send-only"])
    #expect(try sender.status() == 0)
    #expect(try listener.status() == 0)
    // A Bool alone: the difference of large arrays would be looked for, for minutes.
    let isSame = try root.read("copy") == payload
    #expect(isSame)
  }

  @Test(arguments: LinkedPrograms.variables)
  func `a bare root is enough for the truth about a failure`(
    variable: String
  ) throws {
    let root = try Self.root(with: variable)
    let refused = try Self.run(root, ["connect", "127.0.0.1:1"])
    #expect(try refused.status() == 3)
    let usage = try Self.run(root, ["connect", "--nonsense"])
    #expect(try usage.status() == 64)
    let version = try Self.run(root, ["--version"])
    #expect(try version.status() == 0)
    #expect(String(decoding: version.contents(of: .output), as: UTF8.self).hasPrefix("0."))
  }
}
