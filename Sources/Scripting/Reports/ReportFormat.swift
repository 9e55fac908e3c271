/// In which form results are told.
package enum ReportFormat: String, Sendable, CaseIterable {
  /// For people.
  case text
  /// Test Anything Protocol, version 14.
  case tap
  /// XML as CI servers read it.
  case junit
  /// A line for each script, and one for all.
  case json
}
