import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

/// The policies, as a role of the service sees them: one that owns the tables and is no superuser.
@Suite struct RowSecurityTests {
    private static let tables = [
        "interview_sessions", "answers", "user_performance", "learner_people", "user_patterns", "recommendations",
        "recommendation_items", "recommendation_feedback", "coach_people", "coach_neighbours",
    ]

    @Test func aTransactionSeesItsPersonsRowsOnly() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            for person in [ada, eve] {
                let (_, questions) = try await made.session(of: person)
                try await made.answer(questions[0], of: person, score: 50)
                _ = try await UserPatternStore(database: database).put(
                    try UserPatternDraft(), of: person, vector: nil)
                try await NeighbourStore(database: database).put(
                    [], of: NeighbourStore.Person(id: person, state: [], learnedCount: 0))
                let item = RecommendationList.Item(id: made.bank[0].id.uuidString.lowercased(), source: "explore")
                let list = try await RecommendationStore(database: database).keep(
                    RecommendationListDraft(contentType: .questions, items: [item], at: Date()), of: person)
                _ = try await FeedbackStore(database: database).record(
                    .shown, to: .whole, in: list, by: person
                ) { _, _ in [0, 0] }
            }
            let role = "service_\(UUID().uuidString.prefix(8).lowercased())"
            try await database.query(Statement(trustedSQL: "CREATE ROLE \(role) NOSUPERUSER"))
            for table in Self.tables {
                try await database.query(Statement(trustedSQL: "ALTER TABLE \(table) OWNER TO \(role)"))
            }
            func seen(_ person: String?, _ table: String) async throws -> Set<UUID> {
                try await database.withTransaction { transaction in
                    try await transaction.query(Statement(trustedSQL: "SET LOCAL ROLE \(role)"))
                    if let person { try await transaction.setLocal(PersonScope.setting, person) }
                    let rows = try await transaction.query(Statement(trustedSQL: "SELECT user_id FROM \(table)"))
                    return Set(try rows.map { try $0.decode("user_id", as: UUID.self) })
                }
            }
            for table in Self.tables {
                #expect(try await seen(ada.uuidString.lowercased(), table) == [ada], "\(table)")
                #expect(try await seen(PersonScope.everybodyValue, table) == [ada, eve], "\(table)")
                #expect(try await seen(nil, table).isEmpty, "\(table)")
            }
            // Nor does it write others' rows.
            let refused = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    try await transaction.query(Statement(trustedSQL: "SET LOCAL ROLE \(role)"))
                    try await transaction.setLocal(PersonScope.setting, ada.uuidString.lowercased())
                    try await transaction.query("UPDATE interview_sessions SET user_id = \(eve)")
                }
            }
            #expect(refused?.sqlState == "42501")
            // A partition that is read by its own name follows the same policy.
            let year = Calendar(identifier: .gregorian).component(.year, from: Date())
            try await database.query(Statement(trustedSQL: "ALTER TABLE answers_\(year) OWNER TO \(role)"))
            #expect(try await seen(ada.uuidString.lowercased(), "answers_\(year)") == [ada])
            #expect(try await seen(nil, "answers_\(year)").isEmpty)
            for table in Self.tables + ["answers_\(year)"] {
                try await database.query(Statement(trustedSQL: "ALTER TABLE \(table) OWNER TO postgres"))
            }
            try await database.query(Statement(trustedSQL: "DROP ROLE \(role)"))
        }
    }
}
