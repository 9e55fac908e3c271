import Foundation
import Glibc

/// A directory under `/tmp` that is removed, with all that is in it, when its owner goes.
///
/// The path is short, so that Unix sockets in it stay below the 108 bytes of `sun_path`.
public final class TemporaryDirectory {
  /// The absolute path, without a slash at the end.
  public let path: String

  /// Creates an empty directory that only this user may enter.
  ///
  /// The corresponding C function is `mkdtemp`.
  public init() throws {
    // The six letters at the end are where the name is made.
    var template = Array(("/tmp/sockcat-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else { throw TestError(couldNot: "create a directory in /tmp") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { close() }

  /// Returns the path of a file in the directory; an absolute name stays as it is.
  public func path(of name: String) -> String {
    name.hasPrefix("/") ? name : "\(path)/\(name)"
  }

  /// Writes a file, replacing an older one and creating the directories on its way.
  public func write(_ content: some Sequence<UInt8>, to name: String) throws {
    var directory = path
    for component in name.split(separator: "/").dropLast() {
      directory += "/\(component)"
      mkdir(directory, 0o777)
    }
    try writeFile(path(of: name), Array(content))
  }

  /// Returns the content of a file.
  public func read(_ name: String) throws -> [UInt8] { try readFile(path(of: name)) }

  /// Removes the directory; a second call does nothing.
  ///
  /// What cannot be removed is left: a test must not fail for its litter.
  public func close() { try? FileManager.default.removeItem(atPath: path) }
}
