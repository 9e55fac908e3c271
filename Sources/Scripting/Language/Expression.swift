/// What has a value when the script runs: a byte string, which may be a number in decimal digits.
package indirect enum Expression: Sendable, Hashable {
  case text([TextPart])
  case hex([UInt8])
  case number(Int64)
  /// A variable, one of a peer's facts (`backend.port`), or `env.NAME`.
  case variable(String)
  /// A file's content.
  case file(String)
  /// How many bytes something has.
  case length(of: Expression)
  case arithmetic(Expression, ArithmeticOperator, Expression)
}

/// Signs between two numbers; 64 bits with a sign, and an overflow is a failure.
package enum ArithmeticOperator: String, Sendable, Hashable, CaseIterable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case dividedBy = "/"
  case modulo = "%"
}

/// What holds or does not.
package enum Condition: Sendable, Hashable {
  case comparison(Expression, Comparison, Expression)
  /// Its groups are known where it holds.
  case matches(Expression, BytePattern)
}

/// How two values are compared: `==` and `!=` by their bytes, the others as numbers.
package enum Comparison: String, Sendable, Hashable, CaseIterable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}
