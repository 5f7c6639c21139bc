import Catalog
import Foundation
import Recommend
import Testing

@testable import greenroom

@Suite struct ScenarioFileTests {
    @Test func whatShipsFitsTheBank() throws {
        let folder = TestFiles.repository.appending(path: "data")
        let scenarios = try ScenarioFile(contentsOf: folder.appending(path: "scenarios.jsonl")).scenarios
        let vocabulary = try SkillsVocabulary(contentsOf: folder.appending(path: "skills.jsonl"))
        let roles = try RolesCatalog(contentsOf: folder.appending(path: "roles.jsonl"))
        #expect(scenarios.count >= 10 && Set(scenarios.map(\.id)).count == scenarios.count)
        for scenario in scenarios {
            #expect(roles.named(in: scenario.role).map(\.role) == [scenario.role])
            #expect(scenario.focusSkills.allSatisfy { vocabulary.find($0) != nil }, "\(scenario.id)")
        }
    }

    @Test func aWrongLineIsNamed() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "scenarios-\(UUID()).jsonl")
        try Data("{\"scenario\": \"a\"}\n".utf8).write(to: file)
        defer { unlink(file.path) }
        let error = #expect(throws: ScenarioFileError.self) { try ScenarioFile(contentsOf: file) }
        #expect(error?.line == 1)
    }
}
