import Foundation
import TestSupport
import Testing

@testable import greenroom

@Suite struct BankControllerTests {
    private static let path = "/api/v1/questions"

    @Test func aBulkImportKeepsTheGoodRows() async throws {
        try await withService(ingesting: false) { service in
            let admin = try await service.logIn()
            let (token, _) = try await service.join("ada")
            let good: JSONValue = [
                "question_text": "How do you keep a beehive healthy over the winter?", "category": "technical",
                "difficulty_level": "medium", "compatible_roles": ["beekeeper"], "question_metadata": ["camelCase": 1],
            ]
            let body: JSONValue = [
                "questions": [
                    good, ["category": "technical"], good, "no object",
                    ["question_text": "Why do bees swarm?", "category": "technical", "difficulty_level": "odd"],
                ]
            ]
            let path = "\(Self.path)/admin/bulk-import"
            #expect(try await service.call("POST", path, body).status == 401)
            #expect(try await service.call("POST", path, body, token: token).status == 403)
            let done = try await service.call("POST", path, body, token: admin)
            #expect(done.status == 200 && done.body["total"] == 5 && done.body["created"] == 1)
            #expect(done.body["duplicates"] == 1 && done.body["failed"] == 3)
            let rows = done.body["rows"].elements
            #expect(rows.map { $0["status"] } == ["created", "failed", "duplicate", "failed", "failed"])
            #expect(rows[1]["errors"][0]["loc"] == ["question_text"] && rows[1]["row"] == 2)
            #expect(rows[0]["indexed"] == true)
            let id = try #require(rows[0]["id"].string)
            let stored = try await service.call("GET", "\(Self.path)/\(id)", token: token)
            #expect(stored.status == 200 && stored.body["question_metadata"]["camelCase"] == 1)
            for questions in [JSONValue.array([]), .array(Array(repeating: good, count: 501))] {
                let refused = try await service.call("POST", path, ["questions": questions], token: admin)
                #expect(refused.status == 422 && refused.body["detail"][0]["loc"][1] == "questions")
            }
            let found = try await service.call("GET", "\(Self.path)/search?query=bees+in+winter", token: token)
            #expect(found.status == 200 && found.body["total"] == 1)
            #expect(found.body["results"][0]["question"]["id"] == .string(id))
        }
    }

    @Test func aBulkUpdateReplacesWhatIsThere() async throws {
        try await withService(ingesting: false) { service in
            let admin = try await service.logIn()
            let (token, _) = try await service.join("ada")
            func question(_ text: String, _ id: JSONValue = .null) -> JSONValue {
                [
                    "id": id, "question_text": .string(text), "category": "technical", "difficulty_level": "hard",
                    "compatible_roles": ["beekeeper"],
                ]
            }
            let first = "How do you keep a beehive healthy over the winter?"
            let made = try await service.call(
                "POST", "\(Self.path)/admin/bulk-import",
                ["questions": [question(first), question("Why do bees swarm in May?")]], token: admin)
            let ids = made.body["rows"].elements.map { $0["id"] }
            let path = "\(Self.path)/admin/bulk-update"
            let body: JSONValue = [
                "questions": [
                    question("What do you feed bees in a cold spring, and when?", ids[0]),
                    question("Why do bees swarm in May?", ids[0]),
                    question("Who are you?", .string(UUID().uuidString)), question("Which hive is best?"),
                    ["id": ids[1], "category": "technical"],
                ]
            ]
            #expect(try await service.call("POST", path, body).status == 401)
            #expect(try await service.call("POST", path, body, token: token).status == 403)
            let done = try await service.call("POST", path, body, token: admin)
            let rows = done.body["rows"].elements
            #expect(rows.map { $0["status"] } == ["updated", "duplicate", "not_found", "failed", "failed"])
            #expect(rows[3]["errors"][0]["loc"] == ["id"] && rows[4]["errors"][0]["loc"] == ["question_text"])
            #expect(done.body["updated"] == 1 && done.body["not_found"] == 1 && done.body["created"] == 0)
            let found = try await service.call("GET", "\(Self.path)/search?query=bees+in+spring", token: token)
            let texts = found.body["results"].elements.map { $0["question"]["question_text"].string }
            #expect(texts.count == 2 && !texts.contains(first), "the index follows")
        }
    }

    @Test func searchAndFiguresOfTheBank() async throws {
        try await withService { service in
            let (token, _) = try await service.join("ada")
            let search = "\(Self.path)/search?query=hand+hygiene&difficulty=easy&limit=5"
            let found = try await service.call("GET", search, token: token)
            #expect(found.status == 200 && (1...5).contains(found.body["results"].count))
            #expect(found.body["results"].elements.allSatisfy { $0["question"]["difficulty_level"] == "easy" })
            let scores = found.body["results"].elements.compactMap { $0["score"].double }
            #expect(scores == scores.sorted(by: >) && scores.count == found.body["results"].count)
            #expect(try await service.call("GET", search).status == 401)
            let missing = try await service.call("GET", "\(Self.path)/search?limit=101", token: token)
            #expect(missing.status == 422 && missing.body["detail"].count == 2)

            let made = try await service.call(
                "POST", "/api/v1/sessions", ["mode": "practice", "role": "Registered Nurse", "count": 1], token: token)
            let question = try #require(made.body["questions"][0]["question_id"].string)
            for score in [20, 40, 60, 80, 100] {
                let written = try await service.call(
                    "POST", "/api/v1/sessions/questions/\(question)/answers",
                    ["answer_text": "By the book.", "score": .integer(score)], token: token)
                #expect(written.status == 201)
            }
            let overview = try await service.call("GET", "\(Self.path)/analytics/overview", token: token)
            #expect(overview.status == 200 && overview.body["answers"] == 5 && overview.body["average_score"] == 60)
            let active = try #require(overview.body["active"].double)
            #expect(overview.body["unused"].double == active - 1 && overview.body["archived"] == 0)
            #expect(try abs(#require(overview.body["success_rate"].double) - 0.6) < 1e-9)
            var levels = 0.0
            if case .object(let counts) = overview.body["by_difficulty"] {
                levels = counts.values.compactMap(\.double).reduce(0, +)
            }
            #expect(levels == active)
            let usage = try await service.call("GET", "\(Self.path)/analytics/usage?limit=3", token: token)
            #expect(usage.body["most_used"].elements.map { $0["id"] } == [.string(question)])
            let performance = try await service.call("GET", "\(Self.path)/analytics/performance", token: token)
            #expect(performance.body["lowest_scores"].elements.map { $0["id"] } == [.string(question)])
            #expect(performance.body["groups"].elements.contains { $0["answers"] == 5 && $0["average_score"] == 60 })
            for figure in ["overview", "usage", "performance"] {
                #expect(try await service.call("GET", "\(Self.path)/analytics/\(figure)").status == 401)
            }
            let wrong = try await service.call("GET", "\(Self.path)/analytics/usage?limit=0", token: token)
            #expect(wrong.status == 422)
        }
    }
}
