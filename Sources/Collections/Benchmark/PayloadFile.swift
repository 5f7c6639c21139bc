public import Foundation

/// Payloads as the field's benchmarks exchange them: JSON lines, on each an object with the fields of one row, in the
/// order of the rows.
public enum PayloadFile {
    /// The payloads of some rows, and the fields they have, in the order of their names.
    public struct Rows: Sendable {
        public let fields: [CollectionSchema.Field]
        public let payloads: [Payload]
        let kinds: PayloadKinds
    }

    /// The longest line, in bytes.
    static let lineBytesMax = 4 << 20

    /// Reads the first `count` lines. Kinds are found from the values; see `PayloadKinds`.
    /// - Throws: `BenchmarkFileError`, and what reading throws.
    public static func read(_ url: URL, count: Int) throws -> Rows {
        try parse(try Data(contentsOf: url, options: .alwaysMapped), path: url.path, count: count)
    }

    static func parse(_ data: Data, path: String, count: Int) throws(BenchmarkFileError) -> Rows {
        var rows: [[String: JSONScalar]] = []
        var kinds = PayloadKinds()
        var rest = data[...]
        rows.reserveCapacity(count)
        while rows.count < count {
            let place = "line \(rows.count + 1)"
            guard !rest.isEmpty else {
                throw BenchmarkFileError(
                    path: path, place: place, problem: "it is missing, needed is a line for each of \(count) rows")
            }
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            guard end - rest.startIndex <= lineBytesMax else {
                throw BenchmarkFileError(
                    path: path, place: place,
                    problem: "it has \(end - rest.startIndex) bytes, allowed are \(lineBytesMax)")
            }
            let row = try BenchmarkFileError.decode(
                [String: JSONScalar].self, from: rest[rest.startIndex..<end], path: path, place: place)
            for (field, value) in row {
                do throws(PayloadKinds.Mismatch) {
                    try kinds.add(value, field: field)
                } catch {
                    throw BenchmarkFileError(
                        path: path, place: "\(place), field '\(field)'",
                        problem: "\(error.came) came, allowed is \(error.before.rawValue) as on the lines before")
                }
            }
            guard kinds.kinds.count <= CollectionSchema.fieldsMax else {
                throw BenchmarkFileError(
                    path: path, place: place, problem: "more than \(CollectionSchema.fieldsMax) fields came")
            }
            rows.append(row)
            rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...]
        }
        let payloads = rows.map { row in
            var payload: Payload = [:]
            for (field, value) in row { payload[field] = kinds.value(value, field: field) }
            return payload
        }
        let fields = kinds.kinds.sorted { $0.key < $1.key }.map { CollectionSchema.Field($0.key, $0.value) }
        return Rows(fields: fields, payloads: payloads, kinds: kinds)
    }
}

/// A file of payloads or filters that cannot be used.
public struct BenchmarkFileError: Error, Equatable, CustomStringConvertible {
    public let path: String
    /// Such as "line 7, field 'role'".
    public let place: String
    public let problem: String

    public var description: String { "\(path), \(place): \(problem)" }

    static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, path: String, place: String
    ) throws(BenchmarkFileError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw BenchmarkFileError(path: path, place: place, problem: reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.typeMismatch(_, let came), DecodingError.valueNotFound(_, let came),
            DecodingError.keyNotFound(_, let came), DecodingError.dataCorrupted(let came):
            context = came
        default: return "\(error)"
        }
        let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        return (keys.isEmpty ? "" : "at \(keys.joined(separator: " ")): ") + context.debugDescription
    }
}
