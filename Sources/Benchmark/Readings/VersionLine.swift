/// The first line that has a digit, as a program's name and authors may stand above its version.
func versionLine(_ text: String) -> String? {
  text.split(separator: "\n").first { $0.contains(where: \.isNumber) }.map { String($0) }
}
