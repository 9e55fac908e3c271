import Sockets
import SystemPackage
import Terminal
import TestSupport
import Testing

@Suite struct TypedInputTests {
  @Test func `messages are read in their order, each by itself`() async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      #expect(input.isEmpty)
      #expect(try input.readNow() == nil)
      for text in ["one", "", "two"] { input.add(text) }
      #expect(!input.isEmpty)
      #expect(try input.readNow() == "one")
      #expect(try input.readNow() == "")
      #expect(try input.readNow() == "two")
      #expect(input.isEmpty)
      #expect(try input.readNow() == nil)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 6])
  func `a message longer than the buffer is read in parts`(limit: Int) async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      input.add("hello")
      input.add("you")
      input.end()
      var parts: [String] = []
      while let part = try input.readNow(limit: limit) { parts.append(part) }
      #expect(parts.joined() == "helloyou")
      #expect(parts.allSatisfy { $0.utf8.count <= limit })
      #expect(parts.count == (5 + limit - 1) / limit + (3 + limit - 1) / limit)
    }
  }

  @Test func `sources and messages keep their order`() async throws {
    try await onLoop { loop async throws in
      let (input, told) = (TypedInput(on: loop), Told())
      input.add("a")
      input.add(BytesSource(Array("file".utf8)), telling: told)
      input.add("b")
      input.add(BytesSource(), telling: told)
      input.add(BytesSource(Array("more".utf8)), telling: told)
      input.end()
      #expect(String(decoding: try await input.readToEnd(), as: UTF8.self) == "afilebmore")
      #expect(told.ends.count == 3)
      #expect(told.ends.allSatisfy { $0 == nil })
    }
  }

  @Test func `what follows a source waits for its end`() async throws {
    try await onLoop { (loop) throws in
      let (input, told, source) = (TypedInput(on: loop), Told(), FedSource(on: loop))
      input.add(source, telling: told)
      input.add("behind")
      #expect(try input.readNow() == nil)
      source.give([0x61])
      #expect(try input.readNow() == "a")
      #expect(told.ends.isEmpty)
      source.finish()
      #expect(try input.readNow() == "behind")
      #expect(told.ends.count == 1)
    }
  }

  @Test func `a source that fails ends nothing else`() async throws {
    try await onLoop { (loop) throws in
      let (input, told, source) = (TypedInput(on: loop), Told(), FedSource(on: loop))
      input.add(source, telling: told)
      input.add("behind")
      source.finish(.failure(StreamError(.read, .file("x"), .system(.ioError))))
      #expect(try input.readNow() == "behind")
      #expect(told.ends.map { $0?.errno } == [.ioError])
    }
  }

  // MARK: Secrets

  @Test func `a secret is hidden from when it is read until the next read`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      told.listen(to: input)
      input.add("open")
      input.add("secret", isSecret: true)
      #expect(try input.readNow() == "open")
      #expect(!told.isHidden)
      #expect(try input.readNow() == "secret")
      #expect(told.isHidden)
      input.add("open again")
      #expect(told.isHidden)
      #expect(try input.readNow() == "open again")
      #expect(!told.isHidden)
    }
  }

  @Test func `every part of a secret is hidden`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      told.listen(to: input)
      input.add("secret", isSecret: true)
      for part in ["se", "cr", "et"] {
        #expect(try input.readNow(limit: 2) == part)
        #expect(told.isHidden)
      }
      // Nothing is there, which is a read too.
      #expect(try input.readNow() == nil)
      #expect(!told.isHidden)
    }
  }

  @Test func `neither a source nor the end is a secret`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      told.listen(to: input)
      input.add("secret", isSecret: true)
      input.add(BytesSource([0x61]), telling: told)
      input.add("another", isSecret: true)
      input.end()
      #expect(try input.readNow() == "secret")
      #expect(try input.readNow() == "a")
      #expect(!told.isHidden)
      // The source's end and what follows it are met in one read.
      #expect(try input.readNow() == "another")
      #expect(told.isHidden)
      #expect(try input.readNow() == nil)
      #expect(!told.isHidden)
    }
  }

  @Test func `a secret message is hidden until the next is taken`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      told.listen(to: input)
      input.add("secret", isSecret: true)
      input.add("open")
      #expect(input.takeText() == "secret")
      #expect(told.isHidden)
      #expect(input.takeText() == "open")
      #expect(!told.isHidden)
      input.add("", isSecret: true)
      #expect(input.takeText() == "")
      #expect(told.isHidden)
      #expect(input.takeText() == nil)
      #expect(!told.isHidden)
    }
  }

  // MARK: Messages

  @Test func `messages are taken whole, an empty one too`() async throws {
    try await onLoop { (loop) throws in
      let input = TypedInput(on: loop)
      #expect(input.takeText() == nil)
      for text in ["one", "", "two"] { input.add(text) }
      #expect(input.takeText() == "one")
      #expect(input.takeText() == "")
      #expect(input.takeText() == "two")
      #expect(input.takeText() == nil)
    }
  }

  @Test func `a source is no message and stays where it is`() async throws {
    try await onLoop { (loop) throws in
      let (input, told) = (TypedInput(on: loop), Told())
      input.add(BytesSource([0x61]), telling: told)
      input.add("behind")
      #expect(input.takeText() == nil)
      #expect(try input.readNow() == "a")
      #expect(try input.readNow() == "behind")
    }
  }
}
