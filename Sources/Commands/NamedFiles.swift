import Glibc
import Sockets

/// The files that a command line names, checked before any of them is opened.
extension ConversationPlan {
  func checkFiles() throws(UsageError) {
    if ready?.portFile != nil, !endpoint.hasPort {
      throw UsageError("--port-file needs an endpoint with a port")
    }
    let files = namedFiles
    for (position, file) in files.enumerated() {
      for other in files[..<position] where isSameFile(file.path, other.path) {
        throw UsageError(other.option + " and " + file.option + " name the same file")
      }
    }
  }

  private var namedFiles: [(option: String, path: String)] {
    var files: [(option: String, path: String)] = []
    if case .file(let path) = input.origin { files.append(("--input", path)) }
    if let path = output.file { files.append(("--output", path)) }
    if let path = output.dump, path != "-" { files.append(("--dump", path)) }
    if let path = output.recordedScript { files.append(("--record-script", path)) }
    if let path = output.recordedMock { files.append(("--record-mock", path)) }
    if case .file(let path)? = script?.origin { files.append(("--script", path)) }
    if let path = script?.report.file { files.append(("--report-file", path)) }
    if let path = ready?.portFile { files.append(("--port-file", path)) }
    return files
  }
}

/// Whether two names are of one file; devices, such as a terminal or `/dev/null`, are none.
private func isSameFile(_ path: String, _ other: String) -> Bool {
  var (first, second) = (stat(), stat())
  guard stat(path, &first) == 0, stat(other, &second) == 0 else { return path == other }
  return FileIdentity(first) == FileIdentity(second) && first.st_mode & S_IFMT != S_IFCHR
}

extension Endpoint {
  /// Whether there is a port to be told; an inherited socket shows it later.
  fileprivate var hasPort: Bool {
    switch self {
    case .unix, .abstract: false
    default: true
    }
  }
}
