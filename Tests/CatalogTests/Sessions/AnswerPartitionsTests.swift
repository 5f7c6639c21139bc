import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct AnswerPartitionsTests {
    @Test func aRowWithoutAPartitionIsKeptAndMovesLater() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            let (_, questions) = try await made.session(of: ada)
            let written = try await made.answer(questions[0], of: ada, score: 50)
            let partitions = AnswerPartitions(database: database)
            #expect(try await partitions.make() == 0, "the migration made them")
            let year = Calendar(identifier: .gregorian).component(.year, from: Date()) + 3
            try await database.query(
                """
                UPDATE answers SET created_at = make_timestamptz(\(Int32(year)), 6, 1, 0, 0, 0, 'UTC')
                WHERE id = \(written.answer.id)
                """)
            #expect(try await partitions.strayCount() == 1)
            try await database.query("SELECT make_answer_partitions(4)")
            #expect(try await partitions.strayCount() == 0)
            #expect(try await made.answers.find(written.answer.id, for: .person(ada)) != nil)
            try await made.expectNoDrift()
        }
    }

    @Test func twoInstancesMakeThemOnce() async throws {
        try await withMigratedDatabase { database in
            let made = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let rows = try await database.query("SELECT make_answer_partitions(9) AS made")
                        return try rows[0].decode("made", as: Int32.self)
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(made == 7)
        }
    }
}
