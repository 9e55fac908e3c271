extension Script {
  /// The peers that it opens, wherever that is said, with the places where it is.
  package var peerRequests: [(request: PeerRequest, place: Place)] {
    var found = peers(in: statements)
    for procedure in procedures.values { found += peers(in: procedure.block) }
    return found.sorted { ($0.place.file, $0.place.line) < ($1.place.file, $1.place.line) }
  }

  private func peers(in block: Block) -> [(request: PeerRequest, place: Place)] {
    block.flatMap { placed -> [(request: PeerRequest, place: Place)] in
      if case .peer(let request) = placed.statement { return [(request, placed.place)] }
      return placed.statement.blocks.flatMap { peers(in: $0) }
    }
  }
}

extension Statement {
  /// The blocks that belong to it.
  fileprivate var blocks: [Block] {
    switch self {
    case .with(let block, _), .repeated(_, _, let block), .loop(let block), .include(let block):
      [block]
    case .branch(let branches, let otherwise): branches.map(\.block) + [otherwise]
    case .expectFirst(let choice):
      choice.alternatives.map(\.block) + (choice.onTimeout.map { [$0] } ?? [])
    default: []
    }
  }
}
