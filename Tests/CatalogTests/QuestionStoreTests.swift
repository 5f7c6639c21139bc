import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct QuestionStoreTests {
    @Test func storesRowVectorAndChangeTogether() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            let draft = try Fixtures.draft("What does VACUUM do?", metadata: #"{"b": 1, "a": [true]}"#)
            let (question, position) = try await store.create(draft, vector: Fixtures.vector(draft, model: model))
            #expect(position == 1)
            #expect(try await store.find(question.id)?.draft.questionText == "What does VACUUM do?")
            let feed = ItemFeed<Question>(database: database, modelID: model)
            let present = try await feed.present([question.id])
            #expect(present.map(\.vector) == [[0.6, 0.8, 0]])
            let log = ChangeLog(database: database)
            #expect(try await log.page(of: .questions, after: 0, limit: 10).entries.map(\.item) == [question.id])
        }
    }

    @Test func aFailedWriteLeavesNothing() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            let draft = try Fixtures.draft("What does VACUUM do?")
            let empty = StoredVector(modelID: model, values: [], contentHash: draft.embeddedTextHash)
            await #expect(throws: PostgresError.self) { try await store.create(draft, vector: empty) }
            #expect(try await store.list(QuestionQuery()).total == 0)
            #expect(try await ChangeLog(database: database).head(of: .questions) == 0)
        }
    }

    @Test func theSameQuestionIsStoredOnce() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            let draft = try Fixtures.draft("What does VACUUM do?")
            let (first, _) = try await store.create(draft, vector: Fixtures.vector(draft, model: model))
            let again = try Fixtures.draft("what does   vacuum do")
            await #expect(throws: CatalogError.duplicateQuestion(existing: first.id)) {
                try await store.create(again, vector: Fixtures.vector(again, model: model))
            }
            let other = try Fixtures.draft("What does ANALYZE do?")
            let (second, _) = try await store.create(other, vector: Fixtures.vector(other, model: model))
            await #expect(throws: CatalogError.duplicateQuestion(existing: first.id)) {
                try await store.update(second.id, to: again, vector: Fixtures.vector(again, model: model))
            }
        }
    }

    @Test func updatesArchivesAndDeletes() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            let feed = ItemFeed<Question>(database: database, modelID: model)
            let draft = try Fixtures.draft("What does VACUUM do?")
            let (question, _) = try await store.create(draft, vector: Fixtures.vector(draft, model: model))
            let changed = try Fixtures.draft("What does VACUUM FULL do?", difficulty: "hard")
            let updated = try await store.update(
                question.id, to: changed, vector: Fixtures.vector(changed, model: model))
            #expect(updated?.position == 2)
            #expect(updated?.0.draft.difficulty == .hard)
            #expect(try await store.setStatus(.archived, of: question.id)?.position == 3)
            #expect(try await feed.present([question.id]).isEmpty, "an archived question leaves the index")
            #expect(try await store.delete(question.id) == 4)
            #expect(try await store.find(question.id) == nil)
            #expect(try await database.query("SELECT FROM vectors").count == 0)
            #expect(try await store.delete(question.id) == nil)
            #expect(
                try await store.update(question.id, to: changed, vector: Fixtures.vector(changed, model: model)) == nil)
        }
    }

    @Test func listsByEveryCondition() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            let drafts = [
                try Fixtures.draft("Explain 100% of indexes", difficulty: "easy", skills: ["SQL", "PostgreSQL"]),
                try Fixtures.draft(
                    "Explain locks", category: "system_design", skills: ["SQL"], roles: ["backend_engineer"]),
                try Fixtures.draft("Explain feedback", category: "behavioral", skills: []),
            ]
            for draft in drafts { _ = try await store.create(draft, vector: Fixtures.vector(draft, model: model)) }
            func texts(_ change: (inout QuestionQuery) -> Void) async throws -> [String] {
                var query = QuestionQuery()
                change(&query)
                let (page, total) = try await store.list(query)
                #expect(total == page.count)
                return page.map(\.draft.questionText).sorted()
            }
            #expect(try await texts { _ in }.count == 3)
            #expect(try await texts { $0.category = "Behavioral" } == ["Explain feedback"])
            #expect(try await texts { $0.difficulty = .easy } == ["Explain 100% of indexes"])
            #expect(try await texts { $0.role = "BACKEND_engineer" } == ["Explain locks"])
            #expect(try await texts { $0.skills = ["postgresql", "sql"] } == ["Explain 100% of indexes"])
            #expect(try await texts { $0.text = "100%" } == ["Explain 100% of indexes"])
            #expect(try await texts { $0.text = "_" } == [], "no wildcard gets through")
            #expect(try await texts { $0.status = .archived } == [])
            var page = QuestionQuery()
            page.limit = 2
            page.offset = 2
            let (rest, total) = try await store.list(page)
            #expect(rest.count == 1 && total == 3)
        }
    }
}
