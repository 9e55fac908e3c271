import Foundation
import TestSupport

/// Certificates good and bad, which `Scripts/make-certificates.sh` makes once for a run of tests.
enum TestCertificates {
  /// The folder, or why there is none.
  static let folder = Result { try make() }

  private static func make() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "sockcat-certificates-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    // Static properties are never released, thus no directory would be removed that one owns.
    atexit { removeCertificates() }
    let script = ScriptTests.folder.appending(path: "make-certificates.sh")
    var launch = ChildProgram.Launch(["sh", script.path])
    launch.directory = folder.path
    let shell = try ChildProgram(launch)
    let outcome = try shell.wait(within: .seconds(40))
    guard outcome.status == 0 else {
      throw TestError(String(decoding: shell.contents(of: .error), as: UTF8.self))
    }
    return folder.path
  }

  /// The path of a file in the folder.
  static func path(_ name: String) throws -> String { try folder.get() + "/" + name }
}

private func removeCertificates() {
  // Where none was made, none is removed; what cannot be removed is only litter.
  guard let folder = try? TestCertificates.folder.get() else { return }
  try? FileManager.default.removeItem(atPath: folder)
}
