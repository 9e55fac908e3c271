import CLinux
import Glibc
package import SystemPackage

/// Small files read whole, such as those of `/proc` and `/etc`.
package enum TextFile {
  /// The bytes of a file, up to a limit; in `/proc` a file has no size before it is read.
  package static func bytes(
    of path: String, limit: Int = 16 * 1024 * 1024
  ) throws(Errno) -> [UInt8] {
    let file = try Descriptor(opening: path, flags: O_RDONLY)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.count < limit {
      let count = try systemCall { read(file.number, &buffer, buffer.count) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Whether a read may take for ever, as of a named pipe: of what is no file on a disk.
  package static func mayWait(_ path: String) -> Bool {
    guard let kind = kind(of: path) else { return false }
    return kind != S_IFREG && kind != S_IFDIR
  }

  /// Which kind of file it is, in the bits of `S_IFMT` and links followed; nil if there is none.
  ///
  /// The corresponding C function is `stat`.
  package static func kind(of path: String) -> UInt32? {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & S_IFMT : nil
  }

  /// The lines of a file, none if it cannot be read.
  package static func lines(of path: String) -> [Substring] {
    guard let bytes = try? bytes(of: path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// The names in a directory, none if it cannot be read.
  ///
  /// The corresponding C function is `readdir`.
  package static func names(in directory: String) -> [String] {
    guard let handle = opendir(directory) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Where a symbolic link points; nil if it is none.
  ///
  /// The corresponding C function is `readlink`.
  package static func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    return readlink(path, &buffer, buffer.count - 1) < 0 ? nil : text(upToZero: buffer)
  }
}
