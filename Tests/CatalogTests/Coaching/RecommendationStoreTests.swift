import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct RecommendationStoreTests {
    private static func draft(_ questions: [Question], source: String = "weak_skill", at time: Date = Date())
        -> RecommendationListDraft
    {
        RecommendationListDraft(
            contentType: .questions,
            items: questions.map {
                RecommendationList.Item(
                    id: $0.id.uuidString.lowercased(), source: source, propensity: 0.5, expected: 0.7)
            }, at: time)
    }

    @Test func theSameListOfADayIsKeptOnce() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let store = RecommendationStore(database: database)
            let now = Date()
            let first = try await store.keep(Self.draft(made.bank, at: now), of: ada)
            #expect(try await store.keep(Self.draft(made.bank, at: now), of: ada) == first)
            #expect(try await store.keep(Self.draft(made.bank.reversed(), at: now), of: ada) != first)
            #expect(try await store.keep(Self.draft(made.bank, source: "due_review", at: now), of: ada) != first)
            #expect(try await store.keep(Self.draft(made.bank, at: now.addingTimeInterval(86_400)), of: ada) != first)
            #expect(try await store.keep(Self.draft(made.bank, at: now), of: eve) != first)
            let found = try #require(try await store.find(first, of: ada))
            #expect(found.list.contentType == .questions && found.list.userID == ada && found.list.arm == nil)
            #expect(found.places.map(\.place) == [1, 2, 3, 4])
            #expect(found.places.map(\.item) == Self.draft(made.bank).items)
            #expect(found.places.allSatisfy { $0.reactions.isEmpty })
            #expect(try await store.find(first, of: eve) == nil, "somebody else's")
            let nobody = UUID()
            await #expect(throws: CatalogError.notFound(kind: "user", id: nobody)) {
                try await store.keep(Self.draft(made.bank), of: nobody)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func aQuestionThatIsBeingDeletedIsLeftOut() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            try await made.whileDeleting(made.bank[1].id) {
                let store = RecommendationStore(database: database)
                let id = try await store.keep(Self.draft(made.bank), of: ada)
                #expect(try await store.find(id, of: ada)?.places.map(\.place) == [1, 3, 4])
            }
            try await made.whileDeleting(made.bank[2].id) {
                let questions = try await made.session(of: ada).1
                #expect(questions.map(\.questionID) == [made.bank[0].id, made.bank[3].id])
            }
        }
    }

    @Test func scenariosAndPostsAreKeptAndWhatIsGoneIsNot() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            let store = RecommendationStore(database: database)
            let gone = RecommendationList.Item(id: UUID().uuidString.lowercased(), source: "popular")
            let mixed = RecommendationListDraft(
                contentType: .questions, arm: RecommendationList.Arm(experiment: "band", number: 1),
                items: [gone] + Self.draft(made.bank).items.prefix(1), at: Date())
            let id = try await store.keep(mixed, of: ada)
            let found = try #require(try await store.find(id, of: ada))
            #expect(found.places.map(\.place) == [2] && found.list.arm == mixed.arm)
            let post = try await JobDescriptionStore(database: database).create(
                try JobDescriptionDraft(
                    description: "Lead a ward.", role: "Nurse", company: nil, level: nil, skills: []),
                owner: ada, vector: nil
            ).0
            let item = RecommendationList.Item(id: post.id.uuidString.lowercased(), source: "content")
            let posts = try await store.keep(
                RecommendationListDraft(contentType: .jobDescriptions, items: [item], at: Date()), of: ada)
            #expect(try await store.find(posts, of: ada)?.places.map(\.item) == [item])
            _ = try await JobDescriptionStore(database: database).delete(post.id)
            #expect(try await store.find(posts, of: ada)?.places.isEmpty == true)
        }
    }

    @Test func oldListsAndTheOldestOfManyGo() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            let store = RecommendationStore(database: database)
            try await database.query(
                """
                INSERT INTO recommendations (user_id, content_type, list_hash, created_at)
                SELECT \(ada), 'questions', sha256(n::text::bytea), now() - make_interval(days => n::integer)
                FROM generate_series(1, \(Int64(RecommendationStore.perPersonMax))) AS n
                """)
            func count() async throws -> Int64? {
                try await database.query("SELECT count(*) AS count FROM recommendations").first?.decode("count")
            }
            let newest = try await store.keep(Self.draft(made.bank), of: ada)
            #expect(try await count() == Int64(RecommendationStore.perPersonMax))
            #expect(try await store.find(newest, of: ada) != nil, "the oldest went")
            #expect(try await store.removeOld(days: 180, limit: 300) == 300)
            #expect(try await store.removeOld(days: 180, limit: 300) == 20, "499 and 180 days old ones are left")
            #expect(try await store.removeOld(days: 180, limit: 300) == 0)
            #expect(try await store.find(newest, of: ada) != nil)
        }
    }
}
