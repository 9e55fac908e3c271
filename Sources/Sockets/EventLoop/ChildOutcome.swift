/// A child's outcome with its type: task groups lose that of a thrown error.
package func result<Value: Sendable, Failure: Error>(
  _ body: () async throws(Failure) -> Value
) async -> Result<Value, Failure> {
  do throws(Failure) {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}
