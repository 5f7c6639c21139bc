/// A row for `Transaction.copyIn`, encoded in the server's binary format.
public struct CopyRow: Sendable {
    let bytes: [UInt8]
    let fieldCount: Int

    /// One value per column, each of exactly the column's type.
    public init<each Value: PostgresEncodable>(_ value: repeat each Value) {
        var fieldCount = 0
        var bytes: [UInt8] = [0, 0]
        for value in repeat each value {
            Self.append(value, to: &bytes)
            fieldCount += 1
        }
        precondition(fieldCount <= Int16.max)
        bytes[0] = UInt8(fieldCount >> 8)
        bytes[1] = UInt8(fieldCount & 0xFF)
        self.bytes = bytes
        self.fieldCount = fieldCount
    }

    /// The signature, flags and the length of a header extension, of which there are none.
    static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
    /// A field count of -1.
    static let trailer: [UInt8] = [0xFF, 0xFF]

    private static func append<Value: PostgresEncodable>(_ value: Value, to bytes: inout [UInt8]) {
        guard !value.isPostgresNull else { return bytes.appendBigEndian(Int32(-1)) }
        let lengthOffset = bytes.count
        bytes.appendBigEndian(Int32(0))
        value.encodePostgres(into: &bytes)
        bytes.setBigEndian(UInt32(bytes.count - lengthOffset - 4), at: lengthOffset)
    }
}
