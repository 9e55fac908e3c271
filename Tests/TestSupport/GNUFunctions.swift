import Glibc

/// Functions of the GNU C library that Swift's Glibc module leaves out, because it is built
/// without `_GNU_SOURCE`.
enum GNUFunctions {
  /// Opens a descriptor that is readable once a process has ended.
  static let pidfdOpen = find(
    "pidfd_open", as: (@convention(c) (pid_t, CUnsignedInt) -> Int32).self)

  /// Creates a pipe with flags from the start.
  static let pipe2 = find(
    "pipe2", as: (@convention(c) (UnsafeMutablePointer<Int32>, Int32) -> Int32).self)

  /// Adds closing all descriptors from one on to what a spawned child does.
  static let addCloseFrom = find(
    "posix_spawn_file_actions_addclosefrom_np",
    as: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)

  /// Adds a change of the working directory to what a spawned child does.
  static let addChangeDirectory = find(
    "posix_spawn_file_actions_addchdir_np",
    as: (@convention(c) (
      UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>
    ) -> Int32).self)

  private static func find<Function>(_ name: String, as type: Function.Type) -> Function {
    guard let symbol = dlsym(nil, name) else { fatalError("the C library has no \(name)") }
    return unsafeBitCast(symbol, to: type)
  }
}
