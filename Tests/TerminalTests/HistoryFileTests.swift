import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Terminal

@Suite struct HistoryFileTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.path(of: "history") }

  init() throws { directory = try TemporaryDirectory() }

  private func history(_ limit: Int = 100) -> HistoryFile { HistoryFile(path: path, limit: limit) }

  private func lines(_ limit: Int = 100) -> [String] {
    history(limit).load().map { String(decoding: $0, as: UTF8.self) }
  }

  private func content() throws -> String {
    String(decoding: try directory.read("history"), as: UTF8.self)
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func `what was added is there the next time`() throws {
    let first = history()
    for line in ["one", "two", "größer"] { try first.append(Array(line.utf8)) }
    #expect(lines() == ["one", "two", "größer"])
    #expect(lines(2) == ["two", "größer"])
    #expect(try content() == "one\ntwo\ngrößer\n")
  }

  @Test func `a file that is not there is no history`() {
    #expect(lines() == [])
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `the same line again is added once`() throws {
    let first = history()
    for line in ["a", "a", "b", "a"] { try first.append(Array(line.utf8)) }
    #expect(lines() == ["a", "b", "a"])
  }

  @Test(
    arguments: [
      [], Array("a\u{1b}[2Jb".utf8), Array("a\nb".utf8), Array("a\tb".utf8), [0x61, 0xff],
      Array("a\u{202e}b".utf8), [UInt8](repeating: 0x61, count: 4097),
    ] as [[UInt8]])
  func `a line that cannot be shown as it is, is not kept`(line: [UInt8]) throws {
    try history().append(line)
    #expect(lines() == [])
    try directory.write(Array("a\n".utf8) + line + Array("\nb\n".utf8), to: "history")
    #expect(lines().first == "a" && lines().last == "b")
    #expect(!history().load().contains(line))
  }

  @Test func `a limit of none keeps nothing`() throws {
    try history(0).append(Array("a".utf8))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `a line that was cut off is ended`() throws {
    try directory.write(Array("whole\nto".utf8), to: "history")
    try history().append(Array("next".utf8))
    #expect(try content() == "whole\nto\nnext\n")
  }

  @Test func `twice the limit is trimmed to the limit`() throws {
    let first = history(10)
    for number in 1...20 { try first.append(Array(String(number).utf8)) }
    #expect(lines(100).count == 20)
    try directory.write(Array("rest".utf8), to: "history.new")
    try first.append(Array("21".utf8))
    #expect(lines(100) == (12...21).map { String($0) })
    #expect(mode(path) == 0o600)
    #expect(!FileManager.default.fileExists(atPath: path + ".new"))
  }

  @Test func `of a huge file only the end is read, and it is trimmed`() throws {
    let filler = Array(repeatElement(Array("filler\n".utf8), count: 100).joined())
    try directory.write(Array("first\n".utf8) + filler + Array("last\n".utf8), to: "history")
    let huge = HistoryFile(path: path, limit: 1000, sizeLimit: 200)
    let loaded = huge.load()
    #expect(loaded.count == 1 + 195 / 7 && loaded.last == Array("last".utf8))
    try huge.append(Array("new".utf8))
    #expect(try content().utf8.count <= 100)
    #expect(lines(2) == ["last", "new"])
  }
}

/// Who may read and write it.
@Suite struct HistoryFilePermissionsTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.path(of: "a/b/history") }

  init() throws { directory = try TemporaryDirectory() }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func add(_ line: String) throws(Errno) {
    try HistoryFile(path: path, limit: 100).append(Array(line.utf8))
  }

  /// An open umask is the process's, so all that depends on it stands in one test; what others
  /// create meanwhile is in directories that only this user may enter.
  @Test func `it and its folders are ours alone from their creation`() throws {
    let mask = umask(0)
    defer { umask(mask) }
    try add("a")
    #expect(mode(path) == 0o600)
    #expect(mode(directory.path(of: "a/b")) == 0o700)
    #expect(mode(directory.path(of: "a")) == 0o700)
  }

  @Test func `a wider mode is narrowed before anything is read or written`() throws {
    try directory.write(Array("old\n".utf8), to: "a/b/history")
    chmod(path, 0o644)
    #expect(HistoryFile(path: path, limit: 1).load().count == 1)
    #expect(mode(path) == 0o600)
    chmod(path, 0o666)
    try add("new")
    #expect(mode(path) == 0o600)
  }

  @Test func `a link to a file of one's own is kept and followed`() throws {
    try directory.write([], to: "a/b/other")
    symlink("other", path)
    let history = HistoryFile(path: path, limit: 2)
    for number in 1...5 { try history.append(Array(String(number).utf8)) }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "other")
    #expect(try directory.read("a/b/other") == Array("4\n5\n".utf8))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func `somebody else's file is refused`() throws {
    try directory.write(Array("old\n".utf8), to: "a/b/history")
    chown(path, 1, 1)
    #expect(throws: Errno.permissionDenied) { try add("new") }
    #expect(HistoryFile(path: path, limit: 1).load().isEmpty)
    #expect(try directory.read("a/b/history") == Array("old\n".utf8))
  }

  @Test func `what is no file keeps nothing`() throws {
    try directory.write([], to: "a/b/other")
    symlink("/dev/null", path)
    try add("a")
    #expect(HistoryFile(path: path, limit: 1).load().isEmpty)
    unlink(path)
    mkfifo(path, 0o600)
    try add("a")
    #expect(HistoryFile(path: path, limit: 1).load().isEmpty)
  }

  @Test func `what is in the way is thrown`() throws {
    try directory.write([], to: "a/b")
    #expect(throws: Errno.notDirectory) { try add("a") }
    unlink(directory.path(of: "a/b"))
    try directory.write([], to: "a/b/history/x")
    #expect(throws: Errno.isDirectory) { try add("a") }
  }
}
