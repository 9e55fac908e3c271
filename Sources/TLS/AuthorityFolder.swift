import Glibc
import Sockets
import SystemPackage

/// A folder of authorities' certificates.
struct AuthorityFolder {
  private let path: String
  private let names: [String]

  /// Looks into it; nil if it is none.
  init?(_ path: String) {
    guard TextFile.kind(of: path) == S_IFDIR else { return nil }
    self.path = path.hasSuffix("/") ? path : path + "/"
    names = TextFile.names(in: path).sorted()
  }

  /// Whether `openssl rehash` was here: then OpenSSL finds by name what it needs, when it does.
  var isHashed: Bool { names.contains(where: Self.isHash) }

  /// The bytes of each file that is named as a certificate, whatever is in it.
  ///
  /// - Throws: which one cannot be read: whoever is trusted by mistake less than was meant would be
  ///   told of a stranger.
  func contents() throws(StreamError) -> [[UInt8]] {
    var contents: [[UInt8]] = []
    for name in names where Self.isCertificate(name) {
      // Pipes and folders have names as well; of what is not there reading tells.
      let kind = TextFile.kind(of: path + name)
      guard kind == nil || kind == S_IFREG else { continue }
      contents.append(try TrustFiles.bytes(of: path + name, limit: Self.sizeLimit))
    }
    return contents
  }

  /// Far above all authorities of a system in one file.
  private static let sizeLimit = 4 * 1024 * 1024

  private static func isCertificate(_ name: String) -> Bool {
    let name = name.lowercased()
    return [".pem", ".crt", ".cer"].contains { name.hasSuffix($0) }
  }

  /// Whether a name is a hash of a subject and a number.
  private static func isHash(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 8, !parts[1].isEmpty else { return false }
    return parts[0].allSatisfy(\.isHexDigit) && parts[1].allSatisfy(\.isWholeNumber)
  }
}
