/// The names that a script sets and those that it uses, collected while it is read: a use may stand
/// before what sets the name, and in another file.
final class ScriptNames {
  /// What anything in the script or its caller sets.
  var variables: Set<String> = []
  var peers: Set<String> = []
  /// Of the procedure that is read now.
  var parameters: Set<String> = []
  /// The parameters of each procedure; nil where they could not be read.
  var procedures: [String: [String]?] = [:]
  /// Procedures that speak to whomever their caller speaks to.
  var speakingProcedures: Set<String> = []
  var uses: [NameUse] = []
  /// The file that is read now.
  var file = 0
  /// Whether a part of the script could not be read: names may be set there.
  var isIncomplete = false

  /// Remembers that a name stands at a byte of the file that is read.
  func use(_ name: String, as kind: NameUse.Kind, at offset: Int) {
    uses.append(NameUse(kind: kind, name: name, file: file, offset: offset))
  }

  /// Remembers that a value is asked for by its name.
  func useVariable(_ name: String, at offset: Int) {
    if !parameters.contains(name) { use(name, as: .variable, at: offset) }
  }
}

/// A name and where it stands.
struct NameUse {
  enum Kind {
    /// A variable, a peer's fact or `env.NAME`.
    case variable
    case peer
    case procedure(argumentCount: Int, speaker: Speaker)
  }

  let kind: Kind
  let name: String
  let file: Int
  let offset: Int
}

/// Whom a statement without a peer's name speaks to.
enum Speaker: Hashable {
  case somebody
  /// Whomever the caller of this procedure speaks to.
  case caller(of: String)
  case nobody
}
