/// What libFuzzer calls with bytes of its own making: reads them as a script.
///
/// It is compiled together with the sources of the parser, so that what they do is counted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScriptParser(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = Array(UnsafeBufferPointer(start: start, count: count))
  for kind: ScriptParser.Setting.Kind in [.manyPeers, .onePeer(isDatagram: false)] {
    let setting = ScriptParser.Setting(kind, variables: ["given"]) { path in
      // What a script includes is its second half.
      path.hasSuffix("none")
        ? .failure(ScriptLoadError("none")) : .success(Array(text.dropFirst(text.count / 2)))
    }
    let (_, errors) = ScriptParser.parse(ScriptSource(text), name: "fuzz.sct", in: setting)
    for error in errors { _ = error.rendered }
  }
  return 0
}
