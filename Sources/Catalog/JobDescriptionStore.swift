public import Foundation
public import Storage

/// Job descriptions in PostgreSQL. Every write stores the row, its vector and the change in one transaction.
public struct JobDescriptionStore: Sendable {
    private let database: Database
    private let vectors = VectorTable(collection: .jobDescriptions)

    public init(database: Database) { self.database = database }

    /// Stores a job description. Without a vector it is queued to be embedded, and not found until then.
    /// - Parameter owner: who alone finds it; everybody does where nil.
    public func create(
        _ draft: JobDescriptionDraft, owner: UUID?, vector: StoredVector?
    ) async throws -> (JobDescription, position: Int64) {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO job_descriptions (owner_id, description, role, company, level, skills)
                VALUES (\(optional: owner), \(draft.description), \(draft.role), \(optional: draft.company),
                    \(optional: draft.level), \(draft.skills))
                RETURNING \(JobDescription.columns)
                """)
            guard let row = rows.first else { preconditionFailure("an insert returns its row") }
            let stored = try JobDescription(row: row)
            try await vectors.store(vector, of: stored.id, textHash: draft.embeddedTextHash, in: transaction)
            let position = try await ChangeLog.append([stored.id], to: .jobDescriptions, in: transaction)
            return (stored, position)
        }
    }

    public func find(_ id: UUID) async throws -> JobDescription? {
        let rows = try await database.query("SELECT \(JobDescription.columns) FROM job_descriptions WHERE id = \(id)")
        return try rows.first.map(JobDescription.init(row:))
    }

    /// Those that a person may find, newest first (then by id), and how many there are.
    /// - Parameter owner: whose, beside everybody's; all of them where nil.
    public func list(
        owner: UUID?, limit: Int, offset: Int
    ) async throws -> (page: [JobDescription], total: Int) {
        let visible: Statement = owner.map { "(owner_id IS NULL OR owner_id = \($0))" } ?? "true"
        let rows = try await database.query(
            """
            SELECT \(JobDescription.columns) FROM job_descriptions WHERE \(visible)
            ORDER BY created_at DESC, id LIMIT \(Int64(limit)) OFFSET \(Int64(offset))
            """)
        let counted = try await database.query("SELECT count(*) AS total FROM job_descriptions WHERE \(visible)")
        let total = try counted.first?.decode("total", as: Int64.self) ?? 0
        return (try rows.map(JobDescription.init(row:)), Int(total))
    }

    /// Removes a job description and its vectors.
    /// - Returns: the position of its change; nil when there is none with this id.
    public func delete(_ id: UUID) async throws -> Int64? {
        try await database.withTransaction { transaction in
            let deleted = try await transaction.query(
                "DELETE FROM job_descriptions WHERE id = \(id) RETURNING owner_id")
            guard let row = deleted.first else { return nil }
            // What is nobody's may come back with a backup.
            if try row.decode("owner_id", as: UUID?.self) != nil {
                try await ErasureLedger.append(.jobDescription, id, in: transaction)
            }
            try await vectors.delete(id, in: transaction)
            return try await ChangeLog.append([id], to: .jobDescriptions, in: transaction)
        }
    }
}
