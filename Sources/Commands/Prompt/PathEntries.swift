import ByteText
import Glibc
import Sockets

/// A name in a directory.
struct PathEntry: Hashable, Sendable {
  var name: String
  /// Whether it is a directory, or a link to one.
  var isDirectory = false
}

extension PathEntry {
  /// What there is in a directory that begins with a text; hidden names only if that has their dot.
  ///
  /// Names that would act on the terminal, or are no text, are left out.
  static func entries(of directory: String, prefix: String) -> [PathEntry] {
    let names = TextFile.names(in: directory).filter { name in
      name.hasPrefix(prefix) && (prefix.hasPrefix(".") || !name.hasPrefix("."))
        && safeLine(name) == name && !name.unicodeScalars.contains("\u{fffd}")
    }
    return names.sorted().map { name in
      var status = stat()
      let isThere = stat(directory + "/" + name, &status) == 0
      return PathEntry(name: name, isDirectory: isThere && status.st_mode & S_IFMT == S_IFDIR)
    }
  }
}
