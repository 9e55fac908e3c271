import Glibc
import Relaying
import Sockets

/// Where the input comes from.
struct OpenInput {
  let source: any ByteSource
  let subject: StreamError.Subject
  let isTerminal: Bool
  let size: Int?

  init(_ context: ConversationContext, readsInput: Bool) async throws(StreamError) {
    let loop = context.loop
    switch context.plan.input.origin {
    case _ where !readsInput:
      (source, subject, isTerminal, size) = (BytesSource(), .standardInput, false, nil)
    case .data(let bytes):
      (source, subject, isTerminal, size) =
        (BytesSource(bytes), .file("--data"), false, bytes.count)
    case .file(let path):
      let number = try await openFile(path, flags: O_RDONLY, subject: .file(path), on: loop)
      source = DescriptorSource(number, subject: .file(path), on: loop)
      (subject, isTerminal, size) = (.file(path), false, fileSize(number))
    case .standard where context.start.closedDescriptors.contains(0):
      (source, subject, isTerminal, size) = (BytesSource(), .standardInput, false, nil)
    case .standard:
      let standard = DescriptorSource(0, subject: .standardInput, on: loop)
      (source, subject) = (standard, .standardInput)
      (isTerminal, size) = (standard.isTerminal, fileSize(0))
    }
  }
}

/// Where the output goes.
struct OpenOutput {
  let sink: any ByteSink
  let file: OutputFile?
  let isTerminal: Bool
  let isFile: Bool

  init(_ context: ConversationContext) async throws(StreamError) {
    let loop = context.loop
    let output = context.plan.output
    if let path = output.file {
      let isAtomic = output.isAtomic && (output.format == .raw || output.format == .escaped)
      let opened = try await OutputFile.open(
        path, isAtomic: isAtomic, appends: output.appends, on: loop)
      if opened.isOfAnother {
        context.messages.say(
          StreamError.Subject.file(path).text
            + ": others own it, so it is written in place and not replaced when it is whole")
      }
      (sink, file) = (opened, opened)
      (isTerminal, isFile) = (opened.isTerminal, opened.isRegular)
    } else if context.start.closedDescriptors.contains(1) {
      sink = ClosedSink(subject: .standardOutput, on: loop)
      (file, isTerminal, isFile) = (nil, false, false)
    } else {
      let standard = DescriptorSink(1, subject: .standardOutput, on: loop)
      (sink, file) = (standard, nil)
      (isTerminal, isFile) = (standard.isTerminal, fileSize(1) != nil)
    }
  }
}

/// The size of a regular file from its current position on, nil for anything else.
func fileSize(_ number: Int32) -> Int? {
  var status = stat()
  guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return max(0, Int(status.st_size) - max(0, Int(lseek(number, 0, SEEK_CUR))))
}

/// Whether a path is a regular file, which can be read from its start again and again.
func isRegularFile(_ path: String) -> Bool { TextFile.kind(of: path) == S_IFREG }
