import ArgumentParser
import Scripting

/// A length of time: `500ms`, `2s`, `1m`, `1h`, or seconds without a unit, `1.5`.
struct DurationValue: ExpressibleByArgument, Hashable {
  let duration: Duration

  init?(argument: String) {
    guard let duration = Duration(written: argument) else { return nil }
    self.duration = duration
  }
}

/// An amount in bytes: `512`, `64k`, `1M`, `2Gi`; the units count by 1000, with `i` by 1024.
struct SizeValue: ExpressibleByArgument, Hashable {
  let bytes: Int

  init?(argument: String) {
    let isBinary = argument.hasSuffix("i")
    let text = isBinary ? argument.dropLast() : argument[...]
    let factors: [Character: Double] = ["k": 1, "K": 1, "M": 2, "G": 3, "T": 4]
    var number = text
    var power = 0.0
    if let unit = text.last, let factor = factors[unit] {
      number = text.dropLast()
      power = factor
    } else if isBinary {
      return nil
    }
    guard let value = plainNumber(number) else { return nil }
    let base: Double = isBinary ? 1024 : 1000
    var bytes = value
    for _ in 0..<Int(power) { bytes *= base }
    guard bytes < 9e18 else { return nil }
    self.bytes = Int(bytes)
  }
}

/// Digits with at most one point: no sign, no exponent, no `nan`.
private func plainNumber(_ text: Substring) -> Double? {
  guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else {
    return nil
  }
  return Double(text)
}

/// How a silent connection is probed: `IDLE[,INTERVAL[,COUNT]]`.
struct KeepAliveValue: ExpressibleByArgument, Hashable {
  let idle: Int32
  let interval: Int32?
  let count: Int32?

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), let idle = Self.seconds(parts[0]) else { return nil }
    self.idle = idle
    if parts.count > 1 {
      guard let interval = Self.seconds(parts[1]) else { return nil }
      self.interval = interval
    } else {
      interval = nil
    }
    if parts.count > 2 {
      guard let count = Int32(parts[2]), (1...127).contains(count) else { return nil }
      self.count = count
    } else {
      count = nil
    }
  }

  private static func seconds(_ text: String) -> Int32? {
    guard let value = DurationValue(argument: text) else { return nil }
    let seconds = value.duration.components.seconds
    return (1...32767).contains(seconds) ? Int32(seconds) : nil
  }
}

/// How input is cut into datagrams: `line`, `whole`, `null`, or a size in bytes.
enum DatagramValue: ExpressibleByArgument, Hashable {
  case line, whole, null
  case size(Int)

  init?(argument: String) {
    switch argument {
    case "line": self = .line
    case "whole": self = .whole
    case "null": self = .null
    default:
      guard let size = SizeValue(argument: argument), size.bytes > 0 else { return nil }
      self = .size(size.bytes)
    }
  }

  /// Those that are words.
  static let words = ["line", "whole", "null"]
}

/// A digest that is expected: `sha256:` and 64 hex digits.
struct ChecksumValue: ExpressibleByArgument, Hashable {
  let digest: [UInt8]

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0] == "sha256", parts[1].utf8.count == 64,
      parts[1].allSatisfy(\.isHexDigit)
    else { return nil }
    var digest: [UInt8] = []
    var rest = parts[1][...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      digest.append(byte)
      rest = rest.dropFirst(2)
    }
    self.digest = digest
  }
}

/// A value that is one of a few words.
///
/// The parser would ask for all that is said here by reflection, for each option and on each start.
protocol WordValue: ExpressibleByArgument, CaseIterable, RawRepresentable
where RawValue == String {}

extension WordValue {
  static var allValueStrings: [String] { allCases.map { $0.rawValue } }
  static var allValueDescriptions: [String: String] { [:] }
  var defaultValueDescription: String { rawValue }
}

/// Which digest is printed.
enum ChecksumKind: String, WordValue {
  case sha256
}

/// How local input is read.
enum InputFormat: String, WordValue {
  case raw, escaped, hex
}

/// Which rows of a dump are input.
enum HexRows: String, WordValue {
  case sent, received, both
}

/// How the conversation is shown.
enum OutputFormat: String, WordValue {
  case raw, dump, escaped, json
}

/// How JSON carries bytes.
enum PayloadValue: String, WordValue {
  case text, base64
}

/// What happens with characters that cannot be converted.
enum EncodingErrors: String, WordValue {
  case fail, replace
}

/// What happens when local input ends.
enum OnEOF: String, WordValue {
  case halfClose = "half-close"
  case close, stay
}

/// What happens when the peer ends.
enum OnPeerEOF: String, WordValue {
  case send, close
}

/// The form of the figures at the end.
enum StatsFormat: String, WordValue {
  case text, json
}

/// Stream or messages, for Unix sockets.
enum UnixType: String, WordValue {
  case stream, seqpacket, datagram
}
