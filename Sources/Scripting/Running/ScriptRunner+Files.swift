import Sockets

/// What files hold whose content a script asks for.
extension ScriptRunner {
  /// Reads what may have to be waited for, such as a named pipe, on a thread of its own.
  ///
  /// Until the scope's contents are forgotten it is not read again, however often it is looked at.
  func readAhead(
    _ paths: [String], at place: Place, in scope: ScriptScope
  ) async throws(ScriptFailure) {
    let (scriptFile, readFile) = (script.files[place.file].name, environment.readFile)
    for path in paths
    where scope.contents[path] == nil && environment.mayWait(path, scriptFile) {
      let outcome = await loop.offload { () -> Result<[UInt8], StreamError> in
        do throws(StreamError) {
          return .success(try readFile(path, scriptFile))
        } catch {
          return .failure(error)
        }
      }
      guard let outcome else { throw cancelled(place, in: scope) }
      scope.contents[path] = try content(at: place) { () throws(StreamError) in
        try outcome.get()
      }
    }
  }

  func content(
    of path: String, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    if let content = scope.contents[path] { return content }
    return try self.content(at: place) { () throws(StreamError) in
      try environment.readFile(path, script.files[place.file].name)
    }
  }

  private func content(
    at place: Place, _ read: () throws(StreamError) -> [UInt8]
  ) throws(ScriptFailure) -> [UInt8] {
    do throws(StreamError) {
      return try read()
    } catch {
      throw ScriptFailure(.stream(error), "", at: place)
    }
  }
}
