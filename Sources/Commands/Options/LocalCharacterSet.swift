import Glibc

/// The character set that the user's terminal and files are in, from the environment's locale.
enum LocalCharacterSet {
  /// What stands behind the point in `LC_ALL`, `LC_CTYPE` or `LANG`; UTF-8 where nothing does.
  static var name: String {
    for variable in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = getenv(variable).map({ String(cString: $0) }), !value.isEmpty else {
        continue
      }
      let parts = value.split(separator: ".", maxSplits: 1)
      guard parts.count == 2 else { return "UTF-8" }
      return String(parts[1].prefix { $0 != "@" })
    }
    return "UTF-8"
  }
}
