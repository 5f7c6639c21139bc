public import Foundation

/// A value that can be read from a column.
public protocol PostgresDecodable {
    /// - Parameters:
    ///   - bytes: the column's binary representation; valid during the call only.
    ///   - type: the column's type; a decoder refuses those it does not know.
    /// - Throws: `PostgresCellError`, which `Row` completes with the column's name.
    static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Self
    /// What NULL is decoded to; nil where NULL is an error.
    static var postgresNull: Self? { get }
}

extension PostgresDecodable {
    public static var postgresNull: Self? { nil }
}

/// Why a column's bytes are not the value that was asked for.
public enum PostgresCellError: Error, Equatable {
    /// The decoder does not know the column's type.
    case unsupportedType
    /// The type is known, the content does not fit the Swift type.
    case malformed(String)
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Wrapped? {
        try Wrapped.decodePostgres(bytes, type: type)
    }
    public static var postgresNull: Wrapped?? { .some(nil) }
}

extension Bool: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Bool {
        guard type == .bool else { throw PostgresCellError.unsupportedType }
        return try BinaryReader.only(bytes) as UInt8 != 0
    }
}

extension FixedWidthInteger {
    /// From any integer type of the server, and from `numeric` without a fraction; a value out of range is an error.
    fileprivate static func decodeInteger(_ bytes: RawSpan, type: PostgresType) throws -> Self {
        let wide: Int64
        switch type {
        case .int2: wide = Int64(try BinaryReader.only(bytes) as Int16)
        case .int4: wide = Int64(try BinaryReader.only(bytes) as Int32)
        case .int8: wide = try BinaryReader.only(bytes)
        case .objectID: wide = Int64(try BinaryReader.only(bytes) as UInt32)
        case .numeric:
            let text = try NumericText.decode(bytes)
            guard let value = Int64(text) else { throw PostgresCellError.malformed("a number that is no Int64") }
            wide = value
        default: throw PostgresCellError.unsupportedType
        }
        guard let value = Self(exactly: wide) else {
            throw PostgresCellError.malformed("out of the range of \(Self.self)")
        }
        return value
    }
}

extension Int16: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Int16 {
        try decodeInteger(bytes, type: type)
    }
}

extension Int32: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Int32 {
        try decodeInteger(bytes, type: type)
    }
}

extension Int64: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Int64 {
        try decodeInteger(bytes, type: type)
    }
}

extension Int: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Int {
        try decodeInteger(bytes, type: type)
    }
}

extension Float: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Float {
        guard type == .float4 else { throw PostgresCellError.unsupportedType }
        return Float(bitPattern: try BinaryReader.only(bytes))
    }
}

extension Double: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Double {
        switch type {
        case .float8: return Double(bitPattern: try BinaryReader.only(bytes))
        case .float4: return Double(Float(bitPattern: try BinaryReader.only(bytes)))
        case .int2: return Double(try BinaryReader.only(bytes) as Int16)
        case .int4: return Double(try BinaryReader.only(bytes) as Int32)
        case .numeric:
            guard let value = Double(try NumericText.decode(bytes)) else {
                throw PostgresCellError.malformed("no number")
            }
            return value
        default: throw PostgresCellError.unsupportedType
        }
    }
}

extension String: PostgresDecodable {
    /// From text types, `json`, `jsonb`, `numeric` and from types that users define, whose binary form may be text (enums).
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> String {
        switch type {
        case .text, .varchar, .bpchar, .name, .json, .xml, .unknown, .char: return try text(bytes)
        case .jsonb: return try JSONText.decodePostgres(bytes, type: type).text
        case .numeric: return try NumericText.decode(bytes)
        case let other where other.oid >= PostgresType.userDefinedMin: return try text(bytes)
        default: throw PostgresCellError.unsupportedType
        }
    }

    fileprivate static func text(_ bytes: RawSpan) throws -> String {
        guard let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw PostgresCellError.malformed("not UTF-8")
        }
        return text
    }
}

extension UUID: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> UUID {
        guard type == .uuid else { throw PostgresCellError.unsupportedType }
        guard bytes.byteCount == 16 else { throw PostgresCellError.malformed("\(bytes.byteCount) bytes, not 16") }
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}

extension Data: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Data {
        guard type == .bytea else { throw PostgresCellError.unsupportedType }
        return bytes.withUnsafeBytes { Data($0) }
    }
}

extension JSONText: PostgresDecodable {
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> JSONText {
        switch type {
        case .json: return JSONText(try String.text(bytes))
        case .jsonb:
            var reader = BinaryReader(byteCount: bytes.byteCount)
            guard try reader.integer(bytes) as UInt8 == jsonbVersion else {
                throw PostgresCellError.malformed("an unknown version of jsonb")
            }
            return JSONText(try String.text(bytes.extracting(try reader.skip(bytes.byteCount - 1))))
        default: throw PostgresCellError.unsupportedType
        }
    }
}

extension Date: PostgresDecodable {
    /// From `timestamptz`, and from `timestamp` and `date` as of UTC. `infinity` becomes the distant future or past.
    public static func decodePostgres(_ bytes: RawSpan, type: PostgresType) throws -> Date {
        switch type {
        case .timestamptz, .timestamp: TimestampEncoding.date(microseconds: try BinaryReader.only(bytes))
        case .date: TimestampEncoding.date(days: try BinaryReader.only(bytes))
        default: throw PostgresCellError.unsupportedType
        }
    }
}
