/// What has to hold for one of our figures.
struct Limit: Sendable {
  enum Bound: String, Sendable {
    case atMost = "at most"
    case below = "below"
    case atLeast = "at least"
  }

  /// Whose figure ours is divided by before it is compared.
  enum Reference: Equatable, Sendable {
    case contender(Contender)
    /// The peer of the run who has most of a figure, which need not be the one that is compared.
    case bestPeer(by: Int)
  }

  /// The figure's place in its row.
  let figure: Int
  let bound: Bound
  let value: Double
  let reference: Reference?
  /// Whose figure is compared.
  private(set) var subject = Contender.sockcat

  /// A limit for our own figure.
  init(_ figure: Int, _ bound: Bound, _ value: Double) {
    (self.figure, self.bound, self.value, reference) = (figure, bound, value, nil)
  }

  /// A limit for the ratio of our figure to somebody else's.
  init(_ figure: Int, _ bound: Bound, _ value: Double, of reference: Contender) {
    self.init(figure, bound, value, .contender(reference))
  }

  /// A limit for the ratio of our figure to that of the peer who has most of another one.
  init(_ figure: Int, _ bound: Bound, _ value: Double, ofBestBy best: Int) {
    self.init(figure, bound, value, .bestPeer(by: best))
  }

  private init(_ figure: Int, _ bound: Bound, _ value: Double, _ reference: Reference) {
    (self.figure, self.bound, self.value, self.reference) = (figure, bound, value, reference)
  }

  /// The same for another program of ours.
  func on(_ subject: Contender) -> Limit {
    var copy = self
    copy.subject = subject
    return copy
  }

  /// Whether it holds; what could not be measured never does.
  func holds(for measured: Double) -> Bool {
    switch bound {
    case .atMost: measured <= value
    case .below: measured < value
    case .atLeast: measured >= value
    }
  }

  /// What it says.
  var text: String {
    let words = "\(bound.rawValue) \(shortText(value))"
    return switch reference {
    case nil: words
    case .contender(let contender): "\(words) of \(contender.name)"
    case .bestPeer: "\(words) of the best peer"
    }
  }
}
