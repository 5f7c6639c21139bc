public import Foundation

/// A value whose arrays are values too: one-dimensional and without NULLs.
///
/// `UInt8` is the exception that this protocol makes room for: its array is `bytea`, not an array of the server.
public protocol PostgresArrayElement: PostgresEncodable, PostgresDecodable {
    static var postgresArrayType: PostgresType { get }
    static func encodePostgresArray(_ elements: [Self], into bytes: inout [UInt8])
    static func decodePostgresArray(_ bytes: RawSpan, type: PostgresType) throws -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }
    public func encodePostgres(into bytes: inout [UInt8]) { Element.encodePostgresArray(self, into: &bytes) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> [Element] {
        try Element.decodePostgresArray(bytes, type: type)
    }
}

extension PostgresArrayElement {
    /// Dimensions, a flag for NULLs, the element type, the count and the lower bound, then each element's length and bytes.
    public static func encodePostgresArray(_ elements: [Self], into bytes: inout [UInt8]) {
        bytes.appendBigEndian(Int32(elements.isEmpty ? 0 : 1))
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(postgresType.oid)
        guard !elements.isEmpty else { return }
        bytes.appendBigEndian(Int32(elements.count))
        bytes.appendBigEndian(Int32(1))
        for element in elements {
            let lengthOffset = bytes.count
            bytes.appendBigEndian(Int32(0))
            element.encodePostgres(into: &bytes)
            bytes.setBigEndian(UInt32(bytes.count - lengthOffset - 4), at: lengthOffset)
        }
    }

    public static func decodePostgresArray(_ bytes: RawSpan, type: PostgresType) throws -> [Self] {
        var reader = BinaryReader(byteCount: bytes.byteCount)
        // Only arrays begin with this header; any other type of the server is told apart by its identifier.
        guard PostgresArrayTypes.isArray(type) else { throw PostgresCellError.unsupportedType }
        let dimensions: Int32 = try reader.integer(bytes)
        _ = try reader.integer(bytes) as Int32
        let elementType = PostgresType(oid: try reader.integer(bytes))
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw PostgresCellError.malformed("an array of \(dimensions) dimensions") }
        let count = Int(try reader.integer(bytes) as Int32)
        _ = try reader.integer(bytes) as Int32
        var elements: [Self] = []
        elements.reserveCapacity(min(count, bytes.byteCount / 4))
        for _ in 0..<max(count, 0) {
            let length = Int(try reader.integer(bytes) as Int32)
            guard length >= 0 else { throw PostgresCellError.malformed("an array with a NULL") }
            let element = bytes.extracting(try reader.skip(length))
            elements.append(try Self.decodePostgres(element, type: elementType))
        }
        return elements
    }
}

/// Which types of the server are arrays.
enum PostgresArrayTypes {
    private static let builtIn: Set<PostgresType> = [
        .boolArray, .byteaArray, .nameArray, .int2Array, .int4Array, .textArray, .int8Array, .float4Array, .float8Array,
        .timestamptzArray, .uuidArray, .jsonbArray, PostgresType(oid: 1015), PostgresType(oid: 1014),
        PostgresType(oid: 199), PostgresType(oid: 1115), PostgresType(oid: 1182), PostgresType(oid: 1231),
    ]

    static func isArray(_ type: PostgresType) -> Bool {
        builtIn.contains(type) || type.oid >= PostgresType.userDefinedMin
    }
}

extension Bool: PostgresArrayElement { public static var postgresArrayType: PostgresType { .boolArray } }
extension Int16: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int2Array } }
extension Int32: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int4Array } }
extension Int64: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int8Array } }
extension Int: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int8Array } }
extension Float: PostgresArrayElement { public static var postgresArrayType: PostgresType { .float4Array } }
extension Double: PostgresArrayElement { public static var postgresArrayType: PostgresType { .float8Array } }
extension String: PostgresArrayElement { public static var postgresArrayType: PostgresType { .textArray } }
extension UUID: PostgresArrayElement { public static var postgresArrayType: PostgresType { .uuidArray } }
extension Date: PostgresArrayElement { public static var postgresArrayType: PostgresType { .timestamptzArray } }
extension Data: PostgresArrayElement { public static var postgresArrayType: PostgresType { .byteaArray } }
extension JSONText: PostgresArrayElement { public static var postgresArrayType: PostgresType { .jsonbArray } }

extension Array: PostgresArrayElement where Element == UInt8 {
    public static var postgresArrayType: PostgresType { .byteaArray }
}

/// Exists so that `[UInt8]` is `bytea`; a single `UInt8` has no type on the server and is bound as `int2`.
extension UInt8: PostgresArrayElement {
    public static var postgresType: PostgresType { .int2 }
    public static var postgresArrayType: PostgresType { .bytea }

    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(Int16(self)) }

    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> UInt8 {
        guard let value = UInt8(exactly: try Int16.decodePostgres(bytes, type: type)) else {
            throw PostgresCellError.malformed("out of the range 0...255")
        }
        return value
    }

    public static func encodePostgresArray(_ elements: [UInt8], into bytes: inout [UInt8]) { bytes += elements }

    public static func decodePostgresArray(_ bytes: RawSpan, type: PostgresType) throws -> [UInt8] {
        guard type == .bytea else { throw PostgresCellError.unsupportedType }
        return bytes.withUnsafeBytes { [UInt8]($0) }
    }
}
