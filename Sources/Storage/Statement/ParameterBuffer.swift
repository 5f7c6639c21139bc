/// Encoded values one behind the other, with their types: one allocation for all parameters of a statement.
struct ParameterBuffer: Sendable {
    struct Slot: Sendable {
        let offset: Int
        /// Bytes; nil is NULL.
        let length: Int?
    }

    private(set) var bytes: [UInt8] = []
    private(set) var types: [UInt32] = []
    private(set) var slots: [Slot] = []

    var count: Int { slots.count }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        let offset = bytes.count
        types.append(Value.postgresType.oid)
        guard !value.isPostgresNull else { return slots.append(Slot(offset: offset, length: nil)) }
        value.encodePostgres(into: &bytes)
        slots.append(Slot(offset: offset, length: bytes.count - offset))
    }

    mutating func append(_ other: ParameterBuffer) {
        let base = bytes.count
        bytes += other.bytes
        types += other.types
        slots += other.slots.map { Slot(offset: $0.offset + base, length: $0.length) }
    }
}
