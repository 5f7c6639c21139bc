import Foundation
import Testing

@testable import greenroom

/// Job descriptions, patterns, embeddings and positions, by the real binary over HTTP.
@Suite struct ContentEndToEndTests {
    @Test func jobDescriptionsAreFoundByWhomTheyAreFor() async throws {
        try await withService { service in
            let admin = try await service.logIn()
            let (ada, _) = try await service.join("ada")
            let (eve, _) = try await service.join("eve")
            let path = "/api/v1/vector/job-descriptions"
            let own: JSONValue = [
                "job_description": "We hire somebody who tunes harpsichords and restores their soundboards.",
                "role": "Harpsichord Maker", "company": "Cembalo & Sons", "level": "senior", "skills": ["woodwork"],
            ]
            let stored = try await service.call("POST", path, own, token: ada)
            #expect(stored.status == 201 && stored.body["indexed"] == true && stored.body["shared"] == false)
            let position = try #require(stored.headers["x-greenroom-position"])
            #expect(position.hasPrefix("job_descriptions="))
            let shared: JSONValue = ["job_description": "A luthier builds violins.", "role": "Luthier"]
            #expect(try await service.call("POST", path, shared, token: admin).body["shared"] == true)

            func found(_ token: String, _ extra: [String: JSONValue] = [:]) async throws -> [String] {
                var query: [String: JSONValue] = ["query": "harpsichord restoration", "limit": 10]
                query.merge(extra) { $1 }
                let answer = try await service.call(
                    "POST", "/api/v1/vector/search/job-descriptions", .object(query), token: token,
                    headers: ["X-Greenroom-Wait-For": position])
                #expect(answer.status == 200)
                return answer.body["results"].elements.compactMap { $0["role"].string }
            }
            #expect(try await found(ada) == ["Harpsichord Maker", "Luthier"])
            #expect(try await found(eve) == ["Luthier"])
            #expect(try await found(admin) == ["Harpsichord Maker", "Luthier"])
            #expect(try await found(ada, ["role": "luthier"]) == ["Luthier"])
            let id = try #require(stored.body["id"].string)
            for (method, token, status) in [("GET", eve, 404), ("DELETE", eve, 404), ("GET", ada, 200)] {
                #expect(try await service.call(method, "\(path)/\(id)", token: token).status == status)
            }
            #expect(try await service.call("GET", path, token: eve).body["total"] == 1)
            #expect(try await service.call("GET", path).status == 401)
            #expect(try await service.call("DELETE", "\(path)/\(id)", token: ada).status == 204)
            #expect(try await found(ada) == ["Luthier"])
            let empty: JSONValue = ["job_description": " ", "role": ""]
            #expect(try await service.call("POST", path, empty, token: ada).body["detail"].count == 2)
        }
    }

    @Test func patternsBelongToTheirPeople() async throws {
        try await withService { service in
            let admin = try await service.logIn()
            let (ada, adaID) = try await service.join("ada")
            let (eve, eveID) = try await service.join("eve")
            let path = "/api/v1/vector/patterns"
            let pattern: JSONValue = [
                "skill_level": "advanced", "performance_trend": "improving", "learning_style": "visual",
                "preferred_categories": ["technical"], "strengths": ["SQL"], "weaknesses": ["public speaking"],
            ]
            #expect(try await service.call("PUT", "\(path)/\(adaID)", pattern, token: eve).status == 404)
            let put = try await service.call("PUT", "\(path)/\(adaID)", pattern, token: ada)
            #expect(put.status == 200 && put.body["performance_trend"] == 1 && put.body["indexed"] == true)
            #expect(try await service.call("PUT", "\(path)/\(eveID)", pattern, token: eve).status == 200)
            #expect(try await service.call("GET", "\(path)/\(adaID)", token: eve).status == 404)
            #expect(try await service.call("GET", "\(path)/\(adaID)", token: ada).body["skill_level"] == "advanced")
            #expect(
                try await service.call("PUT", "\(path)/\(UUID().uuidString)", pattern, token: admin).status == 404)

            func similar(_ token: String, _ user: String) async throws -> RunningService.Answer {
                let body: JSONValue = ["user_id": .string(user), "pattern_data": pattern, "limit": 5]
                return try await service.call("POST", "\(path)/similar", body, token: token)
            }
            let seen = try await similar(ada, adaID)
            #expect(seen.body["total"] == 1)
            let name = try #require(seen.body["patterns"][0]["user_id"].string)
            #expect(name.hasPrefix("person-") && seen.body["patterns"][0]["pattern_data"]["weaknesses"] == .null)
            #expect(try await similar(admin, adaID).body["patterns"][0]["user_id"] == .string(eveID))
            #expect(try await similar(eve, adaID).status == 404)
            let wrong: JSONValue = ["performance_trend": "sideways"]
            #expect(try await service.call("PUT", "\(path)/\(adaID)", wrong, token: ada).status == 422)
            #expect(try await service.call("DELETE", "\(path)/\(adaID)", token: ada).status == 204)
            #expect(try await similar(eve, eveID).body["total"] == 0)
        }
    }

    @Test func textsBecomeVectors() async throws {
        try await withService { service in
            let (token, _) = try await service.join("ada")
            let path = "/api/v1/vector/embeddings"
            let first = try await service.call("POST", "\(path)/generate", ["text": "a harpsichord"], token: token)
            #expect(first.body["embedding"].count == 384 && first.body["cached"] == false)
            let again = try await service.call("POST", "\(path)/generate", ["text": "a harpsichord"], token: token)
            #expect(again.body["cached"] == true && again.body["embedding"] == first.body["embedding"])
            let batch = try await service.call(
                "POST", "\(path)/batch", ["texts": ["a harpsichord", "a violin"], "batch_size": 1], token: token)
            #expect(batch.body["total_texts"] == 2 && batch.body["cached_count"] == 1)
            #expect(batch.body["embeddings"].count == 2)
            let other: JSONValue = ["text": "x", "model": "text-embedding-ada-002"]
            #expect(try await service.call("POST", "\(path)/generate", other, token: token).status == 400)
            #expect(try await service.call("POST", "\(path)/generate", ["text": "x"]).status == 401)
        }
    }

    @Test func aPositionThatNeverComesIsWaitedForNoLongerThanAllowed() async throws {
        try await withService { service in
            let token = try await service.logIn()
            func search(_ header: String) async throws -> RunningService.Answer {
                try await service.call(
                    "POST", "/api/v1/vector/search/questions", ["query": "nurses"], token: token,
                    headers: ["X-Greenroom-Wait-For": header])
            }
            let late = try await search("questions=1000000")
            #expect(late.status == 503 && late.body["code"] == "not_caught_up" && late.headers["retry-after"] == "1")
            #expect(try await search("questions=1").status == 200)
            #expect(try await search("questions").status == 422)
        }
    }

    /// A provider that nobody answers for: content is stored and queued, and found by its words once it is there.
    @Test func worksOnWhileTheEmbedderDoesNot() async throws {
        let dead: [String: String] = [
            "OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "EMBEDDING_ATTEMPTS_MAX": "1",
            "DEFAULT_EMBEDDING_MODEL": "text-embedding-3-small", "EMBEDDING_DEADLINE_SECONDS": "2",
        ]
        try await withService(environment: dead, ingesting: false) { service in
            let token = try await service.logIn()
            let question: JSONValue = [
                "question_text": "How do you restore a harpsichord's soundboard?", "category": "technical",
                "difficulty_level": "hard",
            ]
            let stored = try await service.call("POST", "/api/v1/questions", question, token: token)
            #expect(stored.status == 201 && stored.body["indexed"] == false)
            let search = try await service.call(
                "POST", "/api/v1/vector/search/questions", ["query": "harpsichord"], token: token)
            #expect(search.status == 200 && search.body["degraded"] == true)
            let queues = try await service.call("GET", "/api/v1/admin/embeddings", token: token)
            #expect(queues.body["queues"]["questions"]["waiting"] == 1)
            let (ada, _) = try await service.join("ada")
            #expect(try await service.call("GET", "/api/v1/admin/embeddings", token: ada).status == 403)
        }
    }
}
