package import Sockets

/// What went wrong with TLS, in words, and what could be typed next.
package struct TLSFailure: LayerError {
  package let text: String
  package let hint: String?
  package let failure: FailureClass
  /// Whether it may be over soon, as with a peer that is still starting.
  package var mayPass = false

  init(_ text: String, hint: String? = nil, _ failure: FailureClass = .security) {
    (self.text, self.hint, self.failure) = (text, hint, failure)
  }
}

extension StreamError {
  /// A layer's words about an operation.
  init(_ operation: Operation, _ subject: Subject, _ failure: TLSFailure) {
    self.init(operation, subject, .layer(failure))
  }
}
