import Foundation
import Storage
import TestSupport
import Testing

@testable import greenroom

@Suite struct EvaluationBankTests {
    /// In memory or by way of a database: the same questions are suggested in the same order, and no database stays behind.
    @Test func storedQuestionsAreSuggestedAsThoseInMemory() async throws {
        try await withPostgres { test in
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "evaluate-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let bank = TestFiles.repository.appending(path: "data/questions/healthcare.jsonl")
            let lines = try String(contentsOf: bank, encoding: .utf8).split(separator: "\n").prefix(60)
            let questions = try lines.enumerated().map { number, line -> String in
                let question = try JSONValue(parsing: String(line))
                let labelled: JSONValue = [
                    "id": .string("q\(number)"), "text": question["question_text"],
                    "topic": question["required_skills"][0],
                ]
                return try labelled.text()
            }
            let post: JSONValue = [
                "id": "p", "role": "Registered Nurse", "difficulty": "medium",
                "text": "You triage patients and give medication safely. You need experience with infection control.",
                "topics": ["Triage": 1],
            ]
            try Data(questions.joined(separator: "\n").utf8).write(to: folder.appending(path: "questions"))
            try Data(try post.text().utf8).write(to: folder.appending(path: "posts"))
            var environment = ProcessInfo.processInfo.environment
            environment["DATABASE_URL"] = test.url
            environment["GREENROOM_DATA_DIR"] = TestFiles.repository.appending(path: "data").path
            var ranked: [String] = []
            for options in [[], ["--stored"], ["--no-tags"], ["--no-tags", "--stored"]] {
                let out = folder.appending(path: "run").path
                try await Command.run(
                    [
                        "evaluate", "suggestions", "--questions", folder.appending(path: "questions").path, "--posts",
                        folder.appending(path: "posts").path, "--out", out,
                    ] + options, environment)
                ranked.append(try String(contentsOfFile: out, encoding: .utf8))
            }
            #expect(try JSONValue(parsing: ranked[0])["ranked"].count == 10)
            #expect(ranked[0] == ranked[1])
            #expect(ranked[2] == ranked[3])
            try await test.withOpen { database in
                let left = try await database.query(
                    "SELECT FROM pg_database WHERE datname LIKE 'greenroom\\_evaluate\\_%'")
                #expect(left.isEmpty)
            }
            try FileManager.default.removeItem(at: folder)
        }
    }
}
