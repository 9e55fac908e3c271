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
  case noRoom(String, needed: Int, free: Int)
  case lost(Int, of: Int)
  /// It has lost no datagrams, whatever was sent.
  case lossless(String)
  /// It has nothing that does this.
  case cannot(String)
  /// It said something else than it says where it works.
  case strangeOutput(String, String)
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
    case .noRoom(let path, let needed, let free):
      "\(path) has \(free >> 20) MiB free, \(needed >> 20) MiB are needed and some more"
    case .lost(let arrived, let count): "\(arrived) of \(count) bytes have arrived"
    case .lossless(let program): "\(program) loses too little at every rate that was tried"
    case .cannot(let program): "\(program) cannot do this"
    case .strangeOutput(let program, let words): "\(program) says \(words)"
    case .interrupted: "interrupted"
    }
  }
}
