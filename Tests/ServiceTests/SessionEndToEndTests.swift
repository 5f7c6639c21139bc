import Foundation
import Testing

@testable import greenroom

/// Sessions and answers, by the real binary over HTTP.
@Suite struct SessionEndToEndTests {
    private static let path = "/api/v1/sessions"

    @Test func aSessionFromItsBeginningToItsEnd() async throws {
        try await withService { service in
            let (ada, adaID) = try await service.join("ada")
            let body: JSONValue = ["mode": "practice", "role": "Registered Nurse", "count": 3]
            let made = try await service.call("POST", Self.path, body, token: ada)
            #expect(made.status == 201 && made.body["status"] == "active" && made.body["user_id"] == .string(adaID))
            #expect(made.body["question_source"] == "role" && made.body["total_questions"] == 3)
            let id = try #require(made.body["id"].string)
            let questions = made.body["questions"].elements
            #expect(questions.map { $0["question_order"] } == [1, 2, 3])
            #expect(questions.allSatisfy { $0["source"] == "bank" && $0["reason"].string != nil })
            let first = try #require(questions[0]["id"].string)
            let answers = "\(Self.path)/questions/\(first)/answers"
            let given: JSONValue = [
                "answer_text": "I look at the sickest patient first and call for help early.", "score": 8,
                "score_scale": 10, "analysis_result": ["camelCase": ["snake_case": 1]],
            ]
            let headers = ["Idempotency-Key": "one"]
            let stored = try await service.call("POST", answers, given, token: ada, headers: headers)
            #expect(stored.status == 201 && stored.body["score"] == 80 && stored.body["indexed"] == true)
            #expect(stored.body["analysis_result"] == ["camelCase": ["snake_case": 1]])
            #expect(stored.body["session"]["completed_questions"] == 1)
            #expect(stored.headers["x-greenroom-position"]?.hasPrefix("answers=") == true)
            let again = try await service.call("POST", answers, given, token: ada, headers: headers)
            #expect(again.status == 200 && again.body["id"] == stored.body["id"])
            let other = try await service.call(
                "POST", answers, ["answer_text": "Otherwise."], token: ada, headers: headers)
            #expect(other.status == 409 && other.body["code"] == "key_reused")

            // By the bank's id, with a rubric, and then otherwise.
            let bankID = try #require(questions[1]["question_id"].string)
            let hourAgo = Date().addingTimeInterval(-3_600)
                .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            let earlier: JSONValue = ["answer_text": "I ask a colleague.", "answered_at": .string(hourAgo)]
            let late = try await service.call("POST", "\(Self.path)/questions/\(bankID)/answers", earlier, token: ada)
            #expect(late.status == 201)
            let tomorrow: JSONValue = ["answer_text": "I ask a colleague.", "answered_at": "2999-01-01T00:00:00Z"]
            let ahead = try await service.call("POST", "\(Self.path)/questions/\(bankID)/answers", tomorrow, token: ada)
            #expect(ahead.status == 422 && ahead.body["detail"][0]["loc"][1] == "answered_at")
            let second = try await service.call(
                "POST", "\(Self.path)/questions/\(bankID)/answers",
                ["answer_text": "I check the five rights.", "score": ["clarity": 90, "depth": 60]], token: ada)
            #expect(second.status == 201 && second.body["score"] == 75)
            #expect(second.body["rubric"] == ["clarity": 90, "depth": 60])
            let secondPath = "\(Self.path)/questions/\(bankID)/answers/\(try #require(second.body["id"].string))"
            let edited = try await service.call("PATCH", secondPath, ["score": 50], token: ada)
            #expect(edited.status == 200 && edited.body["score"] == 50)
            #expect(edited.body["answer_text"] == "I check the five rights.")
            let cleared = try await service.call("PATCH", secondPath, ["score": .null], token: ada)
            #expect(cleared.status == 200 && cleared.body["score"] == .null)
            #expect(try await service.call("GET", secondPath, token: ada).body["updated_at"] != .null)
            #expect(try await service.call("DELETE", secondPath, token: ada).status == 204)
            #expect(try await service.call("GET", secondPath, token: ada).status == 404)

            // Questions of one's own, and the end.
            let own = try await service.call(
                "POST", "\(Self.path)/\(id)/questions", ["questions": ["Why do I want this?"]], token: ada)
            #expect(own.status == 201 && own.body["questions"][0]["source"] == "own")
            let ownID = try #require(own.body["questions"][0]["id"].string)
            let listed = try await service.call("GET", "\(Self.path)/\(id)/questions", token: ada)
            #expect(listed.body["total"] == 4)
            #expect(
                try await service.call("DELETE", "\(Self.path)/\(id)/questions/\(ownID)", token: ada).status == 204)
            let paused = try await service.call("PATCH", "\(Self.path)/\(id)/status?status=paused", token: ada)
            #expect(paused.status == 200 && paused.body["status"] == "paused")
            #expect(try await service.call("PATCH", "\(Self.path)/\(id)/status?status=odd", token: ada).status == 422)
            _ = try await service.call("PATCH", "\(Self.path)/\(id)/status?status=completed", token: ada)
            let closed = try await service.call("POST", answers, ["answer_text": "Too late."], token: ada)
            #expect(closed.status == 409 && closed.body["code"] == "session_closed")

            let stats = try await service.call("GET", "/api/v1/auth/stats", token: ada)
            #expect(stats.body["stats"]["session_count"] == 1 && stats.body["stats"]["question_count"] == 3)
            let page = try await service.call("GET", "/api/v1/auth/sessions?limit=5", token: ada)
            #expect(page.body["total"] == 1 && page.body["limit"] == 5)
            #expect(page.body["sessions"][0]["id"] == .string(id))
            let verified = try await service.call(
                "POST", "/api/v1/admin/verify", token: try await service.logIn())
            #expect(verified.status == 200 && verified.body["drift"] == 0 && verified.body["divergence"] == 0)
            #expect(verified.body["counters"].count == 5)
            #expect(try await service.call("DELETE", "\(Self.path)/\(id)", token: ada).status == 204)
            #expect(try await service.call("GET", "\(Self.path)/\(id)", token: ada).status == 404)
        }
    }

    @Test func questionsComeFromPostScenarioOrRole() async throws {
        try await withService { service in
            let (ada, _) = try await service.join("ada")
            let scenarios = try await service.call("GET", "\(Self.path)/scenarios", token: ada)
            #expect(scenarios.body["scenarios"].count >= 10)
            let ward: JSONValue = ["mode": "interview", "role": "Nurse", "scenario_id": "ward_shift"]
            let made = try await service.call("POST", Self.path, ward, token: ada)
            #expect(made.status == 201 && made.body["question_source"] == "scenario")
            #expect(made.body["total_questions"] == 6)
            let levels = made.body["questions"].elements.compactMap { $0["difficulty_level"].string }
            let order = ["easy": 0, "medium": 1, "hard": 2]
            #expect(levels.map { order[$0] ?? 9 } == levels.map { order[$0] ?? 9 }.sorted())
            let post: JSONValue = [
                "mode": "practice", "role": "Nurse Manager", "count": 2,
                "job_description": "You lead nurses on a ward and own patient safety and infection control.",
            ]
            let suggested = try await service.call("POST", Self.path, post, token: ada)
            #expect(suggested.body["question_source"] == "job_description" && suggested.body["total_questions"] == 2)
            let unknown: JSONValue = ["mode": "practice", "role": "Beekeeper", "count": 2]
            #expect(try await service.call("POST", Self.path, unknown, token: ada).body["total_questions"] == 2)
            let before = try await service.call("GET", "/api/v1/auth/stats", token: ada)
            let preview = try await service.call(
                "GET", "\(Self.path)/preview?role=Registered+Nurse&count=4&mode=interview", token: ada)
            #expect(preview.status == 200 && preview.body["total_questions"] == 4)
            #expect(preview.body["questions"][0]["expected"].double != nil)
            #expect(try await service.call("GET", "/api/v1/auth/stats", token: ada).body == before.body)
            let wrong: [(JSONValue, String)] = [
                (["mode": "exam", "role": "Nurse"], "mode"), (["mode": "practice", "role": ""], "role"),
                (["mode": "practice", "role": "Nurse", "scenario_id": "nowhere"], "scenario_id"),
                (["mode": "practice", "role": "Nurse", "count": 21], "count"),
            ]
            for (body, field) in wrong {
                let answer = try await service.call("POST", Self.path, body, token: ada)
                #expect(answer.status == 422 && answer.body["detail"][0]["loc"][1] == .string(field), "\(field)")
            }
        }
    }

    @Test func nobodySeesOrMovesAnothersSession() async throws {
        try await withService { service in
            let (ada, _) = try await service.join("ada")
            let (eve, _) = try await service.join("eve")
            let body: JSONValue = ["mode": "practice", "role": "Registered Nurse", "count": 1]
            let made = try await service.call("POST", Self.path, body, token: ada)
            let session = try #require(made.body["id"].string)
            let question = try #require(made.body["questions"][0]["id"].string)
            let bank = try #require(made.body["questions"][0]["question_id"].string)
            let text: JSONValue = ["answer_text": "I listen before I speak.", "score": 70]
            let stored = try await service.call(
                "POST", "\(Self.path)/questions/\(question)/answers", text, token: ada)
            let answer = try #require(stored.body["id"].string)
            let routes: [(String, String, JSONValue?)] = [
                ("GET", "/\(session)", nil), ("DELETE", "/\(session)", nil),
                ("PATCH", "/\(session)/status?status=abandoned", nil),
                ("POST", "/\(session)/questions", ["questions": ["May I ask here?"]]),
                ("GET", "/\(session)/questions", nil), ("DELETE", "/\(session)/questions/\(question)", nil),
                ("POST", "/questions/\(question)/answers", text), ("POST", "/questions/\(bank)/answers", text),
                ("GET", "/questions/\(question)/answers", nil), ("GET", "/questions/\(bank)/answers", nil),
                ("GET", "/questions/\(question)/answers/\(answer)", nil),
                ("PATCH", "/questions/\(question)/answers/\(answer)", ["score": 0]),
                ("DELETE", "/questions/\(question)/answers/\(answer)", nil),
            ]
            for (method, path, body) in routes {
                let others = try await service.call(method, Self.path + path, body, token: eve)
                #expect(others.status == 404 && others.body["code"] == "not_found", "\(method) \(path)")
                #expect(try await service.call(method, Self.path + path, body).status == 401, "\(method) \(path)")
            }
            let open = [
                ("POST", Self.path), ("GET", Self.path), ("GET", "\(Self.path)/preview?role=x"),
                ("GET", "\(Self.path)/scenarios"), ("GET", "/api/v1/auth/stats"), ("GET", "/api/v1/auth/sessions"),
                ("POST", "/api/v1/vector/search/answers"),
            ]
            for (method, path) in open { #expect(try await service.call(method, path).status == 401, "\(path)") }
            #expect(try await service.call("GET", Self.path, token: eve).body["total"] == 0)
            #expect(try await service.call("GET", "\(Self.path)/7", token: eve).status == 422)

            // Answers are found by whom they are of.
            func found(_ token: String) async throws -> [JSONValue] {
                let search: JSONValue = ["query": "listening", "limit": 5]
                return try await service.call("POST", "/api/v1/vector/search/answers", search, token: token)
                    .body["results"].elements
            }
            #expect(try await found(ada).map { $0["id"] } == [.string(answer)])
            #expect(try await found(eve).isEmpty)
            let admin = try await service.logIn()
            #expect(try await found(admin).count == 1)
            let quick = "/api/v1/vector/search/quick?query=listening&content_type=answers"
            #expect(try await service.call("GET", quick, token: eve).body["total"] == 0)
            #expect(try await service.call("GET", quick).status == 401)
            #expect(try await service.call("GET", "\(Self.path)/\(session)", token: admin).status == 200)
            // Who sees nothing moved nothing.
            let after = try await service.call("GET", "\(Self.path)/questions/\(question)/answers", token: ada)
            #expect(after.body["total"] == 1 && after.body["answers"][0]["score"] == 70)
        }
    }
}
