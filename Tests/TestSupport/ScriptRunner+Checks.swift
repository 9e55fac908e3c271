import Glibc

extension ScriptRunner {
  /// Statements about the last finished program and about files; false if it is none of them.
  func check(_ statement: Statement) throws -> Bool {
    switch statement.verb {
    case "status":
      let wanted = try statement.take("N")[0].text
      let status = try finished().status()
      try expect(Int32(wanted) == status, "status is \(status), not \(wanted)")
    case "stdout": try checkMatch(.output, statement)
    case "stderr": try checkMatch(.error, statement)
    case "stdout-is": try checkContent(.output, statement)
    case "stderr-is": try checkContent(.error, statement)
    case "cmp": try compare(statement)
    case "exists":
      let path = try directory.path(of: statement.take("FILE", canBeNegated: true)[0].text)
      let isThere = access(path, F_OK) == 0
      try expect(isThere != statement.isNegated, "\(path) \(isThere ? "exists" : "is not there")")
    case "mode":
      let words = try statement.take("FILE OCTAL")
      let mode = try mode(of: directory.path(of: words[0].text))
      try expect(mode == words[1].text, "mode of \(words[0].text) is \(mode)")
    default: return false
    }
    return true
  }

  private func checkMatch(_ stream: ChildProgram.Stream, _ statement: Statement) throws {
    let pattern = try statement.take("REGEX", canBeNegated: true)[0].text
    let match = try firstMatch(of: pattern, in: finished().contents(of: stream))
    let isFound = match != nil
    try expect(
      isFound != statement.isNegated,
      "\(stream.rawValue) \(isFound ? "matches" : "does not match") '\(pattern)'")
  }

  private func checkContent(_ stream: ChildProgram.Stream, _ statement: Statement) throws {
    let wanted = try bytes(statement.take("BYTES")[0])
    let content = try finished().contents(of: stream)
    try expect(content == wanted, difference(stream.rawValue, content, "what was wanted", wanted))
  }

  private func compare(_ statement: Statement) throws {
    let names = try statement.take("FILE FILE", canBeNegated: true).map(\.text)
    let (first, second) = try (content(names[0]), content(names[1]))
    try expect(
      (first == second) != statement.isNegated, difference(names[0], first, names[1], second))
  }

  private func content(_ name: String) throws -> [UInt8] {
    guard let stream = ChildProgram.Stream(rawValue: name) else { return try directory.read(name) }
    return try finished().contents(of: stream)
  }

  private func finished() throws -> ChildProgram {
    guard let last else { throw TestError("no program has finished yet") }
    return last
  }
}

private func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw TestError(message()) }
}

private func mode(of path: String) throws -> String {
  var status = stat()
  guard stat(path, &status) == 0 else { throw TestError(couldNot: "look at \(path)") }
  return String(status.st_mode & 0o7777, radix: 8)
}

private func difference(
  _ name: String, _ content: [UInt8], _ other: String, _ wanted: [UInt8]
) -> String {
  if content == wanted { return "\(name) and \(other) are equal" }
  let same = zip(content, wanted).prefix { $0 == $1 }.count
  return "\(name) (\(content.count) bytes) and \(other) (\(wanted.count) bytes) "
    + "differ from byte \(same + 1) on: "
    + "\(excerpt(content.dropFirst(same))) and \(excerpt(wanted.dropFirst(same)))"
}

private func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
  String(decoding: bytes.prefix(32), as: UTF8.self).debugDescription
}
