/// Where a container leaves what it is given: containers are values, and are copied.
final class Slot {
  var value = JSONValue.literal("null")

  func add(_ element: JSONValue) {
    guard case .array(let elements) = value else { return }
    value = .array(elements + [element])
  }

  func set(_ name: String, to member: JSONValue) {
    guard case .object(var members) = value else { return }
    members[name] = member
    value = .object(members)
  }
}

/// One value's encoder.
struct ValueEncoder: Encoder {
  let codingPath: [any CodingKey]
  let slot = Slot()

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(at path: [any CodingKey]) { codingPath = path }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.value = .object([:])
    return KeyedEncodingContainer(Members(codingPath: codingPath, slot: slot))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.value = .array([])
    return Elements(codingPath: codingPath, slot: slot)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(codingPath: codingPath, slot: slot)
  }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let codingPath: [any CodingKey]
  let slot: Slot

  func encodeNil(forKey key: Key) { slot.set(key.stringValue, to: .literal("null")) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    slot.set(key.stringValue, to: try JSONValue(encoding: value, at: codingPath + [key]))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { encoder(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { encoder("super") }

  func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

  private func encoder(_ key: Key) -> ValueEncoder { encoder(key.stringValue) }

  private func encoder(_ name: String) -> ValueEncoder {
    let inner = ValueEncoder(at: codingPath)
    slot.set(name, to: .later(inner.slot))
    return inner
  }
}

private struct Elements: UnkeyedEncodingContainer {
  let codingPath: [any CodingKey]
  let slot: Slot

  var count: Int {
    if case .array(let elements) = slot.value { elements.count } else { 0 }
  }

  func encodeNil() { slot.add(.literal("null")) }

  func encode<Value: Encodable>(_ value: Value) throws {
    slot.add(try JSONValue(encoding: value, at: codingPath))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> { encoder().container(keyedBy: type) }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

  func superEncoder() -> any Encoder { encoder() }

  private func encoder() -> ValueEncoder {
    let inner = ValueEncoder(at: codingPath)
    slot.add(.later(inner.slot))
    return inner
  }
}

private struct Single: SingleValueEncodingContainer {
  let codingPath: [any CodingKey]
  let slot: Slot

  func encodeNil() { slot.value = .literal("null") }

  func encode<Value: Encodable>(_ value: Value) throws {
    slot.value = try JSONValue(encoding: value, at: codingPath)
  }
}
