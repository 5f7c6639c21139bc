public import Foundation
public import Storage

/// Erases people: everything that is theirs, in one transaction, with the figures that it counted for.
public struct PersonErasure: Sendable {
    /// How many rows of each kind went. Vectors and texts to embed go with their items.
    public struct Receipt: Sendable, Equatable, Encodable {
        public var sessions = 0
        public var answers = 0
        public var jobDescriptions = 0
        public var patterns = 0
        /// Lists, with their items and what was made of them.
        public var recommendations = 0
        public var signIns = 0
        public var accounts = 0
        public var vectors = 0
        /// The last positions of what was announced, by collection: an index that has applied them finds nothing any more.
        public var positions: [String: Int64] = [:]

        fileprivate var counts: [String: Int] {
            [
                "sessions": sessions, "answers": answers, "job_descriptions": jobDescriptions, "patterns": patterns,
                "recommendations": recommendations, "sign_ins": signIns, "accounts": accounts, "vectors": vectors,
            ]
        }
    }

    private let database: Database
    private let answers: AnswerStore

    public init(database: Database, answers: AnswerStore) {
        self.database = database
        self.answers = answers
    }

    /// - Returns: nil where there is no such person.
    public func erase(_ person: UUID) async throws -> Receipt? {
        do {
            return try await PersonWrite.run(person, in: database) { transaction in
                var receipt = Receipt()
                receipt.vectors = try await Self.countVectors(of: person, in: transaction)
                try await removeSessions(of: person, &receipt, in: transaction)
                receipt.jobDescriptions = try await Self.remove(
                    "DELETE FROM job_descriptions WHERE owner_id = \(person) RETURNING id", .jobDescriptions, &receipt,
                    in: transaction)
                receipt.patterns = try await Self.remove(
                    "DELETE FROM user_patterns WHERE user_id = \(person) RETURNING id", .userPatterns, &receipt,
                    in: transaction)
                receipt.recommendations = try await transaction.query(
                    "DELETE FROM recommendations WHERE user_id = \(person)"
                ).affected
                receipt.signIns = try await transaction.query(
                    "DELETE FROM refresh_tokens WHERE user_id = \(person)"
                ).affected
                // What is left points here and goes with it.
                receipt.accounts = try await transaction.query("DELETE FROM users WHERE id = \(person)").affected
                try await ErasureLedger.append(.person, person, receipt: receipt.counts, in: transaction)
                return receipt
            }
        } catch CatalogError.notFound {
            return nil
        }
    }

    private func removeSessions(
        of person: UUID, _ receipt: inout Receipt, in transaction: Transaction
    ) async throws {
        let rows = try await transaction.query(
            "SELECT \(Answer.columns) FROM answers WHERE user_id = \(person) ORDER BY session_id, id")
        let all = try rows.map(Answer.init(row:))
        for (session, own) in Dictionary(grouping: all, by: \.sessionID).sorted(by: {
            $0.key.uuidString < $1.key.uuidString
        }) {
            if let position = try await answers.remove(own, of: person, session: session, in: transaction) {
                receipt.positions[CollectionName.answers.rawValue] = position
            }
        }
        receipt.answers = all.count
        receipt.sessions = try await transaction.query("DELETE FROM interview_sessions WHERE user_id = \(person)")
            .affected
    }

    private static func remove(
        _ statement: Statement, _ collection: CollectionName, _ receipt: inout Receipt, in transaction: Transaction
    ) async throws -> Int {
        let ids = try await transaction.query(statement).map { try $0.decode("id", as: UUID.self) }
        if ids.isEmpty { return 0 }
        let vectors = VectorTable(collection: collection)
        for id in ids { try await vectors.delete(id, in: transaction) }
        receipt.positions[collection.rawValue] = try await ChangeLog.append(ids, to: collection, in: transaction)
        return ids.count
    }

    private static func countVectors(of person: UUID, in transaction: Transaction) async throws -> Int {
        let rows = try await transaction.query(
            """
            SELECT count(*) AS count FROM vectors v WHERE
                v.collection = 'answers' AND v.item_id IN (SELECT id FROM answers WHERE user_id = \(person))
                OR v.collection = 'job_descriptions'
                    AND v.item_id IN (SELECT id FROM job_descriptions WHERE owner_id = \(person))
                OR v.collection = 'user_patterns'
                    AND v.item_id IN (SELECT id FROM user_patterns WHERE user_id = \(person))
            """)
        return Int(try rows.first?.decode("count", as: Int64.self) ?? 0)
    }
}
