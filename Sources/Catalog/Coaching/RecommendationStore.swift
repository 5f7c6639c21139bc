public import Foundation
public import Storage

/// Lists of recommendations in PostgreSQL, so that what people make of them can be told to belong together.
public struct RecommendationStore: Sendable {
    /// Lists kept of one person; a new one puts the oldest out.
    public static let perPersonMax = 500

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Keeps a list. The same list of the same day is kept once. Items that are gone by now are left out; their places
    /// stay empty.
    /// - Returns: the list's id.
    /// - Throws: `CatalogError.notFound` when there is no such person.
    public func keep(_ draft: RecommendationListDraft, of person: UUID) async throws -> UUID {
        do {
            return try await database.withTransaction(for: .person(person)) { transaction in
                let made = try await transaction.query(
                    """
                    INSERT INTO recommendations (user_id, content_type, list_hash, experiment, arm)
                    VALUES (\(person), \(draft.contentType.rawValue), \(draft.hash), \(optional: draft.arm?.experiment),
                        \(optional: draft.arm.map { Int32($0.number) }))
                    ON CONFLICT ON CONSTRAINT recommendations_once DO NOTHING RETURNING id
                    """)
                guard let row = made.first else { return try await kept(draft, of: person, in: transaction) }
                let id = try row.decode("id", as: UUID.self)
                try await insert(draft, as: id, of: person, in: transaction)
                try await transaction.query(
                    """
                    DELETE FROM recommendations WHERE user_id = \(person) AND id IN (
                        SELECT id FROM recommendations WHERE user_id = \(person)
                        ORDER BY created_at DESC, id OFFSET \(Int64(Self.perPersonMax)))
                    """)
                return id
            }
        } catch let error as PostgresError where error.constraint == "recommendations_user_id_fkey" {
            throw CatalogError.notFound(kind: "user", id: person)
        }
    }

    /// A person's list with its items; nil where they have no such list.
    public func find(
        _ id: UUID, of person: UUID
    ) async throws -> (list: RecommendationList, places: [RecommendationList.Place])? {
        try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(RecommendationList.columns) FROM recommendations WHERE id = \(id) AND user_id = \(person)
                """)
            guard let list = try rows.first.map(RecommendationList.init(row:)) else { return nil }
            let items = try await transaction.query(
                """
                SELECT place, coalesce(question_id::text, scenario_id, job_description_id::text) AS item, source,
                    propensity, expected,
                    ARRAY(SELECT kind FROM recommendation_feedback f
                        WHERE f.recommendation_id = i.recommendation_id AND f.place = i.place
                        ORDER BY created_at, kind) AS reactions
                FROM recommendation_items i WHERE recommendation_id = \(id) AND user_id = \(person) ORDER BY place
                """)
            return (list, try items.map(RecommendationList.Place.init(row:)))
        }
    }

    /// Forgets lists older than `days`, the oldest first, with the reactions to them. What the reactions told stays.
    /// - Returns: how many.
    public func removeOld(days: Int, limit: Int) async throws -> Int {
        try await database.withTransaction(for: .everybody) { transaction in
            try await transaction.query(
                """
                DELETE FROM recommendations WHERE id IN (
                    SELECT id FROM recommendations WHERE created_at < now() - make_interval(days => \(Int32(days)))
                    ORDER BY created_at LIMIT \(Int64(limit)))
                """
            ).affected
        }
    }

    /// The list that an earlier request kept.
    private func kept(
        _ draft: RecommendationListDraft, of person: UUID, in transaction: Transaction
    ) async throws -> UUID {
        let rows = try await transaction.query(
            "SELECT id FROM recommendations WHERE user_id = \(person) AND list_hash = \(draft.hash)")
        guard let row = rows.first else { throw CatalogError.notFound(kind: "user", id: person) }
        return try row.decode("id", as: UUID.self)
    }

    private func insert(
        _ draft: RecommendationListDraft, as id: UUID, of person: UUID, in transaction: Transaction
    ) async throws {
        let column: Statement
        let known: Statement
        switch draft.contentType {
        case .questions:
            column = "question_id"
            known = "SELECT id AS known FROM questions WHERE id = t.item::uuid FOR KEY SHARE"
        case .scenarios:
            column = "scenario_id"
            known = "SELECT id AS known FROM scenarios WHERE id = t.item FOR KEY SHARE"
        case .jobDescriptions:
            column = "job_description_id"
            known = "SELECT id AS known FROM job_descriptions WHERE id = t.item::uuid FOR KEY SHARE"
        }
        // What went since it was recommended, or is going, is left out. An expectation that is not known is sent as one that
        // is not a number: arrays hold no NULL here.
        try await transaction.query(
            """
            INSERT INTO recommendation_items (recommendation_id, place, user_id, \(column), source, propensity, expected)
            SELECT \(id), t.place, \(person), k.known, t.source, t.propensity, nullif(t.expected, 'NaN')
            FROM unnest(\(draft.items.map(\.id)), \(draft.items.map(\.source)), \(draft.items.map(\.propensity)),
                \(draft.items.map { $0.expected ?? .nan }))
                WITH ORDINALITY AS t (item, source, propensity, expected, place)
            JOIN LATERAL (\(known)) k ON true
            """)
    }
}

extension RecommendationList.Place {
    init(row: Row) throws {
        place = Int(try row.decode("place", as: Int32.self))
        item = RecommendationList.Item(
            id: try row.decode("item", as: String.self), source: try row.decode("source", as: String.self),
            propensity: try row.decode("propensity", as: Double.self),
            expected: try row.decode("expected", as: Double?.self))
        reactions = try row.decode("reactions", as: [String].self).map { text in
            guard let kind = FeedbackKind(rawValue: text) else {
                throw CatalogError.unknownValue(column: "kind", value: text)
            }
            return kind
        }
    }
}
