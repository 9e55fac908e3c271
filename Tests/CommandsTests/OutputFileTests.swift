import Glibc
import Sockets
import TestSupport
import Testing

@testable import Commands

@Suite struct OutputFileTests {
  @Test func `a failure names the file that could not be written`() async throws {
    let subject = try await onLoop { loop -> StreamError.Subject? in
      let file = try await OutputFile.open(
        "/dev/full", isAtomic: false, appends: false, on: loop)
      defer { try? file.finish(isClean: false) }
      do throws(StreamError) {
        _ = try file.tryWrite([1, 2, 3].span.bytes)
        return nil
      } catch {
        #expect(error.subject == file.subject)
        return error.subject
      }
    }
    #expect(subject == .file("/dev/full"))
  }
}
