import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct PersonErasureTests {
    @Test func takesEverythingOfOnePersonAndNothingOfOthers() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, ben) = (try await made.person("ada"), try await made.person("ben"))
            for person in [ada, ben] {
                for _ in 0..<2 {
                    let (_, questions) = try await made.session(of: person)
                    try await made.answer(questions[0], of: person, score: 90, key: "\(UUID())")
                    try await made.answer(questions[1], of: person)
                }
                _ = try await UserPatternStore(database: database).put(
                    try UserPatternDraft(), of: person, vector: nil)
                _ = try await JobDescriptionStore(database: database).create(
                    try JobDescriptionDraft(description: "Build things", role: "Engineer"), owner: person, vector: nil)
            }
            let erasure = PersonErasure(database: database, answers: made.answers)
            let receipt = try #require(try await erasure.erase(ada))
            #expect(receipt.accounts == 1 && receipt.sessions == 2 && receipt.answers == 4)
            #expect(receipt.patterns == 1 && receipt.jobDescriptions == 1)
            #expect(Set(receipt.positions.keys) == ["answers", "job_descriptions", "user_patterns"])
            let log = ChangeLog(database: database)
            #expect(try await log.head(of: .answers) == receipt.positions["answers"])

            #expect(try await rows(of: ada, in: database) == 0)
            #expect(try await rows(of: ben, in: database) > 10)
            try await made.expectNoDrift()
            #expect(try await erasure.erase(ada) == nil)
            #expect(try await erasure.erase(UUID()) == nil)
            let entries = try await ErasureLedger(database: database).entries()
            #expect(entries.map(\.kind) == [.person] && entries.map(\.id) == [ada])
        }
    }

    /// In every table that says whose its rows are, so that none that comes later is forgotten.
    private func rows(of person: UUID, in database: Database) async throws -> Int {
        let tables = try await database.query(
            """
            SELECT DISTINCT format('%I', c.table_name) AS name, format('%I', c.column_name) AS "column"
            FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type = 'uuid'
                AND (c.column_name IN ('user_id', 'owner_id', 'person_id')
                    OR c.table_name = 'users' AND c.column_name = 'id')
            """)
        #expect(tables.count >= 8)
        var count = 0
        for table in tables {
            let (name, column): (String, String) = (try table.decode("name"), try table.decode("column"))
            let rows = try await database.query(
                Statement(trustedSQL: "SELECT count(*) AS count FROM \(name) WHERE \(column) = '\(person)'"))
            count += Int(try rows[0].decode("count", as: Int64.self))
        }
        return count
    }
}
