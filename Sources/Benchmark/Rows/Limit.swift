/// What has to hold for one of our figures.
struct Limit: Sendable {
  enum Bound: String, Sendable {
    case atMost = "at most"
    case below = "below"
    case atLeast = "at least"
  }

  /// The figure's place in its row.
  let figure: Int
  let bound: Bound
  let value: Double
  /// Whose figure ours is divided by before it is compared.
  let reference: Contender?

  /// A limit for our own figure.
  init(_ figure: Int, _ bound: Bound, _ value: Double) {
    (self.figure, self.bound, self.value, reference) = (figure, bound, value, nil)
  }

  /// A limit for the ratio of our figure to somebody else's.
  init(_ figure: Int, _ bound: Bound, _ value: Double, of reference: Contender) {
    (self.figure, self.bound, self.value, self.reference) = (figure, bound, value, reference)
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
    "\(bound.rawValue) \(shortText(value))" + (reference.map { " of \($0.name)" } ?? "")
  }
}
