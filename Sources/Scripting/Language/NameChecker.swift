import ByteText

/// Knows all names of a script.
struct NameChecker {
  private let names: ScriptNames
  private let hasOnePeer: Bool
  /// Procedures that cannot do without a peer, those that only call such included.
  private let speaking: Set<String>
  // What may have been meant.
  private let nearVariables: [String]
  private let nearPeers: [String]
  private let nearProcedures: [String]

  init(_ names: ScriptNames, hasOnePeer: Bool) {
    self.names = names
    self.hasOnePeer = hasOnePeer
    nearVariables = Self.shortNames(names.variables)
    nearPeers = Self.shortNames(names.peers)
    nearProcedures = Self.shortNames(names.procedures.keys)
    speaking = Self.speakingProcedures(names)
  }

  /// What is wrong with a name where it stands, and what could be meant.
  func problem(of use: NameUse) -> (message: String, hint: String?)? {
    switch use.kind {
    case .variable: variableProblem(use.name)
    case .peer: peerProblem(use.name)
    case .procedure(let count, let speaker): callProblem(use.name, count, speaker)
    }
  }

  private func variableProblem(_ name: String) -> (String, String?)? {
    if let dot = name.firstIndex(of: ".") {
      return factProblem(of: String(name[..<dot]), String(name[name.index(after: dot)...]))
    }
    if names.variables.contains(name) || name.utf8.allSatisfy(isDigit) { return nil }
    let near = near(name, among: nearVariables)
    return ("nothing sets the variable " + quoted(name), near ?? "let NAME = EXPR sets one")
  }

  private func factProblem(of peer: String, _ fact: String) -> (String, String?)? {
    if peer == "env", !fact.isEmpty { return nil }
    if hasOnePeer, peer != "peer" {
      return ("no such peer: " + quoted(peer), "the only peer is called peer")
    }
    if !hasOnePeer, let problem = peerProblem(peer) { return problem }
    if factNames.contains(fact) { return nil }
    let near = near(fact, among: factNames)
    return (
      "a peer has no " + quoted(fact), near ?? factNames.joined(separator: ", ")
    )
  }

  private func peerProblem(_ name: String) -> (String, String?)? {
    if names.peers.contains(name) { return nil }
    let near = near(name, among: nearPeers)
    return ("no such peer: " + quoted(name), near ?? "peer NAME = connect ENDPOINT opens one")
  }

  private func callProblem(_ name: String, _ count: Int, _ speaker: Speaker) -> (String, String?)? {
    guard let procedure = names.procedures[name] else {
      let near = near(name, among: nearProcedures)
      return ("no such procedure: " + quoted(name), near ?? "procedure NAME() { makes one")
    }
    if let parameters = procedure, parameters.count != count {
      let wanted = parameters.count == 1 ? "1 argument" : String(parameters.count) + " arguments"
      let usage = name + "(" + parameters.joined(separator: ", ") + ")"
      return (name + " takes " + wanted + ", not " + String(count), usage)
    }
    guard speaker == .nobody, speaking.contains(name) else { return nil }
    return (name + " speaks to a peer, and there is none here", "with PEER {")
  }

  /// A single letter is near to all others.
  private func near(_ name: String, among names: [String]) -> String? {
    guard (2...Self.nearLength).contains(name.utf8.count) else { return nil }
    return nearestName(to: name, among: names)
  }

  private static func shortNames(_ names: some Collection<String>) -> [String] {
    names.filter { $0.utf8.count <= nearLength }.sorted()
  }

  /// Comparing longer names takes long.
  private static let nearLength = 64

  private func quoted(_ name: String) -> String { "\"" + safeLine(name) + "\"" }

  /// Follows calls from each procedure that speaks to those that call it.
  private static func speakingProcedures(_ names: ScriptNames) -> Set<String> {
    var callers: [String: [String]] = [:]
    for use in names.uses {
      guard case .procedure(_, .caller(of: let caller)) = use.kind else { continue }
      callers[use.name, default: []].append(caller)
    }
    var speaking = names.speakingProcedures
    var waiting = Array(speaking)
    while let name = waiting.popLast() {
      waiting += callers[name, default: []].filter { speaking.insert($0).inserted }
    }
    return speaking
  }
}
