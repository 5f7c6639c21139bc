/// One row of a result, which it keeps in memory.
public struct Row: Sendable {
    let rows: Rows
    let index: Int

    /// The value of a column. O(1) and the decoding.
    /// - Throws: `PostgresDecodingError` where there is no such column, its type or content does not fit, or it is NULL
    ///   and `Value` is no optional.
    public func decode<Value: PostgresDecodable>(_ column: String, as: Value.Type = Value.self) throws -> Value {
        guard let position = rows.layout.index(of: column) else {
            throw PostgresDecodingError(
                column: column, expected: "\(Value.self)", found: nil,
                reason: "there is no such column; the columns are \(rows.columns.joined(separator: ", "))")
        }
        return try decode(at: position)
    }

    /// The value of the column at `position`, counted from 0.
    /// - Throws: as `decode(_:as:)`.
    public func decode<Value: PostgresDecodable>(at position: Int, as: Value.Type = Value.self) throws -> Value {
        guard rows.layout.types.indices.contains(position) else {
            throw PostgresDecodingError(
                column: "#\(position)", expected: "\(Value.self)", found: nil,
                reason: "there are \(rows.layout.types.count) columns")
        }
        let type = rows.layout.types[position]
        do {
            guard let cell = rows.result.cell(row: index, column: position) else {
                if let null = Value.postgresNull { return null }
                throw PostgresCellError.malformed("NULL in a column that must have a value")
            }
            return try Value.decodePostgres(cell.bytes, type: type)
        } catch let error as PostgresCellError {
            let reason =
                switch error {
                case .unsupportedType: "this type cannot be decoded as \(Value.self)"
                case .malformed(let reason): reason
                }
            throw PostgresDecodingError(
                column: rows.layout.names[position], expected: "\(Value.self)", found: type, reason: reason)
        }
    }

    /// `let id: UUID = try row["id"]`.
    public subscript<Value: PostgresDecodable>(_ column: String) -> Value {
        get throws { try decode(column) }
    }
}
