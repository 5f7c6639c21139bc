import Catalog
import Foundation
import Storage
import TestSupport
import Testing

@testable import greenroom

/// What instances do beside each other: the real binary, several times, on one database.
@Suite(.serialized) struct InstancesTests {
    private static func withDatabase<Value>(
        of environment: [String: String], _ body: (Database) async throws -> Value
    ) async throws -> Value {
        try await Database.opened(
            try ServiceConfiguration.database(environment: environment), logger: TestDatabase.silentLogger, body)
    }

    @Test func aSuggestedSetComesAgainOnAnotherInstance() async throws {
        try await withPreparedDatabase { environment, folder in
            try await withInstance(environment, log: folder.appending(path: "log-a")) { one in
                try await withInstance(environment, log: folder.appending(path: "log-b")) { other in
                    let token = try await one.logIn()
                    let path = "/api/v1/vector/suggestions/questions"
                    func body(_ replay: JSONValue) -> JSONValue {
                        [
                            "job_description": "You will manage a ward.\nRequirements:\n5+ years of patient care.",
                            "role": "Nurse Manager", "replay": replay,
                        ]
                    }
                    let first = try await one.call("POST", path, body(.null), token: token)
                    let ids = first.body["results"].elements.compactMap { $0["id"].string }
                    #expect(first.status == 200 && ids.count == 5 && first.body["replayed"] == .null)
                    let replay = first.body["replay"]
                    let again = try await other.call("POST", path, body(replay), token: token)
                    #expect(again.body["results"] == first.body["results"], "not a digit differs")
                    #expect(again.body["replay"] == replay)
                    #expect(
                        again.body["replayed"]["bank_changed"] == false
                            && again.body["replayed"]["missing"].count == 0)

                    // The bank changes: the set stays as far as it is there, and the answer says so.
                    let gone = try #require(ids.last)
                    let deleted = try await one.call("DELETE", "/api/v1/questions/\(gone)", token: token)
                    let position = try #require(deleted.headers["x-greenroom-position"])
                    let later = try await other.call(
                        "POST", path, body(replay), token: token, headers: ["X-Greenroom-Wait-For": position])
                    #expect(later.body["results"].elements.compactMap { $0["id"].string } == ids.dropLast())
                    #expect(later.body["replayed"]["bank_changed"] == true)
                    #expect(later.body["replayed"]["missing"] == [.string(gone)])

                    let wrong = try await other.call("POST", path, body("no token"), token: token)
                    #expect(wrong.status == 422 && wrong.body["detail"][0]["loc"] == ["body", "replay"])
                }
            }
        }
    }

    @Test func verifyFindsAndMendsWhatDiffersOnEveryInstance() async throws {
        try await withPreparedDatabase { environment, folder in
            let nobody = try await Command.run(["verify", "--json"], environment, expecting: 1)
            #expect(try JSONValue(parsing: nobody)["instances"].count == 0)
            try await withInstance(environment, log: folder.appending(path: "log-a")) { _ in
                try await withInstance(environment, log: folder.appending(path: "log-b")) { _ in
                    let good = try JSONValue(parsing: try await Command.run(["verify", "--json"], environment))
                    #expect(good["instances"].count == 2 && good["agrees"] == true && good["divergence"] == 0)
                    let questions = good["instances"][0]["report"]["collections"].elements.first {
                        $0["collection"] == "questions"
                    }
                    #expect(questions?["rows"].double ?? 0 > 10 && questions?["sampled_recall"].double == 1)

                    // Behind the log's back: three rows lose their vectors, another one has that of its neighbour.
                    try await Self.withDatabase(of: environment) { database in
                        try await database.query(
                            """
                            DELETE FROM vectors WHERE item_id IN (
                                SELECT item_id FROM vectors WHERE collection = 'questions' ORDER BY item_id LIMIT 3)
                            """)
                        try await database.query(
                            """
                            UPDATE vectors SET embedding = (
                                SELECT embedding FROM vectors WHERE collection = 'questions' ORDER BY item_id DESC LIMIT 1)
                            WHERE item_id = (
                                SELECT item_id FROM vectors WHERE collection = 'questions' ORDER BY item_id LIMIT 1)
                            """)
                        // Two questions are said to have been answered.
                        try await database.query(
                            """
                            UPDATE questions SET usage_count = 7
                            WHERE id IN (SELECT id FROM questions ORDER BY id DESC LIMIT 2)
                            """)
                    }
                    let bad = try JSONValue(
                        parsing: try await Command.run(["verify", "--json"], environment, expecting: 1))
                    #expect(bad["divergence"] == 8 && bad["agrees"] == false && bad["repaired_count"] == 0)
                    #expect(bad["drift"] == 2)
                    let mended = try JSONValue(
                        parsing: try await Command.run(["verify", "--repair", "--json"], environment))
                    #expect(
                        mended["divergence"] == 0 && mended["agrees"] == true && mended["drift"] == 0
                            && mended["repaired_count"].double ?? 0 >= 6)
                }
            }
        }
    }

    @Test func anInstanceThatWasAwayForLongLoadsAnew() async throws {
        try await withPreparedDatabase { environment, folder in
            var kept = environment
            kept["VECTOR_SNAPSHOT_DIR"] = folder.appending(path: "vectors").path
            try await withInstance(kept, log: folder.appending(path: "log-a")) { _ in }
            try await withInstance(environment, log: folder.appending(path: "log-b")) { service in
                let token = try await service.logIn()
                for number in 0..<5 {
                    let stored = try await service.call(
                        "POST", "/api/v1/questions",
                        [
                            "question_text": .string("What was changed while an instance was away, number \(number)?"),
                            "category": "technical", "difficulty_level": "easy",
                        ], token: token)
                    #expect(stored.status == 201)
                }
            }
            try await Self.withDatabase(of: environment) { database in
                try await database.query("UPDATE changes SET logged_at = now() - interval '1000 hours'")
                let cut = try await ChangeLog(database: database).prune(.questions, olderThan: 60, limit: 100_000)
                #expect(cut > 5)
            }
            let log = folder.appending(path: "log-c")
            try await withInstance(kept, log: log) { service in
                let report = try await service.call("POST", "/api/v1/admin/verify", token: try await service.logIn())
                #expect(report.body["divergence"] == 0)
            }
            #expect(try String(contentsOf: log, encoding: .utf8).contains("the log was cut: loading anew"))
        }
    }

    /// A database that is replaced under a running instance is noticed: the instance ends rather than mix the two.
    @Test(.timeLimit(.minutes(15))) func anInstanceEndsWhenItsDatabaseIsReplaced() async throws {
        try await withPreparedDatabase { environment, folder in
            var environment = environment
            environment["VECTOR_SNAPSHOT_DIR"] = folder.appending(path: "vectors").path
            let log = folder.appending(path: "log-a")
            try await withInstance(environment, log: log) { service in
                let manifest = folder.appending(path: "vectors/questions-1/manifest").path
                try await until("a snapshot is there") { FileManager.default.fileExists(atPath: manifest) }
                try await Self.withDatabase(of: environment) { database in
                    try await database.query("UPDATE database_identity SET id = gen_random_uuid()")
                    try await ChangeLog(database: database).announce([UUID()], in: .questions)
                }
                try await until("it has ended") { !service.process.isRunning }
                // Its exit code is not 0, which is what is wanted here.
                service.process.signal(SIGKILL)
            }
            #expect(try String(contentsOf: log, encoding: .utf8).contains("the database was replaced or set back"))
            let next = folder.appending(path: "log-b")
            try await withInstance(environment, log: next) { service in
                let report = try await service.call("POST", "/api/v1/admin/verify", token: try await service.logIn())
                #expect(report.body["divergence"] == 0)
            }
            #expect(try String(contentsOf: next, encoding: .utf8).contains("a snapshot cannot be used"))
        }
    }
}
