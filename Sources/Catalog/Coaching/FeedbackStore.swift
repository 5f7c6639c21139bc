public import Foundation
public import Storage

/// People's reactions to what they were recommended. Each is one transaction: the reaction, what it tells of the person's
/// next lists, and the question's figures.
public struct FeedbackStore: Sendable {
    /// To what in a list somebody reacts.
    public enum Target: Sendable, Equatable {
        /// Counted from 1.
        case place(Int)
        /// The id of a question or a post, or the name of a scenario.
        case item(String)
        case whole
    }

    /// A reaction to a question that was not made before.
    public struct Reaction: Sendable, Equatable {
        public let kind: FeedbackKind
        public let question: UUID
        public let category: String
    }

    /// What a request came to.
    public enum Outcome: Sendable, Equatable {
        /// The person has no such list.
        case noList
        /// The list holds no such item.
        case noItem
        /// - Parameters:
        ///   - places: that the reaction was to.
        ///   - new: how many of them had not been reacted to so before.
        case recorded(places: [Int], new: Int)
    }

    /// Makes what is kept of a person's reactions of what was kept before; nil before the first.
    public typealias Learn = @Sendable (_ before: [UInt8]?, _ reactions: [Reaction]) throws -> [UInt8]

    private let database: Database

    public init(database: Database) { self.database = database }

    /// What is kept of a person's reactions; nil of somebody without any.
    public func kept(of person: UUID) async throws -> [UInt8]? {
        try await database.withTransaction(for: .person(person), readOnly: true) {
            try await Self.kept(of: person, in: $0)
        }
    }

    /// Records a reaction. The same one again changes nothing.
    /// - Parameter learn: is called within the transaction, which may run several times; not for a repeated reaction.
    public func record(
        _ kind: FeedbackKind, to target: Target, in list: UUID, by person: UUID, learn: Learn
    ) async throws -> Outcome {
        // Looked for before anything is locked or made for a list that is somebody else's.
        let isTheirs = try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            try await !transaction.query(
                "SELECT FROM recommendations WHERE id = \(list) AND user_id = \(person)"
            ).isEmpty
        }
        guard isTheirs else { return .noList }
        return try await PersonWrite.run(person, in: database) { transaction in
            let items = try await self.items(target, of: list, person, kind, in: transaction)
            if items.isEmpty { return .noItem }
            let new = items.filter { !$0.isRepeat }
            if !new.isEmpty {
                try await transaction.query(
                    """
                    INSERT INTO recommendation_feedback (recommendation_id, place, kind, user_id)
                    SELECT \(list), place, \(kind.rawValue), \(person) FROM unnest(\(new.map { Int32($0.place) })) AS place
                    """)
                try await self.learn(kind, new, by: person, learn, in: transaction)
            }
            return .recorded(places: items.map(\.place), new: new.count)
        }
    }

    // MARK: Parts

    private struct Item {
        let place: Int
        let question: UUID?
        let category: String?
        /// Reacted to so before.
        let isRepeat: Bool
        /// Reacted to in whatever way before, so that it counts as shown.
        let wasShown: Bool
        /// Whether the person reported the question before, in any list.
        let wasReported: Bool

        init(row: Row) throws {
            place = Int(try row.decode("place", as: Int32.self))
            question = try row.decode("question_id", as: UUID?.self)
            category = try row.decode("category", as: String?.self)
            isRepeat = try row.decode("is_repeat", as: Bool.self)
            wasShown = try row.decode("was_shown", as: Bool.self)
            wasReported = try row.decode("was_reported", as: Bool.self)
        }
    }

    private func items(
        _ target: Target, of list: UUID, _ person: UUID, _ kind: FeedbackKind, in transaction: Transaction
    ) async throws -> [Item] {
        let wanted: Statement =
            switch target {
            case .place(let place): "i.place = \(Int32(clamping: place))"
            case .item(let id):
                "coalesce(i.question_id::text, i.scenario_id, i.job_description_id::text) = \(id.lowercased())"
            case .whole: "true"
            }
        return try await transaction.query(
            """
            SELECT i.place, i.question_id, q.category,
                EXISTS (SELECT FROM recommendation_feedback f WHERE f.recommendation_id = i.recommendation_id
                    AND f.place = i.place AND f.kind = \(kind.rawValue)) AS is_repeat,
                EXISTS (SELECT FROM recommendation_feedback f WHERE f.recommendation_id = i.recommendation_id
                    AND f.place = i.place) AS was_shown,
                EXISTS (SELECT FROM recommendation_items o JOIN recommendation_feedback f
                    ON f.recommendation_id = o.recommendation_id AND f.place = o.place AND f.kind = 'reported'
                    WHERE o.question_id = i.question_id AND o.user_id = i.user_id) AS was_reported
            FROM recommendation_items i LEFT JOIN questions q ON q.id = i.question_id
            WHERE i.recommendation_id = \(list) AND i.user_id = \(person) AND \(wanted) ORDER BY i.place
            """
        ).map(Item.init(row:))
    }

    /// Takes new reactions into the person's and the questions' figures; scenarios and posts have none.
    private func learn(
        _ kind: FeedbackKind, _ items: [Item], by person: UUID, _ learn: Learn, in transaction: Transaction
    ) async throws {
        let reactions = items.compactMap { item in
            item.question.map { Reaction(kind: kind, question: $0, category: item.category ?? "") }
        }
        if reactions.isEmpty { return }
        let after = try learn(try await Self.kept(of: person, in: transaction), reactions)
        try await transaction.query(
            """
            INSERT INTO coach_people (user_id, feedback) VALUES (\(person), \(after))
            ON CONFLICT (user_id) DO UPDATE SET feedback = EXCLUDED.feedback, updated_at = now()
            """)
        // By id: two writers must not wait for each other in a circle.
        let counted = items.filter { $0.question != nil }.sorted {
            ($0.question?.uuidString ?? "") < ($1.question?.uuidString ?? "")
        }
        for item in counted {
            guard let question = item.question else { continue }
            let shown: Int64 = item.wasShown ? 0 : 1
            let skipped: Int64 = kind == .skipped ? 1 : 0
            let reported: Int64 = kind == .reported && !item.wasReported ? 1 : 0
            if shown + skipped + reported == 0 { continue }
            try await transaction.query(
                """
                INSERT INTO question_reactions AS r (question_id, shown_count, skipped_count, reported_count)
                SELECT id, \(shown), \(skipped), \(reported) FROM questions WHERE id = \(question) FOR KEY SHARE
                ON CONFLICT (question_id) DO UPDATE SET shown_count = r.shown_count + EXCLUDED.shown_count,
                    skipped_count = r.skipped_count + EXCLUDED.skipped_count,
                    reported_count = r.reported_count + EXCLUDED.reported_count
                """)
        }
    }

    private static func kept(of person: UUID, in transaction: Transaction) async throws -> [UInt8]? {
        try await transaction.query("SELECT feedback FROM coach_people WHERE user_id = \(person)").first?
            .decode("feedback", as: [UInt8].self)
    }
}
