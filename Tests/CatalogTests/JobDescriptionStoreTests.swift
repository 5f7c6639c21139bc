import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct JobDescriptionStoreTests {
    @Test func storesListsAndDeletesWithVectorAndChange() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database, for: .jobDescriptions)
            let owner = try await Fixtures.user(database, "ada@example.org")
            let other = try await Fixtures.user(database, "eve@example.org")
            let store = JobDescriptionStore(database: database)
            let draft = try JobDescriptionDraft(
                description: " Build things ", role: "Engineer", company: "Acme", level: "senior", skills: ["Swift"])
            #expect(draft.description == "Build things")
            let vector = StoredVector(modelID: model, values: [0, 0.6, 0.8], contentHash: draft.embeddedTextHash)
            let (own, first) = try await store.create(draft, owner: owner, vector: vector)
            let (shared, second) = try await store.create(draft, owner: nil, vector: vector)
            #expect((first, second) == (1, 2) && own.ownerID == owner && shared.ownerID == nil)
            #expect(try await store.find(own.id) == own)
            #expect(try await store.list(owner: owner, limit: 10, offset: 0).total == 2)
            #expect(try await store.list(owner: other, limit: 10, offset: 0).page.map(\.id) == [shared.id])
            #expect(try await store.list(owner: nil, limit: 1, offset: 1).page.count == 1)
            let feed = ItemFeed<JobDescription>(database: database, modelID: model)
            #expect(try await feed.present([own.id, shared.id]).allSatisfy { $0.vector == [0, 0.6, 0.8] })
            #expect(try await store.delete(own.id) == 3)
            #expect(try await store.delete(own.id) == nil)
            #expect(try await feed.page(after: nil, limit: 10).map(\.item.id) == [shared.id])
            #expect(try await database.query("SELECT FROM vectors").count == 1)
        }
    }

    @Test func namesEveryFieldThatIsOutOfItsLimits() {
        let error = #expect(throws: ValidationError.self) {
            try JobDescriptionDraft(
                description: " ", role: String(repeating: "r", count: 201),
                company: String(repeating: "c", count: 201), level: nil,
                skills: [String(repeating: "s", count: 101)])
        }
        #expect(error?.issues.map(\.field) == [["job_description"], ["role"], ["company"], ["skills", "0"]])
    }
}
