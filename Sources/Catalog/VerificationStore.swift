public import Foundation
public import Storage

/// Requests to every live instance to compare its index with the rows, and what the instances found.
public struct VerificationStore: Sendable {
    /// A request that an instance has not answered yet.
    public struct Request: Sendable, Equatable {
        public let id: UUID
        /// Whether what differs is to be mended.
        public let repairs: Bool
    }

    /// What one instance answered.
    public struct Answer: Sendable {
        public enum Outcome: Sendable {
            case report(JSONText)
            case failure(String)
        }

        public let instance: UUID
        public let outcome: Outcome
    }

    static let errorLengthMax = 2_000
    /// An older request is answered by nobody: whoever asked no longer waits.
    private static let openMinutes = 30
    private static let keptDays = 7

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Asks.
    public func request(repairs: Bool) async throws -> UUID {
        let rows = try await database.query(
            "INSERT INTO verifications (repairs) VALUES (\(repairs)) RETURNING id")
        guard let row = rows.first else { preconditionFailure("an insertion returns its row") }
        return try row.decode("id", as: UUID.self)
    }

    /// What an instance has been asked since `start` and has not answered, oldest first.
    public func open(for instance: UUID, since start: Date) async throws -> [Request] {
        let rows = try await database.query(
            """
            SELECT id, repairs FROM verifications v
            WHERE requested_at >= greatest(\(start), now() - make_interval(mins => \(Int32(Self.openMinutes))))
                AND NOT EXISTS (
                    SELECT FROM verification_reports r
                    WHERE r.verification_id = v.id AND r.instance_id = \(instance))
            ORDER BY requested_at, id LIMIT 10
            """)
        return try rows.map { row in
            Request(id: try row.decode("id", as: UUID.self), repairs: try row.decode("repairs", as: Bool.self))
        }
    }

    /// Answers. A second answer of the same instance is ignored.
    public func answer(_ request: UUID, of instance: UUID, _ outcome: Answer.Outcome) async throws {
        var report: JSONText?
        var failure: String?
        switch outcome {
        case .report(let json): report = json
        case .failure(let error): failure = String(error.unicodeScalars.prefix(Self.errorLengthMax).map(Character.init))
        }
        try await database.query(
            """
            INSERT INTO verification_reports (verification_id, instance_id, report, error)
            SELECT id, \(instance), \(optional: report), \(optional: failure) FROM verifications WHERE id = \(request)
            ON CONFLICT (verification_id, instance_id) DO NOTHING
            """)
    }

    public func answers(to request: UUID) async throws -> [Answer] {
        let rows = try await database.query(
            """
            SELECT instance_id, report::text AS report, error FROM verification_reports
            WHERE verification_id = \(request) ORDER BY reported_at, instance_id
            """)
        return try rows.map { row in
            let report = try row.decode("report", as: String?.self).map(JSONText.init)
            let failure = try row.decode("error", as: String?.self) ?? ""
            return Answer(
                instance: try row.decode("instance_id", as: UUID.self),
                outcome: report.map(Answer.Outcome.report) ?? .failure(failure))
        }
    }

    /// Forgets requests of more than a week ago, with their answers.
    /// - Returns: how many.
    public func removeOld() async throws -> Int {
        try await database.query(
            "DELETE FROM verifications WHERE requested_at < now() - make_interval(days => \(Int32(Self.keptDays)))"
        ).affected
    }
}
