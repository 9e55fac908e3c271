import Sockets

/// What files hold whose content a script asks for.
extension ScriptRunner {
  /// Reads what may have to be waited for, such as a named pipe, on a thread of its own.
  ///
  /// It is read once for each time that the statement is run, however often that looks at it.
  func readAhead(_ placed: PlacedStatement, in scope: ScriptScope) async throws(ScriptFailure) {
    scope.contents = [:]
    let (place, readFile) = (placed.place, environment.readFile)
    let scriptFile = script.files[place.file].name
    for path in placed.files
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
