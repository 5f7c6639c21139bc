import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct NeighbourStoreTests {
    /// Gives a person a state, as if so many answers had been learned from.
    private static func learned(_ database: Database, _ person: UUID, count: Int32) async throws {
        try await database.query(
            """
            UPDATE learner_people SET state = \(Array(repeating: UInt8(7), count: 20)), coefficients = 'test',
                learned_count = \(count) WHERE user_id = \(person)
            """)
    }

    @Test func whoAnsweredSinceIsDueAndCandidatesShareQuestions() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let store = NeighbourStore(database: database)
            var people: [UUID] = []
            // The first answers all, the second two of them, the third none of these, the fourth too few to be due.
            for (number, places) in [[0, 1, 2], [0, 1], [3], [0]].enumerated() {
                let person = try await made.person("person\(number)")
                let (_, questions) = try await made.session(of: person)
                for place in places { try await made.answer(questions[place], of: person, score: Double(10 * place)) }
                try await Self.learned(database, person, count: number == 3 ? 2 : 3)
                people.append(person)
            }
            let due = try await store.due(coefficients: "test", limit: 10)
            #expect(Set(due.map(\.id)) == Set(people.prefix(3)))
            #expect(try await store.due(coefficients: "other", limit: 10).isEmpty)
            #expect(try await store.due(coefficients: "test", limit: 2).count == 2)
            let first = try #require(due.first { $0.id == people[0] })
            #expect(
                try await store.candidates(for: first.id, coefficients: "test").map(\.id) == [people[1], people[3]])
            let outcomes = try await store.outcomes(of: [people[0], people[2]])
            #expect(outcomes[people[0]]?.map(\.score) == [0, 0.1, 0.2] && outcomes[people[2]]?.count == 1)

            #expect(try await store.scores(of: people[0]).isEmpty)
            let ids = made.bank.map(\.id)
            try await store.put([(ids[2], 0.9), (ids[0], 0.25)], of: first)
            let kept = try await store.scores(of: people[0])
            #expect(kept.map(\.question) == [ids[2], ids[0]] && kept.map(\.score) == [0.9, 0.25])
            #expect(try await !store.due(coefficients: "test", limit: 10).map(\.id).contains(first.id))
            // Answers after that make the person due again, though not at once.
            try await Self.learned(database, first.id, count: 4)
            #expect(try await !store.due(coefficients: "test", limit: 10).map(\.id).contains(first.id))
            try await database.query("UPDATE coach_neighbours SET made_at = now() - interval '11 minutes'")
            #expect(try await store.due(coefficients: "test", limit: 10).last?.id == first.id)
            try await store.put([], of: first)
            #expect(try await store.scores(of: people[0]).isEmpty)
        }
    }
}
