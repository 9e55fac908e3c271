import Terminal
import Testing

@Suite struct TypedLineTests {
  @Test func `a line is typed in the open unless it says otherwise`() {
    let line = TypedLine([0x61])
    #expect(!line.isText && !line.isSecret)
  }
}
