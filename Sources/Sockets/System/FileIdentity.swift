package import Glibc

/// Which file a name or a descriptor stands for.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt

  /// What `stat(2)` says.
  package init(_ status: stat) {
    device = status.st_dev
    inode = status.st_ino
  }
}
