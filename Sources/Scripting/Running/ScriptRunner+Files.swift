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
      do throws(StreamError) {
        scope.contents[path] = try await loop.offload { () throws(StreamError) in
          try readFile(path, scriptFile)
        }
      } catch {
        throw ScriptFailure(.stream(error), "", at: place)
      }
      if scope.contents[path] == nil { throw cancelled(place, in: scope) }
    }
  }

  func content(
    of path: String, in scope: ScriptScope, at place: Place
  ) throws(ScriptFailure) -> [UInt8] {
    if let content = scope.contents[path] { return content }
    do throws(StreamError) {
      return try environment.readFile(path, script.files[place.file].name)
    } catch {
      throw ScriptFailure(.stream(error), "", at: place)
    }
  }
}
