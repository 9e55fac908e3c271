import ByteText

extension SecretCover {
  /// Which of the bytes of a record must not be shown; empty if all may.
  ///
  /// No secret goes on from one datagram to the next, and what is sent is hidden by its sender.
  mutating func covered(_ record: TranscriptRecord, _ bytes: RawSpan) -> [Bool] {
    guard record.direction == .received else { return [] }
    if case .datagram = record { restart() }
    return covered(bytes)
  }
}
