import ByteText
import Relaying
import Serving
import Sockets

// From what was typed to what it means: nothing is opened, resolved or printed here.

extension FamilyOptions {
  func family(for endpoint: Endpoint) throws(UsageError) -> AddressFamily? {
    if ipv4 || ipv6, !endpoint.isInternet {
      throw UsageError((ipv4 ? "-4" : "-6") + " needs an Internet endpoint")
    }
    if ipv4 && ipv6 { throw UsageError("-4 and -6 exclude each other") }
    return ipv4 ? .ipv4 : ipv6 ? .ipv6 : nil
  }
}

extension InputOptions {
  func plan() throws(UsageError) -> ConversationPlan.Input {
    var plan = ConversationPlan.Input()
    if data != nil && input != nil { throw UsageError("--data and --input exclude each other") }
    if let data {
      do throws(TextFormatError) {
        plan.origin = .data(try decodeEscapes(data))
      } catch {
        throw UsageError("--data: " + error.description)
      }
      if inputFormat != .raw { throw UsageError("--data and --input-format exclude each other") }
    }
    if let input { plan.origin = .file(try fileName(input, "--input")) }
    plan.format = inputFormat
    plan.hexRows = hexDirection
    if hexDirection != .sent && inputFormat != .hex {
      throw UsageError("--hex-direction needs --input-format hex")
    }
    return plan
  }
}

extension EncodingOptions {
  func plan() throws(UsageError) -> ConversationPlan.Encoding? {
    guard let encoding else {
      if encodingErrors == .replace { throw UsageError("--encoding-errors needs --encoding NAME") }
      return nil
    }
    let local = LocalCharacterSet.name
    let policy: CharacterSetConverter.ErrorPolicy = encodingErrors == .replace ? .replace : .fail
    let probe = CharacterSetConverter(
      from: encoding, to: local, onError: policy, subject: .standardOutput)
    guard probe != nil else {
      throw UsageError(
        "--encoding: unknown character set \"" + safeLine(encoding) + "\"",
        hint: "iconv --list")
    }
    return ConversationPlan.Encoding(peer: encoding, local: local, errors: policy)
  }
}

extension StreamInputOptions {
  func apply(to plan: inout ConversationPlan.Input) throws(UsageError) {
    plan.sendsCRLF = crlf
    plan.delay = delay?.duration
    if let rate {
      guard rate.bytes > 0 else { throw UsageError("--rate needs at least one byte a second") }
      plan.rate = Double(rate.bytes)
    }
  }
}

extension OutputOptions {
  func apply(to plan: inout ConversationPlan.Output) throws(UsageError) {
    let short: [OutputFormat] = (hex ? [.dump] : []) + (json ? [.json] : [])
    let asked = Set(short + (outputFormat.map { [$0] } ?? []))
    if asked.count > 1 {
      throw UsageError("--output-format, -x and --json ask for different formats")
    }
    plan.format = asked.first ?? .raw
    if payload != nil && plan.format != .json { throw UsageError("--payload needs --json") }
    if append && output == nil { throw UsageError("--append needs --output FILE") }
    if rawTerminal && plan.format != .raw { throw UsageError("--raw-terminal needs raw output") }
    plan.payload = payload
    plan.file = try fileName(output, "--output")
    plan.appends = append
    plan.dump = try fileName(dump, "--dump")
    plan.isRawOnTerminal = rawTerminal
    plan.recordedScript = try fileName(recordScript, "--record-script")
    plan.recordedMock = try fileName(recordMock, "--record-mock")
  }
}

extension BoundaryOptions {
  func apply(to plan: inout ConversationPlan.Output) throws(UsageError) {
    if plan.format == .json || plan.format == .dump, showSender || separator != nil {
      throw UsageError(
        (showSender ? "--show-sender" : "--separator")
          + " needs raw or escaped output; dump and json show it anyway")
    }
    plan.showsSender = showSender
    guard let separator else { return }
    do throws(TextFormatError) {
      plan.separator = try decodeEscapes(separator)
    } catch {
      throw UsageError("--separator: " + error.description)
    }
  }
}

extension ReportOptions {
  func plan() -> ConversationPlan.Report {
    var plan = ConversationPlan.Report()
    plan.isVerbose = verbose
    plan.stats = stats
    return plan
  }
}

extension StreamReportOptions {
  func apply(to plan: inout ConversationPlan.Report) {
    plan.progress = progress
    plan.printsChecksum = checksum != nil
    plan.expectedChecksum = expectChecksum?.digest
  }
}

extension RelayOptions {
  func plan(
    _ acknowledgement: AcknowledgementOptions, idle: Duration?
  ) throws(UsageError) -> RelayPolicy {
    if sendOnly && recvOnly { throw UsageError("--send-only and --recv-only exclude each other") }
    var policy = RelayPolicy()
    switch onEOF {
    case .halfClose: policy.whenLocalEnds = .halfClose
    case .close: policy.whenLocalEnds = .close
    case .stay: policy.whenLocalEnds = .stay
    }
    switch onPeerEOF {
    case .send: policy.whenPeerEnds = .send
    case .close: policy.whenPeerEnds = .close
    case nil: policy.whenPeerEnds = .judge
    }
    policy.sends = !recvOnly
    policy.receives = !sendOnly
    policy.idleTimeout = idle
    if let timeout = acknowledgement.ackTimeout {
      policy.acknowledgementTimeout = timeout.duration
    }
    return policy
  }
}

extension SocketOptions {
  func settings(for endpoint: Endpoint) throws(UsageError) -> SocketSettings {
    let ip = [("--ttl", ttl != nil), ("--dscp", dscp != nil), ("--interface", interface != nil)]
    if case .descriptor = endpoint {
    } else if !endpoint.isInternet {
      for (name, isGiven) in ip where isGiven {
        throw UsageError(name + " needs an Internet endpoint")
      }
    }
    var settings = SocketSettings()
    settings.sendBuffer = try bufferSize(sndbuf, "--sndbuf")
    settings.receiveBuffer = try bufferSize(rcvbuf, "--rcvbuf")
    settings.timeToLive = try checked(ttl, "--ttl", 1...255)
    settings.dscp = try checked(dscp, "--dscp", 0...63)
    settings.interface = interface
    settings.mark = try checked(mark, "--mark", 0...Int32.max)
    return settings
  }

  private func bufferSize(_ size: SizeValue?, _ name: String) throws(UsageError) -> Int32? {
    guard let size else { return nil }
    guard (1...Int(Int32.max / 2)).contains(size.bytes) else {
      throw UsageError(name + ": a size from 1 to " + String(Int32.max / 2) + " bytes is needed")
    }
    return Int32(size.bytes)
  }
}

extension StreamSocketOptions {
  func apply(to settings: inout SocketSettings, for endpoint: Endpoint) throws(UsageError) {
    let tcp = [
      ("--keepalive", keepalive != nil), ("--congestion", congestion != nil), ("--mptcp", mptcp),
      ("--fastopen", fastopen),
    ]
    if case .descriptor = endpoint {
    } else if !endpoint.isInternet {
      for (name, isGiven) in tcp where isGiven {
        throw UsageError(name + " needs an Internet endpoint")
      }
    }
    settings.noDelay = nodelay
    settings.keepAlive = keepalive.map {
      SocketSettings.KeepAlive(idle: $0.idle, interval: $0.interval, count: $0.count)
    }
    if let linger {
      settings.linger = Int32(
        clamping: (linger.duration.wholeNanoseconds + 999_999_999) / 1_000_000_000)
    }
    settings.congestionControl = congestion
    settings.usesMultipath = mptcp
    settings.usesFastOpen = fastopen
  }
}

extension GroupSendOptions {
  func apply(to settings: inout SocketSettings) throws(UsageError) {
    settings.broadcast = broadcast
    settings.multicastTimeToLive = try checked(multicastTtl, "--multicast-ttl", 0...255)
    settings.multicastLoop = multicastLoop
    if let name = multicastInterface {
      settings.multicastInterface = Int32(try interfaceIndex(name, "--multicast-interface"))
    }
  }
}

extension ReadyOptions {
  func plan() throws(UsageError) -> ConversationPlan.Ready {
    if let readyFd, readyFd < 0 { throw UsageError("--ready-fd needs a descriptor's number") }
    // It is closed when all is said, and a standard stream stays what it is.
    if let readyFd, readyFd <= 2 {
      throw UsageError(
        "--ready-fd " + String(readyFd) + ": standard streams stay open",
        hint: "--ready-fd 3 3>FIFO")
    }
    return ConversationPlan.Ready(
      portFile: try fileName(portFile, "--port-file"), descriptor: readyFd)
  }
}

extension SourceOptions {
  func address() throws(UsageError) -> SocketAddress? {
    guard let source else { return nil }
    if let address = SocketAddress(numeric: source) { return address }
    throw UsageError(
      "--source: \"" + safeLine(source) + "\" is no address",
      hint: "--source 192.0.2.1, --source 192.0.2.1:5000 or --source '[2001:db8::1]:5000'")
  }
}

extension SocketAddress {
  /// An address with or without a port: `127.0.0.1`, `127.0.0.1:80`, `::1`, `[::1]:80`, `unix:PATH`.
  init?(numeric text: String) {
    if text.hasPrefix("unix:"), case .unix(let path)? = try? Endpoint([text], role: .connect) {
      self = .unix(path: Array(path.utf8))
      return
    }
    if let address = IPv4Address(text) {
      self = .ipv4(address, port: 0)
      return
    }
    if let address = Self.ipv6(text, port: 0) {
      self = address
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else {
      guard text.hasPrefix("["), text.hasSuffix("]"),
        let address = Self.ipv6(text.dropFirst().dropLast(), port: 0)
      else { return nil }
      self = address
      return
    }
    let host = text[..<colon]
    if let address = IPv4Address(host) {
      self = .ipv4(address, port: port)
    } else if host.hasPrefix("["), host.hasSuffix("]"),
      let address = Self.ipv6(host.dropFirst().dropLast(), port: port)
    {
      self = address
    } else {
      return nil
    }
  }

  private static func ipv6(_ text: some StringProtocol, port: UInt16) -> SocketAddress? {
    let parts = text.split(separator: "%", maxSplits: 1)
    guard let first = parts.first, let address = IPv6Address(first) else { return nil }
    guard parts.count == 2 else { return .ipv6(address, port: port, zone: 0) }
    guard let zone = NetworkInterface.index(of: String(parts[1])) else { return nil }
    return .ipv6(address, port: port, zone: zone)
  }
}

/// The value of an option that names a file, which an empty one does not.
func fileName(_ path: String, _ option: String) throws(UsageError) -> String {
  if path.isEmpty { throw UsageError(option + " needs a file's name") }
  return path
}

func fileName(_ path: String?, _ option: String) throws(UsageError) -> String? {
  guard let path else { return nil }
  return try fileName(path, option) as String
}

func checked<Number: BinaryInteger>(
  _ number: Number?, _ name: String, _ range: ClosedRange<Number>
) throws(UsageError) -> Number? {
  guard let number else { return nil }
  guard range.contains(number) else {
    throw UsageError(
      name + ": a number from " + String(range.lowerBound) + " to " + String(range.upperBound)
        + " is needed")
  }
  return number
}

func interfaceIndex(_ name: String, _ option: String) throws(UsageError) -> UInt32 {
  if let index = NetworkInterface.index(of: name) { return index }
  throw UsageError(
    option + ": no interface \"" + safeLine(name) + "\"",
    hint: "one of " + NetworkInterface.names().joined(separator: ", "))
}
