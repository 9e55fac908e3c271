/// The name that was probably meant: one that begins with what was typed, else one that differs in
/// at most two letters.
package func nearestName(to typed: String, among names: [String]) -> String? {
  let prefixed = names.filter { !typed.isEmpty && $0.hasPrefix(typed) }
  if let shortest = prefixed.min(by: { $0.count < $1.count }) { return shortest }
  let ranked = names.map { (name: $0, distance: editDistance(Array(typed.utf8), Array($0.utf8))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
  // A short word is near to everything.
  return best.distance <= min(2, max(1, typed.utf8.count / 2)) ? best.name : nil
}

/// How many letters have to be added, removed, changed or swapped with their neighbour.
package func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var before: [Int] = []
  var last = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var current = [i + 1]
    for (j, b) in right.enumerated() {
      var cost = min(last[j + 1] + 1, current[j] + 1, last[j] + (a == b ? 0 : 1))
      if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, before[j - 1] + 1) }
      current.append(cost)
    }
    before = last
    last = current
  }
  return last[right.count]
}
