public import Foundation

/// A value that can be a parameter of a statement or a field of a copied row.
///
/// The type is declared to the server, so a context that wants another type needs an implicit cast from it, or a cast
/// in the SQL: `\(text)::my_enum`, `left(title, \(Int32(length)))`.
public protocol PostgresEncodable: Sendable {
    static var postgresType: PostgresType { get }
    /// Whether the value is NULL; nothing is encoded then.
    var isPostgresNull: Bool { get }
    /// Appends the type's binary representation, as its receive function on the server wants it.
    func encodePostgres(into bytes: inout [UInt8])
}

extension PostgresEncodable {
    public var isPostgresNull: Bool { false }
}

extension [UInt8] {
    mutating func appendBigEndian<Value: FixedWidthInteger>(_ value: Value) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Fills in a length that was left open until its value was written.
    mutating func setBigEndian(_ value: UInt32, at offset: Int) {
        for byte in 0..<4 { self[offset + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(byte))) }
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }
    public var isPostgresNull: Bool { self?.isPostgresNull ?? true }
    public func encodePostgres(into bytes: inout [UInt8]) { self?.encodePostgres(into: &bytes) }
}

extension Bool: PostgresEncodable {
    public static var postgresType: PostgresType { .bool }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

extension Int16: PostgresEncodable {
    public static var postgresType: PostgresType { .int2 }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
}

extension Int32: PostgresEncodable {
    public static var postgresType: PostgresType { .int4 }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
}

extension Int64: PostgresEncodable {
    public static var postgresType: PostgresType { .int8 }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
}

extension Int: PostgresEncodable {
    public static var postgresType: PostgresType { .int8 }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(Int64(self)) }
}

extension Float: PostgresEncodable {
    public static var postgresType: PostgresType { .float4 }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(bitPattern) }
}

extension Double: PostgresEncodable {
    public static var postgresType: PostgresType { .float8 }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes.appendBigEndian(bitPattern) }
}

extension String: PostgresEncodable {
    public static var postgresType: PostgresType { .text }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes += utf8 }
}

extension UUID: PostgresEncodable {
    public static var postgresType: PostgresType { .uuid }
    public func encodePostgres(into bytes: inout [UInt8]) {
        Swift.withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }
}

extension Data: PostgresEncodable {
    public static var postgresType: PostgresType { .bytea }
    public func encodePostgres(into bytes: inout [UInt8]) { bytes += self }
}

extension JSONText: PostgresEncodable {
    public static var postgresType: PostgresType { .jsonb }
    public func encodePostgres(into bytes: inout [UInt8]) {
        bytes.append(Self.jsonbVersion)
        bytes += text.utf8
    }
}

extension Date: PostgresEncodable {
    public static var postgresType: PostgresType { .timestamptz }
    /// To the microsecond, the server's resolution; what lies beyond its range becomes `infinity`.
    public func encodePostgres(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(TimestampEncoding.microseconds(of: self))
    }
}

/// Timestamps of the binary format: microseconds from the start of the year 2000, UTC.
enum TimestampEncoding {
    /// From the start of 2000 to the start of 2001, where Foundation counts from.
    private static let referenceSeconds = 31_622_400.0
    static let infinity = Int64.max
    static let minusInfinity = Int64.min
    /// 294276-12-31 and 4713 BC, where the server's timestamps end.
    private static let microsecondsMax = 9.223_371_331_2e18
    private static let microsecondsMin = -2.118_134_88e17

    static func microseconds(of date: Date) -> Int64 {
        let microseconds = ((date.timeIntervalSinceReferenceDate + referenceSeconds) * 1e6).rounded()
        precondition(!microseconds.isNaN, "a date that is no number")
        if microseconds >= microsecondsMax { return infinity }
        if microseconds < microsecondsMin { return minusInfinity }
        return Int64(microseconds)
    }

    static func date(microseconds: Int64) -> Date {
        switch microseconds {
        case infinity: .distantFuture
        case minusInfinity: .distantPast
        default: Date(timeIntervalSinceReferenceDate: Double(microseconds) / 1e6 - referenceSeconds)
        }
    }

    static func date(days: Int32) -> Date {
        switch days {
        case .max: .distantFuture
        case .min: .distantPast
        default: Date(timeIntervalSinceReferenceDate: Double(days) * 86_400 - referenceSeconds)
        }
    }
}
