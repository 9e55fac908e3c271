import Scripting

/// What could stand in the place of the word at the cursor.
struct Completion: Equatable, Sendable {
  /// Where in the line the word begins that is replaced, up to the cursor; in bytes.
  var start: Int
  var candidates: [String] = []
  /// Whether the candidates are paths, of which only the last part need be shown.
  var isPath = false
  /// What follows if there is only one candidate.
  var appends = ""
}

/// Finds what a half-typed line could go on with: commands and their arguments, or what one says in
/// the protocol and what was said before.
///
/// A line that is sent gets no space behind a word, as the peer would see it: where something
/// follows, the word itself ends in a space.
struct PromptCompleter {
  /// What is said in the protocol.
  var protocolWords: [String] = []
  /// Whom lines can go to: `1`, `2`, `all`.
  var peers: [String] = []
  var encodings: [String] = []
  /// What was said before, the latest first.
  var seenWords: [String] = []
  /// What `~` stands for.
  var home: String?
  /// What there is in a directory that begins with a text.
  var entries: (_ directory: String, _ prefix: String) -> [PathEntry] = PathEntry.entries

  /// Completes the word before the cursor, which counts in bytes.
  func complete(_ line: [UInt8], cursor: Int) -> Completion {
    let typed = Array(line.prefix(max(0, cursor)))
    guard typed.first == slash, typed.dropFirst().first != slash else { return phrase(typed) }
    guard let blank = typed.firstIndex(where: isBlank) else { return command(typed) }
    let name = String(decoding: typed[1..<blank], as: UTF8.self)
    guard let description = CommandDescription.named(name) else {
      return Completion(start: typed.count)
    }
    let start = typed[blank...].firstIndex { !isBlank($0) } ?? typed.count
    return argument(description.argument, typed, from: start)
  }

  /// The argument that a command takes, if it is typed and its argument is not.
  func hint(for line: [UInt8]) -> String? {
    guard line.first == slash else { return nil }
    let name = line.dropFirst().prefix { !isBlank($0) }
    guard line.dropFirst(1 + name.count).allSatisfy(isBlank) else { return nil }
    let usage = CommandDescription.named(String(decoding: name, as: UTF8.self))?.usage
    return usage?.isEmpty == false ? usage : nil
  }

  // MARK: Commands

  private func command(_ typed: [UInt8]) -> Completion {
    let prefix = String(decoding: typed.dropFirst(), as: UTF8.self)
    let commands = CommandDescription.all.filter { $0.name.hasPrefix(prefix) }
    let isAlone = commands.count == 1
    return Completion(
      start: 0, candidates: commands.map { "/" + $0.name },
      appends: isAlone && commands.first?.usage.isEmpty == false ? " " : "")
  }

  private func argument(
    _ kind: CommandDescription.Argument, _ typed: [UInt8], from start: Int
  ) -> Completion {
    switch kind {
    case .choice(let words): choice(words, typed, from: start)
    case .peer: choice(peers, typed, from: start)
    case .encoding: choice(encodings, typed, from: start)
    case .commandName: choice(CommandDescription.all.map(\.name), typed, from: start)
    case .path: path(typed, from: start)
    case .shellCommand: shellWord(typed, from: start)
    case .text, .bytes: seenWord(typed, from: start)
    case .none, .duration, .host: Completion(start: start)
    }
  }

  /// One of a few words, in whatever case it is typed.
  private func choice(_ words: [String], _ typed: [UInt8], from start: Int) -> Completion {
    Completion(start: start, candidates: words.filter { begins($0, with: typed[start...]) })
  }

  // MARK: Paths

  /// The rest of the line, spaces included.
  private func path(_ typed: [UInt8], from start: Int) -> Completion {
    let text = String(decoding: typed[start...], as: UTF8.self)
    if text == "~", home != nil {
      return Completion(start: start, candidates: ["~/"], isPath: true)
    }
    let folder = text.lastIndex(of: "/").map { String(text[...$0]) } ?? ""
    let prefix = String(text.dropFirst(folder.count))
    let candidates = entries(place(of: folder), prefix).map { entry in
      folder + entry.name + (entry.isDirectory ? "/" : "")
    }
    return Completion(start: start, candidates: candidates, isPath: true)
  }

  private func place(of folder: String) -> String {
    if folder.isEmpty { return "." }
    if let home, folder.hasPrefix("~/") { return home + folder.dropFirst() }
    return folder
  }

  /// A path if there is one that the shell takes as it is, else a word that was seen.
  private func shellWord(_ typed: [UInt8], from start: Int) -> Completion {
    var completion = path(typed, from: lastWord(typed, from: start))
    completion.candidates.removeAll { !$0.utf8.allSatisfy(isPlainInShell) }
    return completion.candidates.isEmpty ? seenWord(typed, from: start) : completion
  }

  private func isPlainInShell(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
      true
    default: "~/._-+,:@%=".utf8.contains(byte)
    }
  }

  // MARK: Lines

  private func seenWord(_ typed: [UInt8], from start: Int) -> Completion {
    let start = lastWord(typed, from: start)
    let prefix = String(decoding: typed[start...], as: UTF8.self)
    // All of them would be no help.
    if prefix.isEmpty { return Completion(start: start) }
    return Completion(
      start: start, candidates: seenWords.filter { $0.hasPrefix(prefix) && $0 != prefix })
  }

  /// What is said in the protocol, which may begin at any word of the line, and what was seen.
  private func phrase(_ typed: [UInt8]) -> Completion {
    let start = lastWord(typed, from: 0)
    var candidates: [String] = []
    for begin in wordStarts(typed) {
      let said = typed[begin...]
      // The blank line is the beginning of everything, but the next word is not.
      if said.isEmpty, begin > 0 { continue }
      for word in protocolWords where begins(word, with: said) && word.utf8.count > said.count {
        candidates.append(String(decoding: word.utf8.dropFirst(start - begin), as: UTF8.self))
      }
    }
    candidates += seenWord(typed, from: 0).candidates
    var known: Set<String> = []
    return Completion(start: start, candidates: candidates.filter { known.insert($0).inserted })
  }

  /// Where the line and its last few words begin; no phrase has more.
  private func wordStarts(_ typed: [UInt8]) -> [Int] {
    let starts = typed.indices.filter { !isBlank(typed[$0]) && ($0 == 0 || isBlank(typed[$0 - 1])) }
    return starts.isEmpty ? [typed.count] : starts.suffix(8)
  }

  private func lastWord(_ typed: [UInt8], from start: Int) -> Int {
    typed[start...].lastIndex(where: isBlank).map { $0 + 1 } ?? start
  }

  private func begins(_ word: String, with typed: ArraySlice<UInt8>) -> Bool {
    word.utf8.count >= typed.count && zip(word.utf8, typed).allSatisfy { lower($0) == lower($1) }
  }

  private func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private var slash: UInt8 { UInt8(ascii: "/") }
}
