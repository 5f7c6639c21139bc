import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct UserPatternStoreTests {
    @Test func aPersonHasOnePatternUnderOneId() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database, for: .userPatterns)
            let user = try await Fixtures.user(database, "ada@example.org")
            let store = UserPatternStore(database: database)
            func put(_ draft: UserPatternDraft) async throws -> (UserPattern, position: Int64) {
                let vector = StoredVector(modelID: model, values: [1, 0, 0], contentHash: draft.embeddedTextHash)
                return try await store.put(draft, of: user, vector: vector)
            }
            let (first, position) = try await put(try UserPatternDraft())
            #expect(position == 1 && first.draft.skillLevel == "intermediate")
            let draft = try UserPatternDraft(
                skillLevel: "Advanced", performanceTrend: -0.5, learningStyle: "visual", preferredCategories: [],
                strengths: ["SQL"], weaknesses: ["Swift"])
            let (second, next) = try await put(draft)
            #expect(next == 2 && second.id == first.id && second.draft == draft)
            #expect(try await store.find(user: user) == second)
            #expect(try await store.delete(user: user) == 3)
            #expect(try await store.delete(user: user) == nil)
            #expect(try await store.find(user: user) == nil)
            #expect(try await database.query("SELECT FROM vectors").count == 0)
            let nobody = UUID()
            await #expect(throws: CatalogError.notFound(kind: "user", id: nobody)) {
                try await store.put(draft, of: nobody, vector: nil)
            }
        }
    }

    @Test func theTextNamesWhatIsThere() throws {
        #expect(
            try UserPatternDraft().text
                == "Skill level: intermediate | Performance trend: stable | Learning style: practical | "
                + "Preferred categories: technical, behavioral")
        #expect(
            try UserPatternDraft(
                skillLevel: "Expert", performanceTrend: 1, learningStyle: "visual", preferredCategories: [],
                strengths: ["a", "A", "b"], weaknesses: ["c"]
            ).text
                == "Skill level: expert | Performance trend: improving | Learning style: visual | Strengths: a, b | "
                + "Areas for improvement: c")
    }

    @Test(arguments: [-1.5, 2, .nan])
    func aTrendIsFromMinusOneToOne(trend: Double) {
        let error = #expect(throws: ValidationError.self) { try UserPatternDraft(performanceTrend: trend) }
        #expect(error?.issues.map(\.field) == [["performance_trend"]])
    }
}
