import Glibc

/// The network interfaces of this host.
public enum NetworkInterface {
  /// The index of an interface by its name or number; nil if there is none.
  ///
  /// The corresponding C function is `if_nametoindex`.
  public static func index(of name: String) -> UInt32? {
    let index = if_nametoindex(name)
    if index != 0 { return index }
    var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
    guard let number = UInt32(name), if_indextoname(number, &buffer) != nil else { return nil }
    return number
  }

  /// The names of all interfaces.
  ///
  /// The corresponding C function is `if_nameindex`.
  public static func names() -> [String] {
    guard let list = if_nameindex() else { return [] }
    defer { if_freenameindex(list) }
    var names: [String] = []
    var entry = list
    while entry.pointee.if_index != 0 {
      if let name = entry.pointee.if_name { names.append(String(cString: name)) }
      entry += 1
    }
    return names
  }
}
