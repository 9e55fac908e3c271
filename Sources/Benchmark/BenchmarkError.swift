import SystemPackage

/// Why something could not be measured.
enum BenchmarkError: Error, Equatable {
  case notInstalled(String)
  case notStarted(String, Errno)
  case ended(String, saying: String)
  case notReady(String)
  case refused(String, Errno)
  /// It took longer than it may, which a machine that is merely busy does not explain.
  case tooSlow(String)
  case unreadable(String)
  case interrupted

  /// What a person is told.
  var text: String {
    switch self {
    case .notInstalled(let program): "\(program) is not there: `make bench` installs it"
    case .notStarted(let program, let errno): "start \(program): \(errno)"
    case .ended(let program, let words): "\(program) ended by itself: \(words)"
    case .notReady(let program): "\(program) does not listen"
    case .refused(let what, let errno): "\(what): \(errno)"
    case .tooSlow(let what): "\(what) takes too long"
    case .unreadable(let path): "\(path) cannot be read"
    case .interrupted: "interrupted"
    }
  }
}
