import Storage
import Testing

extension Database {
    /// The first column of the first row.
    func value<Value: PostgresDecodable>(_ statement: Statement, as: Value.Type = Value.self) async throws -> Value {
        try #require(try await query(statement).first).decode(at: 0)
    }
}
