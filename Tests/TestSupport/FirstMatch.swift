import Glibc

/// Returns the first match of a POSIX extended regular expression and its groups, or nil.
///
/// The subject may hold any bytes. `^` and `$` match at lines, and `.` matches no newline. A group
/// that took no part is empty. The corresponding C functions are `regcomp` and `regexec`.
///
/// - Throws: ``TestError`` if the pattern is malformed.
public func firstMatch(of pattern: String, in subject: [UInt8]) throws -> [String]? {
  var regex = regex_t()
  let code = regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE)
  guard code == 0 else {
    var message = [CChar](repeating: 0, count: 200)
    regerror(code, &regex, &message, message.count)
    throw TestError("bad pattern '\(pattern)': \(message.withUnsafeBufferPointer(text))")
  }
  defer { regfree(&regex) }
  var groups = [regmatch_t](repeating: regmatch_t(), count: regex.re_nsub + 1)
  groups[0] = regmatch_t(rm_so: 0, rm_eo: regoff_t(subject.count))
  // The byte after the subject gives an empty one an address; REG_STARTEND keeps it out.
  let found = (subject + [0]).withUnsafeBytes {
    regexec(
      &regex, $0.assumingMemoryBound(to: CChar.self).baseAddress, groups.count, &groups,
      REG_STARTEND)
  }
  guard found == 0 else { return nil }
  return groups.map {
    $0.rm_so < 0 ? "" : String(decoding: subject[Int($0.rm_so)..<Int($0.rm_eo)], as: UTF8.self)
  }
}

private func text(_ characters: UnsafeBufferPointer<CChar>) -> String {
  characters.baseAddress.map { String(cString: $0) } ?? ""
}
