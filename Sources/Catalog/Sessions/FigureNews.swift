import Foundation
public import Storage

/// Has the search index hear of questions whose figures answers changed.
///
/// Answers do not tell it themselves. A question that is answered each second would be indexed anew each second, answers of
/// different people would wait for each other at the head of the questions' log, and nothing that requests keep of the index
/// would outlast the next answer.
public struct FigureNews: Sendable {
    public static let limitMax = 1_000

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Writes questions whose figures changed since this told of them last into the log.
    /// - Parameter limit: 1...`limitMax`, so that no transaction holds the log's head for long.
    /// - Returns: how many; fewer than `limit` when there are no more.
    public func tell(limit: Int = limitMax) async throws -> Int {
        precondition((1...Self.limitMax).contains(limit))
        return try await database.withTransaction { transaction in
            // What answers hold at this moment is told of the next time.
            let rows = try await transaction.query(
                """
                UPDATE questions SET figures_pending = false WHERE id IN (
                    SELECT id FROM questions WHERE figures_pending ORDER BY id LIMIT \(Int64(limit))
                    FOR NO KEY UPDATE SKIP LOCKED
                ) RETURNING id
                """)
            let ids = try rows.map { try $0.decode("id", as: UUID.self) }
            if !ids.isEmpty { try await ChangeLog.append(ids, to: .questions, in: transaction) }
            return ids.count
        }
    }
}
