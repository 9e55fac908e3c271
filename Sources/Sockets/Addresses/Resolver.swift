import Glibc
import SystemPackage

/// From what people write to what the kernel takes: `getaddrinfo(3)`, off the loop's thread.
public struct Resolver: Sendable {
  private let loop: EventLoop

  /// Makes a resolver whose results arrive on a loop.
  public init(on loop: EventLoop) { self.loop = loop }

  /// The addresses of an endpoint, best first (RFC 6724), each once.
  ///
  /// Addresses and numbers are understood at once, names are looked up on a helper thread, which is
  /// left to itself if the task is cancelled.
  ///
  /// - Throws: the resolver's number, or `.noAddress` if a name has none of the family.
  public func addresses(
    of endpoint: Endpoint, family: AddressFamily? = nil, type: SocketType = .stream
  ) async throws(StreamError) -> [SocketAddress] {
    switch endpoint {
    case .unix(let path): return [.unix(path: Array(path.utf8))]
    case .abstract(let name): return [.abstract(name: Array(name.utf8))]
    case .vsock(let cid, let port): return [.vsock(cid: cid, port: port)]
    case .descriptor, .activation: return []
    case .host(let host, let port):
      return try await lookUp(Query(host, port, family, type), for: endpoint)
    case .loopback(let port):
      let number = try await self.port(port, type, for: endpoint)
      return only(
        family, of: [.ipv4(.loopback, port: number), .ipv6(.loopback, port: number, zone: 0)])
    case .everywhere(let port):
      let number = try await self.port(port, type, for: endpoint)
      return only(family, of: [.ipv4(.any, port: number), .ipv6(.any, port: number, zone: 0)])
    }
  }

  private func only(_ family: AddressFamily?, of both: [SocketAddress]) -> [SocketAddress] {
    both.filter { family == nil || $0.family == family }
  }

  private func port(
    _ port: Endpoint.Port, _ type: SocketType, for endpoint: Endpoint
  ) async throws(StreamError) -> UInt16 {
    if case .number(let number) = port { return number }
    let found = try await lookUp(Query(nil, port, .ipv4, type), for: endpoint)
    return found.first?.port ?? 0
  }

  private func lookUp(_ query: Query, for endpoint: Endpoint) async throws(StreamError)
    -> [SocketAddress]
  {
    let subject = StreamError.Subject.endpoint(endpoint.description)
    // First as numbers, which needs no thread.
    if case .success(let addresses) = query.run(numericOnly: true) { return addresses }
    guard let answer = await loop.offload({ query.run(numericOnly: false) }) else {
      throw StreamError(.resolve, subject, .cancelled)
    }
    switch answer {
    case .success(let addresses) where addresses.isEmpty:
      throw StreamError(.resolve, subject, .noAddress)
    case .success(let addresses): return addresses
    case .failure(.resolver(EAI_NONAME)) where query.family != nil,
      .failure(.resolver(noAddressOfFamily)):
      // The name may exist in the other family: that is another answer than an unknown name.
      if case .success(let others)? = await loop.offload({
        query.inEveryFamily.run(numericOnly: false)
      }
      ), !others.isEmpty {
        throw StreamError(.resolve, subject, .noAddress)
      }
      throw StreamError(.resolve, subject, .resolver(EAI_NONAME))
    case .failure(let failure): throw StreamError(.resolve, subject, failure.cause)
    }
  }
}

/// EAI_NODATA and EAI_ADDRFAMILY are GNU's; the latter is what a numeric address of the wrong
/// family gives.
private let noAddressOfFamily: Int32 = -9

private struct Query: Sendable {
  let host: String?
  let service: String
  let family: AddressFamily?
  let type: SocketType

  init(
    _ host: String?, _ port: Endpoint.Port, _ family: AddressFamily?, _ type: SocketType
  ) {
    self.init(host: host, service: port.description, family: family, type: type)
  }

  private init(host: String?, service: String, family: AddressFamily?, type: SocketType) {
    self.host = host
    self.service = service
    self.family = family
    self.type = type
  }

  var inEveryFamily: Query { Query(host: host, service: service, family: nil, type: type) }

  enum Failure: Error {
    case resolver(Int32)
    case system(Errno)

    var cause: StreamError.Cause {
      switch self {
      case .resolver(let code): .resolver(code)
      case .system(let errno): .system(errno)
      }
    }
  }

  func run(numericOnly: Bool) -> Result<[SocketAddress], Failure> {
    var hints = addrinfo()
    hints.ai_family = family?.rawValue ?? AF_UNSPEC
    hints.ai_socktype = type == .datagram ? 2 : 1
    if numericOnly { hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, service, &hints, &list)
    guard code == 0 else {
      return .failure(code == EAI_SYSTEM ? .system(Errno(rawValue: errno)) : .resolver(code))
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      let address = SocketAddress(
        UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
      if !addresses.contains(address) { addresses.append(address) }
      entry = info.ai_next
    }
    return .success(addresses)
  }
}
