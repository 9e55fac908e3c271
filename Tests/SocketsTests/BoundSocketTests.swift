import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct BoundSocketTests {
  @Test(arguments: [SocketType.stream, .datagram])
  func `the kernel chooses one port for both families`(type: SocketType) throws {
    for _ in 0..<20 {
      let bound = try BoundSockets(
        to: [.ipv4(.loopback, port: 0), .ipv6(.loopback, port: 0, zone: 0)], type: type,
        sharing: type == .stream, settings: SocketSettings())
      #expect(bound.sockets.map(\.address.family) == [.ipv4, .ipv6])
      #expect(bound.missing.isEmpty)
      #expect(Set(bound.sockets.map(\.address.port)).count == 1)
      #expect(bound.sockets[0].address.port != 0)
    }
  }

  @Test func `a port that is taken in one family fails as a whole`() throws {
    let taken = try BoundSocket(
      to: .ipv6(.loopback, port: 0, zone: 0), type: .datagram, sharing: false)
    let port = try #require(taken.address.port)
    let error = #expect(throws: StreamError.self) {
      try BoundSockets(
        to: [.ipv4(.loopback, port: port), .ipv6(.loopback, port: port, zone: 0)],
        type: .datagram, sharing: false, settings: SocketSettings())
    }
    #expect(error?.errno == .addressInUse)
    #expect(error?.operation == .bind)
    #expect(error?.subject == .address(taken.address))
    // Nothing of the failure stays.
    _ = try BoundSocket(to: .ipv4(.loopback, port: port), type: .datagram, sharing: false)
  }

  @Test func `an address that the host lacks is left out beside others`() throws {
    let foreign = try #require(IPv6Address("2001:db8::1"))
    let bound = try BoundSockets(
      to: [.ipv4(.loopback, port: 0), .ipv6(foreign, port: 0, zone: 0)], type: .stream,
      sharing: true, settings: SocketSettings())
    #expect(bound.sockets.count == 1)
    #expect(bound.missing == [.ipv6])
    let error = #expect(throws: StreamError.self) {
      try BoundSockets(
        to: [.ipv6(foreign, port: 0, zone: 0)], type: .stream, sharing: true,
        settings: SocketSettings())
    }
    #expect(error?.errno == .addressNotAvailable)
  }

  @Test func `IPv6 takes no IPv4`() throws {
    let bound = try BoundSocket(to: .ipv6(.any, port: 0, zone: 0), type: .stream, sharing: true)
    let isAlone = try bound.withSocket { socket throws(Errno) in try socket.get(.ipv6Only) }
    #expect(isAlone)
  }

  @Test func `only a shared stream reuses its address`() throws {
    for isShared in [true, false] {
      let bound = try BoundSocket(to: .ipv4(.loopback, port: 0), type: .stream, sharing: isShared)
      let reuses = try bound.withSocket { socket throws(Errno) in try socket.get(.reuseAddress) }
      #expect(reuses == isShared)
    }
  }

  @Test(arguments: [SocketType.stream, .sequencedPacket, .datagram])
  func `a dead socket's path is taken over`(type: SocketType) throws {
    let place = try Place()
    do {
      let dead = try SocketDescriptor(family: .unix, type: type)
      try dead.bind(to: place.address)
      if type != .datagram { try dead.listen() }
      try dead.close()
    }
    #expect(place.exists)
    let bound = try BoundSocket(to: place.address, type: type, sharing: true)
    #expect(bound.address == place.address)
  }

  @Test(
    arguments: [SocketType.stream, .sequencedPacket, .datagram], [SocketType.stream, .datagram])
  func `a live socket's path is refused and kept`(live: SocketType, new: SocketType) throws {
    let place = try Place()
    let socket = try SocketDescriptor(family: .unix, type: live)
    try socket.bind(to: place.address)
    if live != .datagram { try socket.listen() }
    let inode = place.inode
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(to: place.address, type: new, sharing: true)
    }
    #expect(error?.errno == .addressInUse)
    #expect(place.inode == inode)
  }

  @Test func `a listener whose backlog is full is alive`() throws {
    let place = try Place()
    let socket = try SocketDescriptor(family: .unix, type: .stream)
    try socket.bind(to: place.address)
    try socket.listen(backlog: 0)
    let client = try SocketDescriptor(family: .unix, type: .stream)
    try client.connect(to: place.address)
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(to: place.address, type: .stream, sharing: true)
    }
    #expect(error?.errno == .addressInUse)
    #expect(place.exists)
  }

  @Test func `a file that is no socket is refused and kept`() throws {
    let place = try Place()
    try place.directory.write([1, 2, 3], to: "s")
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(to: place.address, type: .stream, sharing: true)
    }
    #expect(error?.errno == .fileExists)
    #expect(try place.directory.read("s") == [1, 2, 3])
  }

  @Test func `a link to nowhere is refused and kept`() throws {
    let place = try Place()
    symlink("/nowhere", place.path)
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(to: place.address, type: .stream, sharing: true)
    }
    #expect(error?.errno == .fileExists)
  }

  @Test func `our path is removed, another's at the same place is kept`() async throws {
    try await onLoop { loop in
      let place = try Place()
      let ours = try Listener(
        [BoundSocket(to: place.address, type: .stream, sharing: true)], on: loop)
      #expect(place.exists)
      ours.close()
      #expect(!place.exists)

      let early = try BoundSocket(to: place.address, type: .stream, sharing: true)
      unlink(place.path)
      let late = try BoundSocket(to: place.address, type: .stream, sharing: true)
      early.removePath()
      #expect(place.exists)
      late.removePath()
      #expect(!place.exists)
      late.removePath()
    }
  }

  @Test func `an abstract name needs no path and cannot be taken twice`() throws {
    let place = try Place()
    let address = SocketAddress.abstract(name: Array(place.path.utf8))
    let bound = try BoundSocket(to: address, type: .stream, sharing: true)
    #expect(bound.address == address)
    #expect(!place.exists)
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(to: address, type: .stream, sharing: true)
    }
    #expect(error?.errno == .addressInUse)
  }

  @Test func `a path without its directory is an error`() throws {
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(to: .unix(path: Array("/nowhere/s".utf8)), type: .stream, sharing: true)
    }
    #expect(error?.errno == .noSuchFileOrDirectory)
  }

  @Test func `a setting that the kernel refuses is named`() throws {
    var settings = SocketSettings()
    settings.interface = "no-such-device"
    let error = #expect(throws: StreamError.self) {
      try BoundSocket(
        to: .ipv4(.loopback, port: 0), type: .stream, sharing: true, settings: settings)
    }
    #expect(error?.operation == .setOption("SO_BINDTODEVICE"))
  }
}

/// A path for a Unix socket in a directory of its own.
final class Place: @unchecked Sendable {
  let directory: TemporaryDirectory
  let path: String
  var address: SocketAddress { .unix(path: Array(path.utf8)) }
  var exists: Bool { inode != nil }

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path(of: "s")
  }

  var inode: UInt? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_ino : nil
  }
}
