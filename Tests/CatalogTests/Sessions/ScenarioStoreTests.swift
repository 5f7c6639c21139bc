import Catalog
import TestSupport
import Testing

@Suite struct ScenarioStoreTests {
    private static func scenario(_ id: String, _ title: String) -> Scenario {
        Scenario(
            id: id, title: title, description: "What it is about.", role: "backend_engineer", difficulty: .medium,
            focusSkills: ["SQL"], questionCount: 5)
    }

    @Test func rowsBecomeLikeTheFileAndStay() async throws {
        try await withMigratedDatabase { database in
            let (first, second) = (Self.scenario("a", "A"), Self.scenario("b", "B"))
            let other = Self.scenario("a", "Another")
            let store = ScenarioStore(database: database)
            let stored = try await store.put([second, first])
            #expect(stored == 2)
            #expect(try await store.put([second, other]) == 1)
            #expect(try await store.put([second]) == 0)
            #expect(try await store.all() == [other, second])
            #expect(try await store.find("b") == second)
            #expect(try await store.find("c") == nil)
        }
    }
}
