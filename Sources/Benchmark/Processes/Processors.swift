import CBenchmark

/// Which processors this thread, and the children that it starts, may run on.
enum Processors {
  /// Runs something on one of them: where the scheduler puts those who wait for each other makes
  /// more of a difference than they do.
  static func withOne<Result>(
    _ body: () throws(BenchmarkError) -> Result
  ) throws(BenchmarkError) -> Result {
    var all = benchmark_processors()
    if benchmark_get_processors(&all) != 0 { throw .cannot("sched_getaffinity") }
    var one = all
    benchmark_keep_last(&one)
    if benchmark_set_processors(&one) != 0 { throw .cannot("sched_setaffinity") }
    // They were ours before.
    defer { _ = benchmark_set_processors(&all) }
    return try body()
  }
}
