import CBenchmark
import Glibc

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

  /// Runs something whose children, when they are woken, wait until the processor is free, instead
  /// of taking it from who woke them.
  static func withPatientChildren<Result>(
    _ body: () throws(BenchmarkError) -> Result
  ) throws(BenchmarkError) -> Result {
    var parameters = sched_param()
    if sched_setscheduler(0, batchPolicy, &parameters) != 0 { throw .cannot("SCHED_BATCH") }
    // It was ours before.
    defer { _ = sched_setscheduler(0, SCHED_OTHER, &parameters) }
    return try body()
  }
}

/// `SCHED_BATCH`.
private let batchPolicy: Int32 = 3
