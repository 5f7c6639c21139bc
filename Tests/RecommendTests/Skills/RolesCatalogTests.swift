import Testing

@testable import Recommend

@Suite struct RolesCatalogTests {
    private func catalog() throws -> RolesCatalog {
        try RolesCatalog(roles: [
            Role(
                role: "backend_engineer", title: "Backend Engineer", field: "software", aliases: ["python developer"],
                related: ["data_engineer"]),
            Role(role: "data_engineer", title: "Data Engineer", field: "data", aliases: [], related: []),
            Role(role: "frontend_engineer", title: "Frontend Engineer", field: "software", aliases: [], related: []),
            Role(
                role: "registered_nurse", title: "Registered Nurse", field: "healthcare", aliases: ["nurse"],
                related: []),
        ])
    }

    @Test func readsTitlesWithOtherWordsInThem() throws {
        let roles = try catalog()
        #expect(roles.named(in: "Senior Python Developer (remote)").map(\.role) == ["backend_engineer"])
        #expect(roles.named(in: "backend_engineer").map(\.role) == ["backend_engineer"])
        #expect(roles.named(in: "ICU Nurse").map(\.role) == ["registered_nurse"])
        #expect(roles.named(in: "Lion tamer").isEmpty)
    }

    @Test func fitFallsFromTheRoleToItsField() throws {
        let fit = try catalog().fit(ofTitle: "Backend Engineer")
        #expect(fit == ["backend_engineer": 1, "data_engineer": 0.6, "frontend_engineer": 0.3])
    }

    @Test func refusesUnknownRelatedRoles() {
        let role = Role(role: "a", title: "A", field: "f", aliases: [], related: ["b"])
        #expect(throws: VocabularyError.self) { try RolesCatalog(roles: [role]) }
        let plain = Role(role: "a", title: "A", field: "f", aliases: [], related: [])
        #expect(throws: VocabularyError.self) { try RolesCatalog(roles: [plain, plain]) }
    }
}
