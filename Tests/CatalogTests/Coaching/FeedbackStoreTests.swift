import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct FeedbackStoreTests {
    /// A list of all questions of the bank.
    private static func list(_ made: SessionFixtures, of person: UUID, source: String = "popular") async throws -> UUID
    {
        try await RecommendationStore(database: made.database).keep(
            RecommendationListDraft(
                contentType: .questions,
                items: made.bank.map { RecommendationList.Item(id: $0.id.uuidString.lowercased(), source: source) },
                at: Date()), of: person)
    }

    /// Keeps the kinds in their order.
    private static let learn: FeedbackStore.Learn = { before, reactions in
        (before ?? Array("kept:".utf8)) + reactions.flatMap { Array("\($0.kind.rawValue)/\($0.category);".utf8) }
    }

    private static func counts(_ database: Database, _ question: UUID) async throws -> [Int64] {
        let rows = try await database.query(
            """
            SELECT ARRAY[shown_count, skipped_count, reported_count] AS counts FROM question_reactions
            WHERE question_id = \(question)
            """)
        return try rows.first?.decode("counts", as: [Int64].self) ?? []
    }

    @Test func aReactionIsTakenOnceAndOnlyFromItsPerson() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let list = try await Self.list(made, of: ada)
            let store = FeedbackStore(database: database)
            func record(_ kind: FeedbackKind, _ target: FeedbackStore.Target, _ person: UUID? = nil) async throws
                -> FeedbackStore.Outcome
            {
                try await store.record(kind, to: target, in: list, by: person ?? ada, learn: Self.learn)
            }
            #expect(try await record(.shown, .whole) == .recorded(places: [1, 2, 3, 4], new: 4))
            #expect(try await record(.shown, .place(1)) == .recorded(places: [1], new: 0))
            #expect(try await record(.skipped, .place(2)) == .recorded(places: [2], new: 1))
            let third = made.bank[2].id
            #expect(try await record(.reported, .item(third.uuidString)) == .recorded(places: [3], new: 1))
            #expect(try await record(.accepted, .place(5)) == .noItem)
            #expect(try await record(.accepted, .item("nothing")) == .noItem)
            #expect(try await record(.accepted, .place(1), eve) == .noList)
            #expect(
                try await store.record(.shown, to: .whole, in: UUID(), by: ada, learn: Self.learn) == .noList)
            #expect(try await store.kept(of: eve) == nil)
            let kept = String(decoding: try #require(try await store.kept(of: ada)), as: UTF8.self)
            #expect(
                kept == "kept:shown/technical;shown/behavioral;shown/technical;shown/behavioral;skipped/behavioral;"
                    + "reported/technical;")
            #expect(try await Self.counts(database, made.bank[0].id) == [1, 0, 0])
            #expect(try await Self.counts(database, made.bank[1].id) == [1, 1, 0])
            #expect(try await Self.counts(database, third) == [1, 0, 1])
            let found = try #require(try await RecommendationStore(database: database).find(list, of: ada))
            #expect(found.places.map(\.reactions) == [[.shown], [.shown, .skipped], [.shown, .reported], [.shown]])

            // In another list: shown once more, and reported by the same person.
            let other = try await Self.list(made, of: ada, source: "explore")
            _ = try await store.record(.reported, to: .item(third.uuidString), in: other, by: ada, learn: Self.learn)
            #expect(try await Self.counts(database, third) == [2, 0, 1])
            _ = try await RecommendationStore(database: database).removeOld(days: -1, limit: 10)
            #expect(try await store.kept(of: ada) != nil, "what reactions told stays")
            #expect(try await Self.counts(database, third) == [2, 0, 1])
        }
    }

    @Test func aFailureToLearnRecordsNothing() async throws {
        struct Failure: Error {}
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            let list = try await Self.list(made, of: ada)
            let store = FeedbackStore(database: database)
            await #expect(throws: Failure.self) {
                try await store.record(.skipped, to: .place(1), in: list, by: ada) { _, _ in throw Failure() }
            }
            #expect(try await Self.counts(database, made.bank[0].id).isEmpty)
            #expect(
                try await store.record(.skipped, to: .place(1), in: list, by: ada, learn: Self.learn)
                    == .recorded(places: [1], new: 1))
        }
    }

    /// Many people at once, each with all questions in an order of their own, twice.
    @Test func manyAtOnceCountExactly() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let store = FeedbackStore(database: database)
            var people: [(UUID, UUID)] = []
            for number in 0..<12 {
                let person = try await made.person("person\(number)")
                people.append((person, try await Self.list(made, of: person)))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, (person, list)) in people.enumerated() {
                    for round in 0..<2 {
                        group.addTask {
                            var generator = SeededGenerator(seed: UInt64(2 * number + round))
                            for place in (1...4).shuffled(using: &generator) {
                                _ = try await store.record(
                                    .skipped, to: .place(place), in: list, by: person, learn: Self.learn)
                            }
                            _ = try await store.record(.shown, to: .whole, in: list, by: person, learn: Self.learn)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for question in made.bank { #expect(try await Self.counts(database, question.id) == [12, 12, 0]) }
        }
    }
}
