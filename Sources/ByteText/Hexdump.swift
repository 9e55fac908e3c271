/// Writes the bytes of one conversation as rows of a hex dump, sixteen a row.
///
/// Each chunk begins a new row, and each direction has a running offset. The columns after the
/// marker are fixed while an offset has eight digits, that is up to 4 GiB; then it takes more.
package struct Hexdump: Sendable {
  /// Which way the bytes went.
  package enum Direction: Sendable {
    /// To the peer; its marker is `>`.
    case sent
    /// From the peer; its marker is `<`.
    case received
  }

  /// What stands beside the columns of a chunk.
  ///
  /// The texts are to be one line, and safe to show.
  package struct Labels: Sendable {
    /// Stands first on each row; there is no `>` or `<` in it.
    package var time: [UInt8]?
    /// Stands before the marker on each row.
    package var connection: UInt64?
    /// Stands at the end of the chunk's first row: who sent a datagram.
    package var note: [UInt8]?
    /// For each byte of the chunk whether asterisks stand in its place; empty if they do for none.
    package var covered: [Bool] = []

    /// Makes labels, none if not told otherwise.
    package init(time: [UInt8]? = nil, connection: UInt64? = nil, note: [UInt8]? = nil) {
      self.time = time
      self.connection = connection
      self.note = note
    }
  }

  /// The offset of the next byte sent.
  package var sentOffset: UInt64
  /// The offset of the next byte received.
  package var receivedOffset: UInt64

  /// Makes a dump whose offsets begin at 0 or where the caller says.
  package init(sentOffset: UInt64 = 0, receivedOffset: UInt64 = 0) {
    self.sentOffset = sentOffset
    self.receivedOffset = receivedOffset
  }

  /// Appends the rows of one chunk and moves the offset of its direction.
  ///
  /// A chunk without bytes, as an empty datagram is, takes a row without bytes.
  package mutating func append(
    _ bytes: RawSpan, _ direction: Direction, labels: Labels = Labels(), to output: inout [UInt8]
  ) {
    switch direction {
    case .sent:
      appendRows(of: bytes, marker: sentMarker, from: sentOffset, labels, to: &output)
      sentOffset &+= UInt64(bytes.byteCount)
    case .received:
      appendRows(of: bytes, marker: receivedMarker, from: receivedOffset, labels, to: &output)
      receivedOffset &+= UInt64(bytes.byteCount)
    }
  }

  private func appendRows(
    of bytes: RawSpan, marker: UInt8, from offset: UInt64, _ labels: Labels,
    to output: inout [UInt8]
  ) {
    let prefix = RowPrefix(labels, marker: marker)
    let note = labels.note ?? []
    let rowCount = max(1, (bytes.byteCount + bytesPerRow - 1) / bytesPerRow)
    let capacity = rowCount * (prefix.length + longestRow) + note.count + 2
    output.append(addingCapacity: capacity) { rows in
      rows.withUnsafeMutableBufferPointer { buffer, count in
        guard let start = buffer.baseAddress else { return }
        var writer = RowWriter(
          next: UnsafeMutableRawPointer(start), prefix: prefix, covered: labels.covered)
        bytes.withUnsafeBytes { writer.write($0, from: offset, note: note) }
        count = writer.next - UnsafeMutableRawPointer(start)
      }
    }
  }
}

let sentMarker = UInt8(ascii: ">")
let receivedMarker = UInt8(ascii: "<")
let bytesPerRow = 16
/// The width of the hex digits of a row, with the gap in the middle.
let hexWidth = 48

/// Offset, two spaces, hex digits, two spaces, ASCII between bars, line feed.
private let longestRow = 16 + 2 + hexWidth + 2 + 1 + bytesPerRow + 1 + 1
private let space = UInt8(ascii: " ")
private let bar = UInt8(ascii: "|")

/// For each byte its two digits and two spaces, in the order in which they stand in memory.
///
/// Four bytes are stored where three are needed: the next store takes back the fourth, and where
/// there is none it is a space of the gap.
private let cells: [UInt32] = (0..<256).map { byte in
  let digits = Array("0123456789abcdef".utf8)
  let high = UInt32(digits[byte >> 4])
  let low = UInt32(digits[byte & 0xf])
  return (high | low << 8 | 0x2020_0000).littleEndian
}

/// Time, connection and marker, which are the same on each row of a chunk.
private struct RowPrefix {
  let time: [UInt8]
  let connection: [UInt8]
  let marker: UInt8

  init(_ labels: Hexdump.Labels, marker: UInt8) {
    time = labels.time ?? []
    connection = labels.connection.map { Array(String($0).utf8) } ?? []
    self.marker = marker
  }

  var length: Int { time.count + 1 + connection.count + 1 + 2 }
}

/// Writes rows into memory that is large enough for them.
private struct RowWriter {
  var next: UnsafeMutableRawPointer
  let prefix: RowPrefix
  let covered: [Bool]

  mutating func write(_ bytes: UnsafeRawBufferPointer, from offset: UInt64, note: [UInt8]) {
    cells.withUnsafeBufferPointer { cells in
      writeRow(bytes, 0, offset, cells)
      if !note.isEmpty {
        put(space)
        put(space)
        put(note)
      }
      put(UInt8(ascii: "\n"))
      for start in stride(from: bytesPerRow, to: bytes.count, by: bytesPerRow) {
        writeRow(bytes, start, offset &+ UInt64(start), cells)
        put(UInt8(ascii: "\n"))
      }
    }
  }

  @inline(__always)
  private mutating func writeRow(
    _ bytes: UnsafeRawBufferPointer, _ start: Int, _ offset: UInt64,
    _ cells: UnsafeBufferPointer<UInt32>
  ) {
    writePrefix()
    writeOffset(offset, cells)
    let end = min(start + bytesPerRow, bytes.count)
    let row = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    let digits = next
    defer { if !covered.isEmpty { cover(start..<end, from: digits) } }
    if row.count == bytesPerRow {
      writeFullRow(row, cells)
    } else {
      writeShortRow(row, cells)
    }
  }

  @inline(__always)
  private mutating func writePrefix() {
    if !prefix.time.isEmpty {
      put(prefix.time)
      put(space)
    }
    if !prefix.connection.isEmpty {
      put(prefix.connection)
      put(space)
    }
    put(prefix.marker)
    put(space)
  }

  /// Writes at least eight digits, and two spaces.
  @inline(__always)
  private mutating func writeOffset(_ offset: UInt64, _ cells: UnsafeBufferPointer<UInt32>) {
    var shift = 24
    while offset >> UInt64(shift) > 0xff {
      shift += 8
    }
    if shift > 24, offset >> UInt64(shift) <= 0xf {
      let digit = cells[Int(offset >> UInt64(shift))].littleEndian >> 8
      put(UInt8(truncatingIfNeeded: digit))
      shift -= 8
    }
    while shift >= 0 {
      next.storeBytes(of: cells[Int(offset >> UInt64(shift) & 0xff)], as: UInt32.self)
      next += 2
      shift -= 8
    }
    next += 2
  }

  @inline(__always)
  private mutating func writeFullRow(
    _ row: UnsafeRawBufferPointer, _ cells: UnsafeBufferPointer<UInt32>
  ) {
    for place in 0..<bytesPerRow {
      store(cells[Int(row[place])], at: place)
    }
    next += hexWidth + 2
    put(bar)
    for half in stride(from: 0, to: bytesPerRow, by: 8) {
      let word = row.loadUnaligned(fromByteOffset: half, as: UInt64.self)
      next.storeBytes(of: shownAsASCII(word), toByteOffset: half, as: UInt64.self)
    }
    next += bytesPerRow
    put(bar)
  }

  private mutating func writeShortRow(
    _ row: UnsafeRawBufferPointer, _ cells: UnsafeBufferPointer<UInt32>
  ) {
    next.initializeMemory(as: UInt8.self, repeating: space, count: hexWidth + 2)
    for place in 0..<row.count {
      store(cells[Int(row[place])], at: place)
    }
    next += hexWidth + 2
    put(bar)
    for byte in row {
      put((0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "."))
    }
    put(bar)
  }

  /// Puts asterisks over what must not be seen of a row.
  private func cover(_ places: Range<Int>, from digits: UnsafeMutableRawPointer) {
    let asterisk = UInt8(ascii: "*")
    for place in places where covered[place] {
      let column = hexColumn(ofByte: place - places.lowerBound)
      digits.storeBytes(of: asterisk, toByteOffset: column, as: UInt8.self)
      digits.storeBytes(of: asterisk, toByteOffset: column + 1, as: UInt8.self)
      let character = hexWidth + 2 + 1 + place - places.lowerBound
      digits.storeBytes(of: asterisk, toByteOffset: character, as: UInt8.self)
    }
  }

  @inline(__always)
  private func store(_ cell: UInt32, at place: Int) {
    next.storeBytes(of: cell, toByteOffset: hexColumn(ofByte: place), as: UInt32.self)
  }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    next.storeBytes(of: byte, as: UInt8.self)
    next += 1
  }

  private mutating func put(_ text: [UInt8]) {
    text.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: next, count: $0.count).copyMemory(from: $0)
    }
    next += text.count
  }
}

/// The column of a byte's first digit, counted from that of the row's first byte.
@inline(__always)
func hexColumn(ofByte place: Int) -> Int {
  3 * place + (place >= 8 ? 1 : 0)
}

/// Eight bytes at once, with a dot for each that is no printable ASCII.
///
/// Written out over a word, as the comparison of SIMD vectors goes byte by byte through memory.
@inline(__always)
private func shownAsASCII(_ word: UInt64) -> UInt64 {
  let each: UInt64 = 0x0101_0101_0101_0101
  let low = word & (each * 0x7f)
  // The highest bit of each byte says: from 0x20 on, not 0x7f, below 0x80.
  let isPrintable = (low + each * 0x60) & ~(low + each) & ~word & (each * 0x80)
  let mask = (isPrintable >> 7) * 0xff
  return word & mask | (each * 0x2e) & ~mask
}
