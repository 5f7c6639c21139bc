import Foundation
import TestSupport
import Testing

@testable import greenroom

@Suite struct LearnerRebuildCommandTests {
    @Test func theExitCodeSaysWhetherSomethingDiffers() async throws {
        try await withPreparedDatabase { environment, folder in
            let changed = try await withInstance(environment, log: folder.appending(path: "log")) { service in
                let (token, _) = try await service.join("ada")
                let made = try await service.call(
                    "POST", "/api/v1/sessions", ["mode": "practice", "role": "Registered Nurse", "count": 2],
                    token: token)
                var paths: [String] = []
                for question in made.body["questions"].elements.compactMap({ $0["question_id"].string }) {
                    let path = "/api/v1/sessions/questions/\(question)/answers"
                    let written = try await service.call(
                        "POST", path, ["answer_text": "By the book.", "score": 30], token: token)
                    paths.append("\(path)/\(try #require(written.body["id"].string))")
                }
                let printed = try await Command.run(["learner", "rebuild", "--check"], environment)
                #expect(printed.contains("2 answers learned from: 0 people and 0 questions"))
                return try await service.call("DELETE", paths[0], token: token).status
            }
            #expect(changed == 204)
            let differing = try await Command.run(["learner", "rebuild", "--check"], environment, expecting: 1)
            #expect(differing.contains("nothing was kept"))
            try await Command.run(["learner", "rebuild"], environment)
            try await Command.run(["learner", "rebuild", "--check"], environment)
        }
    }

    /// Tests serve as a superuser, which production refuses.
    @Test func productionRefusesARoleAboveRowSecurity() async throws {
        try await withPreparedDatabase(ingesting: false) { environment, _ in
            let production = environment.merging(["ENVIRONMENT": "production"]) { $1 }
            let printed = try await Command.run(["serve"], production, expecting: 1)
            #expect(printed.contains("row-level security does not hold"))
        }
    }
}
