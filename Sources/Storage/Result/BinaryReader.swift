/// Reads big-endian integers from a column's bytes, which it is shown at each call; every read is checked.
struct BinaryReader {
    private let byteCount: Int
    private(set) var offset = 0

    init(byteCount: Int) { self.byteCount = byteCount }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ bytes: RawSpan) throws -> Value {
        let range = try skip(MemoryLayout<Value>.size)
        return Value(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: Value.self))
    }

    /// Passes over `count` bytes and returns where they are.
    mutating func skip(_ count: Int) throws -> Range<Int> {
        guard count >= 0, byteCount - offset >= count else {
            throw PostgresCellError.malformed("ends after \(byteCount) bytes")
        }
        defer { offset += count }
        return offset..<offset + count
    }

    /// The integer that the bytes are, all of them.
    static func only<Value: FixedWidthInteger & BitwiseCopyable>(_ bytes: RawSpan) throws -> Value {
        guard bytes.byteCount == MemoryLayout<Value>.size else {
            throw PostgresCellError.malformed("\(bytes.byteCount) bytes, not \(MemoryLayout<Value>.size)")
        }
        return Value(bigEndian: bytes.unsafeLoadUnaligned(as: Value.self))
    }
}
