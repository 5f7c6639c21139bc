public import Foundation
public import Storage

/// Everything that is stored of a person, for them to take with them.
public struct PersonExport: Sendable {
    private let database: Database

    public init(database: Database) { self.database = database }

    /// One JSON object of lists, as of one moment: `user`, `job_descriptions`, `patterns`, `sessions` (with their
    /// questions), `answers`, `recommendations` (with their items and reactions), `performance` and `sign_ins`. Vectors are left out, since they are made from the texts, and so
    /// is the password's hash.
    /// - Returns: nil where there is no such person.
    public func run(_ person: UUID) async throws -> JSONText? {
        let rows = try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            try await transaction.query(
                """
                SELECT jsonb_build_object(
                    'user', to_jsonb(u) - 'password_hash',
                    'job_descriptions', (
                        SELECT coalesce(jsonb_agg(to_jsonb(j) ORDER BY j.created_at), '[]')
                        FROM job_descriptions j WHERE j.owner_id = u.id),
                    'patterns', (
                        SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM user_patterns p WHERE p.user_id = u.id),
                    'sessions', (
                        SELECT coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('questions', (
                            SELECT coalesce(jsonb_agg(to_jsonb(q) || jsonb_build_object('text',
                                coalesce(q.question_text, b.question_text)) ORDER BY q.question_order), '[]')
                            FROM session_questions q LEFT JOIN questions b ON b.id = q.question_id
                            WHERE q.session_id = s.id)) ORDER BY s.created_at), '[]')
                        FROM interview_sessions s WHERE s.user_id = u.id),
                    'answers', (
                        SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.created_at), '[]')
                        FROM answers a WHERE a.user_id = u.id),
                    'recommendations', (
                        SELECT coalesce(jsonb_agg(to_jsonb(r) - 'list_hash' || jsonb_build_object('items', (
                            SELECT coalesce(jsonb_agg(to_jsonb(i) || jsonb_build_object('feedback', (
                                SELECT coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'created_at', k.created_at)
                                    ORDER BY k.created_at), '[]')
                                FROM recommendation_feedback k
                                WHERE k.recommendation_id = i.recommendation_id AND k.place = i.place)) ORDER BY i.place),
                                '[]')
                            FROM recommendation_items i WHERE i.recommendation_id = r.id)) ORDER BY r.created_at), '[]')
                        FROM recommendations r WHERE r.user_id = u.id),
                    'performance', (
                        SELECT coalesce(jsonb_agg(to_jsonb(f) - 'user_id' ORDER BY f.kind, f.name), '[]')
                        FROM user_performance f WHERE f.user_id = u.id),
                    'sign_ins', (
                        SELECT coalesce(jsonb_agg(jsonb_build_object('issued_at', t.issued_at, 'expires_at', t.expires_at,
                            'revoked_at', t.revoked_at) ORDER BY t.issued_at), '[]')
                        FROM refresh_tokens t WHERE t.user_id = u.id)
                )::text AS export
                FROM users u WHERE u.id = \(person)
                """)
        }
        return try rows.first.map { JSONText(try $0.decode("export", as: String.self)) }
    }
}
