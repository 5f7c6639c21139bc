public import Foundation
public import Storage

/// How people reacted to each question, all together.
public struct ReactionStore: Sendable {
    public struct Counts: Sendable, Equatable {
        public var shown = 0
        public var skipped = 0
        /// By different people.
        public var reported = 0

        public init(shown: Int = 0, skipped: Int = 0, reported: Int = 0) {
            self.shown = shown
            self.skipped = skipped
            self.reported = reported
        }
    }

    private static let pageMax = 10_000

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Of every question that somebody reacted to.
    public func all() async throws -> [UUID: Counts] {
        var counts: [UUID: Counts] = [:]
        var last: UUID?
        while true {
            let beyond: Statement = last.map { "question_id > \($0)" } ?? "true"
            let rows = try await database.query(
                """
                SELECT question_id, shown_count, skipped_count, reported_count FROM question_reactions
                WHERE \(beyond) ORDER BY question_id LIMIT \(Int64(Self.pageMax))
                """)
            for row in rows {
                let id = try row.decode("question_id", as: UUID.self)
                counts[id] = Counts(
                    shown: Int(try row.decode("shown_count", as: Int64.self)),
                    skipped: Int(try row.decode("skipped_count", as: Int64.self)),
                    reported: Int(try row.decode("reported_count", as: Int64.self)))
                last = id
            }
            if rows.count < Self.pageMax { return counts }
        }
    }
}
