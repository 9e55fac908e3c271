import Relaying
package import Sockets

/// What a program makes of one message: it reads it, and all that it writes is the answer.
package enum ProgramAnswer {
  /// Runs a program to its end.
  ///
  /// An answer longer than the limit, in bytes, ends the program.
  ///
  /// - Throws: that it cannot be started, ``AnswerTooLong``, or `.cancelled`; it has ended then.
  package static func run(
    _ launch: ProgramLaunch, reading message: [UInt8], limit: Int, on loop: EventLoop
  ) async throws(StreamError) -> (answer: [UInt8], reason: ExitReason) {
    let program = try ProcessStream(launch, on: loop)
    do throws(StreamError) {
      let answer = try await exchange(program, message, limit, launch)
      guard let reason = await program.child.wait() else {
        throw StreamError(.read, .program(launch.executable), .cancelled)
      }
      try? program.close()  // it has ended, and was read to its end
      return (answer, reason)
    } catch {
      try? program.close()  // the error that brought us here says more
      await program.child.waitForTermination()
      throw error
    }
  }

  private static func exchange(
    _ program: ProcessStream, _ message: [UInt8], _ limit: Int, _ launch: ProgramLaunch
  ) async throws(StreamError) -> [UInt8] {
    let outcome = await withTaskGroup(of: Result<[UInt8]?, StreamError>.self) { group in
      group.addTask {
        // A program may not want its input, or not all of it.
        try? await program.write(message)
        try? await program.closeWrite(by: .never)
        return .success(nil)
      }
      group.addTask {
        await result { () throws(StreamError) in
          try await readAll(of: program, limit, launch) as [UInt8]?
        }
      }
      defer { group.cancelAll() }
      while let ended = await group.next() {
        if case .success(nil) = ended { continue }
        return ended
      }
      return .success([])
    }
    return try outcome.get() ?? []
  }

  private static func readAll(
    of program: ProcessStream, _ limit: Int, _ launch: ProgramLaunch
  ) async throws(StreamError) -> [UInt8] {
    var answer: [UInt8] = []
    while let bytes = try await program.read(limit: 16 * 1024) {
      answer += bytes
      if answer.count > limit {
        throw StreamError(.read, .program(launch.executable), .layer(AnswerTooLong(limit: limit)))
      }
    }
    return answer
  }
}

/// A program has written more than one answer can be.
package struct AnswerTooLong: LayerError {
  let limit: Int
  package var failure: FailureClass { .local }
  package var text: String { "its answer is longer than " + String(limit) + " bytes" }
}
