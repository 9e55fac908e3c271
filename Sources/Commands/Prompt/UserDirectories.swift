import Glibc

/// Where this user's files are, as the XDG Base Directory Specification has it.
///
/// A variable that is not absolute is ignored. Without a home there are no such files.
struct UserDirectories: Sendable, Equatable {
  /// For what he writes: `$XDG_CONFIG_HOME/sockcat`.
  let configuration: String?
  /// For what is to last: `$XDG_STATE_HOME/sockcat`.
  let state: String?

  /// Finds them by a function that knows the variables.
  init(_ variable: (String) -> String?) {
    func folder(_ name: String, _ usual: String) -> String? {
      if let value = variable(name), value.hasPrefix("/") { return value + "/sockcat" }
      guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
      return home + "/" + usual + "/sockcat"
    }
    configuration = folder("XDG_CONFIG_HOME", ".config")
    state = folder("XDG_STATE_HOME", ".local/state")
  }

  /// By this process's environment.
  static var current: UserDirectories {
    UserDirectories { name in getenv(name).map { String(cString: $0) } }
  }

  /// The configuration file.
  var configurationFile: String? { configuration.map { $0 + "/config" } }
  /// The word lists that he has written, one file for each protocol.
  var words: String? { configuration.map { $0 + "/words" } }
}
