import Foundation
public import Storage

/// What came of recommendations, by where they came from and by the arm of an experiment.
public struct RecommendationAnalytics: Sendable {
    /// Of one source in one arm.
    public struct Group: Sendable, Equatable {
        public let arm: RecommendationList.Arm?
        public let source: String
        public let items: Int
        public let people: Int
        /// Different questions, scenarios or posts.
        public let distinct: Int
        /// Items that somebody reacted to in whatever way.
        public let shown: Int
        /// Items that somebody accepted or, for questions, answered within `answerDays`.
        public let accepted: Int
        public let reactions: [FeedbackKind: Int]
        /// Items of which a scored answer came within `answerDays`.
        public let answered: Int
        /// The mean score of these answers, 0...100; nil without any.
        public let score: Double?
        /// Of these scores less the person's mean over their ten scored answers before the list, in points.
        public let gain: Double?
        /// Of these scores less what was expected, in points: above 0 where practice does more than the model knows.
        public let overExpected: Double?
    }

    public struct Report: Sendable {
        public let lists: Int
        /// Whether there are more lists than are read: then the latest are.
        public let isCut: Bool
        /// By arm, then source.
        public let groups: [Group]
    }

    public static let daysMax = 365
    public static let listsMax = 2_000
    public static let answerDays = 14
    /// Scored answers of a person that stand for how they did before.
    private static let beforeMax = 10

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Over the lists of the last `days`.
    public func report(_ type: RecommendationList.ContentType, days: Int) async throws -> Report {
        try await database.withTransaction(for: .everybody, readOnly: true) { transaction in
            let counted = try await transaction.query("SELECT count(*) AS count FROM (\(lists(type, days))) l")
            let count = Int(try counted.first?.decode("count", as: Int64.self) ?? 0)
            let rows = try await transaction.query(groups(type, days))
            return Report(
                lists: min(count, Self.listsMax), isCut: count > Self.listsMax, groups: try rows.map(Group.init(row:)))
        }
    }

    /// One more than are read, which tells whether there are more.
    private func lists(_ type: RecommendationList.ContentType, _ days: Int) -> Statement {
        """
        SELECT id, user_id, experiment, arm, created_at FROM recommendations
        WHERE content_type = \(type.rawValue) AND created_at > now() - make_interval(days => \(Int32(days)))
        ORDER BY created_at DESC, id LIMIT \(Int64(Self.listsMax + 1))
        """
    }

    /// Answers and reactions are looked up for each item: the planner takes row-level security for so narrow that joins of
    /// whole sets became loops over all pairs.
    private func groups(_ type: RecommendationList.ContentType, _ days: Int) -> Statement {
        var kinds: Statement = ""
        for kind in FeedbackKind.allCases {
            kinds = "\(kinds), count(*) FILTER (WHERE \(kind.rawValue) = ANY (f.kinds)) AS \(Self.column(kind))"
        }
        return """
            WITH lists AS MATERIALIZED (
                SELECT l.*, (SELECT avg(score)::float8 FROM (
                    SELECT score FROM answers a WHERE a.user_id = l.user_id AND a.score IS NOT NULL
                        AND a.created_at < l.created_at ORDER BY a.created_at DESC
                        LIMIT \(Int64(Self.beforeMax))) b) AS before
                FROM (\(lists(type, days))) l LIMIT \(Int64(Self.listsMax))
            )
            SELECT l.experiment, l.arm, i.source, count(*) AS items, count(DISTINCT i.user_id) AS people,
                count(DISTINCT coalesce(i.question_id::text, i.scenario_id, i.job_description_id::text)) AS different,
                count(f.kinds) AS seen, count(*) FILTER (WHERE 'accepted' = ANY (f.kinds) OR a.is_given) AS taken,
                count(a.score) AS answered, avg(a.score) AS score, avg(a.score - l.before) AS gain,
                avg(a.score - 100 * i.expected) AS over_expected\(kinds)
            FROM lists l JOIN recommendation_items i ON i.recommendation_id = l.id
            LEFT JOIN LATERAL (SELECT array_agg(kind) AS kinds FROM recommendation_feedback f
                WHERE f.recommendation_id = i.recommendation_id AND f.place = i.place) f ON true
            LEFT JOIN LATERAL (SELECT true AS is_given, a.score::float8 AS score FROM answers a
                WHERE a.user_id = i.user_id AND a.question_id = i.question_id AND a.created_at >= l.created_at
                    AND a.created_at < l.created_at + make_interval(days => \(Int32(Self.answerDays)))
                    AND a.created_at > now() - make_interval(days => \(Int32(days)))
                ORDER BY a.created_at LIMIT 1) a ON true
            GROUP BY l.experiment, l.arm, i.source ORDER BY l.experiment NULLS FIRST, l.arm, i.source
            """
    }

    /// The column that counts a kind.
    private static func column(_ kind: FeedbackKind) -> Statement {
        switch kind {
        case .shown: "shown"
        case .accepted: "accepted"
        case .skipped: "skipped"
        case .saved: "saved"
        case .tooEasy: "too_easy"
        case .tooHard: "too_hard"
        case .irrelevant: "irrelevant"
        case .reported: "reported"
        }
    }
}

extension RecommendationAnalytics.Group {
    init(row: Row) throws {
        let count = { (column: String) in Int(try row.decode(column, as: Int64.self)) }
        let number = try row.decode("arm", as: Int32?.self)
        arm = try row.decode("experiment", as: String?.self).flatMap { name in
            number.map { RecommendationList.Arm(experiment: name, number: Int($0)) }
        }
        source = try row.decode("source", as: String.self)
        items = try count("items")
        people = try count("people")
        distinct = try count("different")
        shown = try count("seen")
        accepted = try count("taken")
        answered = try count("answered")
        score = try row.decode("score", as: Double?.self)
        gain = try row.decode("gain", as: Double?.self)
        overExpected = try row.decode("over_expected", as: Double?.self)
        var reactions: [FeedbackKind: Int] = [:]
        for kind in FeedbackKind.allCases { reactions[kind] = try count(kind.rawValue) }
        self.reactions = reactions
    }
}
