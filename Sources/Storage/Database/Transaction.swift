/// A transaction under way. It is usable inside the closure that it was handed to, which ends it.
///
/// After a statement has failed the server refuses all others: let the error out of the closure.
public struct Transaction: Sendable {
    private let connection: PostgresConnection

    /// How many bytes of copied rows are sent at a time.
    private static let copyChunkBytes = 64 * 1_024

    init(connection: PostgresConnection) { self.connection = connection }

    /// Runs one statement.
    /// - Parameter timeoutSeconds: instead of the configured time; 0 is without limit.
    @discardableResult
    public nonisolated(nonsending) func query(_ statement: Statement, timeoutSeconds: Double? = nil) async throws
        -> Rows
    {
        try await connection.query(statement, timeoutSeconds: timeoutSeconds)
    }

    /// Runs one statement.
    /// - Returns: how many rows it inserted, updated or deleted.
    @discardableResult
    public nonisolated(nonsending) func execute(_ statement: Statement) async throws -> Int {
        try await connection.query(statement).affected
    }

    /// Runs many statements, 256 to a round trip; those with the same SQL share one prepared statement.
    /// - Returns: the affected rows of all together.
    /// - Throws: the first error; the statements after it did not run.
    @discardableResult
    public nonisolated(nonsending) func executeMany(_ statements: some Sequence<Statement>) async throws -> Int {
        var affected = 0
        var batch: [Statement] = []
        batch.reserveCapacity(PostgresSession.pipelineDepthMax)
        for statement in statements {
            batch.append(statement)
            guard batch.count == PostgresSession.pipelineDepthMax else { continue }
            affected += try await connection.pipeline(batch)
            batch.removeAll(keepingCapacity: true)
        }
        return affected + (try await connection.pipeline(batch))
    }

    /// Copies rows into a table, the quickest way for many.
    /// - Parameters:
    ///   - table: optionally with its schema before a dot; quoted here.
    ///   - columns: quoted here.
    ///   - rows: each with one value per column, of exactly the column's type: `Int32` for `integer`, `Int64` for `bigint`.
    /// - Returns: how many rows were copied.
    @discardableResult
    public nonisolated(nonsending) func copyIn(
        table: String, columns: [String], rows: some Sequence<CopyRow>
    ) async throws -> Int {
        try await copying(table: table, columns: columns) { send in
            for row in rows { try await send(row) }
        }
    }

    /// Copies rows as they come; the pace is the slower of the two sides. While nothing comes for the time that a
    /// statement may take, the copy is ended with an error.
    @discardableResult
    public nonisolated(nonsending) func copyIn<Rows: AsyncSequence>(
        table: String, columns: [String], rows: Rows
    ) async throws -> Int where Rows.Element == CopyRow {
        try await copying(table: table, columns: columns) { send in
            for try await row in rows { try await send(row) }
        }
    }

    /// Sets a setting of the server until the transaction ends.
    public nonisolated(nonsending) func setLocal(_ name: String, _ value: String) async throws {
        try await connection.query("SELECT set_config(\(name), \(value), true)")
    }

    private nonisolated(nonsending) func copying(
        table: String, columns: [String],
        _ produce: nonisolated(nonsending) (nonisolated(nonsending) (CopyRow) async throws -> Void) async throws -> Void
    ) async throws -> Int {
        let target = table.split(separator: ".").map { Identifier.quoted(String($0)) }.joined(separator: ".")
        let list = columns.map { Identifier.quoted($0) }.joined(separator: ", ")
        let sql = "COPY \(target) (\(list)) FROM STDIN (FORMAT binary)"
        try await connection.beginCopy(sql)
        var chunk = CopyRow.header
        do {
            try await produce { row in
                guard row.fieldCount == columns.count else {
                    throw PostgresError(
                        kind: .other, message: "a row of \(row.fieldCount) values for \(columns.count) columns",
                        statement: sql)
                }
                chunk += row.bytes
                guard chunk.count >= Self.copyChunkBytes else { return }
                try await connection.putCopy(chunk)
                chunk.removeAll(keepingCapacity: true)
            }
            try await connection.putCopy(chunk + CopyRow.trailer)
        } catch {
            _ = try await connection.endCopy(sql, abortReason: "the rows could not be produced")
            throw error
        }
        return try await connection.endCopy(sql, abortReason: nil)
    }
}

/// Names in SQL.
enum Identifier {
    /// The server cuts longer names silently.
    static let lengthMaxBytes = 63

    /// In double quotes, inner ones doubled: whatever it holds, it is one name.
    static func quoted(_ name: String) -> String {
        precondition(!name.isEmpty && !name.contains("\0"), "no name")
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
