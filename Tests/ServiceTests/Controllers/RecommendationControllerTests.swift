import Foundation
import Recommend
import TestSupport
import Testing

@testable import greenroom

@Suite struct RecommendationControllerTests {
    private static let path = "/api/v1/vector/recommendations"

    @Test func recommendsWhatIsWorthPractisingAndSaysWhy() async throws {
        try await withService { service in
            let (token, id) = try await service.join("ada")
            let ask: JSONValue = [
                "user_id": .string(id), "limit": 10,
                "user_profile": ["skill_level": "advanced", "weaknesses": ["Infection Control"]],
            ]
            let answer = try await service.call("POST", Self.path, ask, token: token)
            #expect(answer.status == 200 && answer.body["total"] == 10 && answer.body["content_type"] == "questions")
            let found = answer.body["recommendations"].elements
            #expect(Set(found.compactMap { $0["id"].string }).count == 10)
            for one in found {
                #expect((0...1).contains(one["relevance_score"].double ?? -1))
                #expect((0...1).contains(one["metadata"]["p_answer_well"].double ?? -1))
                #expect(one["metadata"]["reason"].string?.isEmpty == false)
                var sum = 0.0
                if case .object(let parts) = one["metadata"]["score_parts"] {
                    sum = parts.values.compactMap(\.double).reduce(0, +)
                }
                #expect(abs(sum - (one["metadata"]["score"].double ?? -9)) < 1e-9, "the parts add up to the score")
            }
            #expect(try await service.call("POST", Self.path, ask, token: token).body == answer.body, "the same day")

            // What was answered well is not asked for again.
            let first = try #require(found[0]["id"].string)
            let session = try await service.call(
                "POST", "/api/v1/sessions", ["mode": "practice", "role": "Nurse Manager", "count": 5], token: token)
            let asked = session.body["questions"].elements.compactMap { $0["question_id"].string }
            for question in asked {
                let written = try await service.call(
                    "POST", "/api/v1/sessions/questions/\(question)/answers",
                    ["answer_text": "By the book.", "score": 95], token: token)
                #expect(written.status == 201)
            }
            let after = try await service.call("POST", Self.path, ask, token: token)
            let ids = after.body["recommendations"].elements.compactMap { $0["id"].string }
            #expect(ids.count == 10 && Set(ids).isDisjoint(with: asked), "\(first)")
        }
    }

    /// Who has no profile and no post has shown by their sessions what they work towards.
    @Test func followsTheRoleOfTheLatestSessions() async throws {
        let vocabulary = try SkillsVocabulary(contentsOf: TestFiles.repository.appending(path: "data/skills.jsonl"))
        try await withService { service in
            let (token, id) = try await service.join("ada")
            func skills() async throws -> [[String]] {
                let ask: JSONValue = ["user_id": .string(id), "limit": 10]
                let answer = try await service.call("POST", Self.path, ask, token: token)
                for found in answer.body["recommendations"].elements {
                    // What is prepared for is tested by the question, which may call it by another name.
                    let reason = found["metadata"]["reason"].string ?? ""
                    guard reason.hasPrefix("Prepares for ") else { continue }
                    let tested = found["metadata"]["skills"].elements + [found["metadata"]["category"]]
                    let names = tested.compactMap { $0.string.map { vocabulary.find($0)?.skill ?? $0 }?.lowercased() }
                    #expect(names.contains { reason.lowercased().hasPrefix("prepares for \($0).") }, "\(reason)")
                }
                return answer.body["recommendations"].elements.map { found in
                    found["metadata"]["skills"].elements.compactMap { $0.string?.lowercased() }
                }
            }
            func practise(_ role: JSONValue) async throws -> Set<String> {
                let session = try await service.call(
                    "POST", "/api/v1/sessions", ["mode": "practice", "role": role, "count": 8], token: token)
                let questions = session.body["questions"].elements
                for question in questions {
                    let written = try await service.call(
                        "POST", "/api/v1/sessions/questions/\(question["question_id"].string ?? "")/answers",
                        ["answer_text": "As well as I can.", "score": 55], token: token)
                    #expect(written.status == 201)
                }
                let preview = try await service.call(
                    "POST", "/api/v1/sessions", ["mode": "interview", "role": role, "count": 20], token: token)
                return Set(
                    (questions + preview.body["questions"].elements).flatMap {
                        $0["required_skills"].elements.compactMap { $0.string?.lowercased() }
                    })
            }
            let ofNurses = try await practise("Nurse Manager")
            let forNurses = try await skills()
            #expect(forNurses.count == 10)
            let near = forNurses.count { !ofNurses.isDisjoint(with: $0) }
            #expect(near >= 7, "\(forNurses)")
            // A later session for another role leads, and the earlier one still counts.
            let ofEngineers = try await practise("Backend Engineer")
            let forBoth = try await skills()
            #expect(forBoth.count { !ofEngineers.isDisjoint(with: $0) } >= 4, "\(forBoth)")
        }
    }

    @Test func scenariosAndPostsToo() async throws {
        try await withService { service in
            let (token, id) = try await service.join("ada")
            func ask(_ type: JSONValue, _ limit: JSONValue = 5) -> JSONValue {
                ["user_id": .string(id), "content_type": type, "limit": limit]
            }
            let scenarios = try await service.call("POST", Self.path, ask("scenarios"), token: token)
            #expect(scenarios.status == 200 && scenarios.body["recommendations"].count == 5)
            #expect(scenarios.body["recommendations"][0]["content_type"] == "scenarios")
            let post = try await service.call(
                "POST", "/api/v1/vector/job-descriptions",
                ["job_description": "Lead a ward and plan its shifts.", "role": "Nurse Manager"], token: token)
            #expect(post.status == 201)
            let posts = try await service.call("POST", Self.path, ask("job_descriptions"), token: token)
            #expect(posts.body["recommendations"].elements.compactMap { $0["id"].string } == [post.body["id"].string])
            let (other, _) = try await service.join("eve")
            #expect(try await service.call("POST", Self.path, ask("questions"), token: other).status == 404)
            #expect(try await service.call("POST", Self.path, ask("questions")).status == 401)
            #expect(try await service.call("POST", Self.path, ask("people"), token: token).status == 400)
            #expect(try await service.call("POST", Self.path, ask("questions", 51), token: token).status == 422)
        }
    }
}
