import Sockets

/// The files that a command line names, checked before any of them is opened.
extension ConversationPlan {
  func checkFiles() throws(UsageError) {
    if ready?.portFile != nil, !endpoint.hasPort {
      throw UsageError("--port-file needs an endpoint with a port")
    }
  }
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
