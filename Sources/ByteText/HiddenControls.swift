/// Tells whether a character from U+0080 on acts on a terminal or a reader without being seen.
///
/// These are C1, the bidirectional and zero-width controls, the line and paragraph separators, the
/// interlinear marks, the byte order mark and the tags.
@inline(__always)
func isHiddenControl(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x80...0x9f, 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2064, 0x2066...0x2069,
    0xfeff, 0xfff9...0xfffb, 0xe0000...0xe007f:
    true
  default: false
  }
}
