import Foundation
import Testing

@testable import greenroom

@Suite struct QuestionSetControllerTests {
    private static let post =
        "You lead nurses on a surgical ward. You answer for infection control, patient safety and medication administration."

    @Test func setsOfWholeQuestions() async throws {
        try await withService { service in
            let (token, _) = try await service.join("ada")
            let post = JSONValue.string(Self.post)
            let parsed = try await service.call(
                "POST", "/api/v1/parse-jd", ["role": "Registered Nurse", "jobDescription": post], token: token)
            let generated = try await service.call(
                "POST", "/api/v1/questions/generate",
                ["role": "Registered Nurse", "job_description": post, "count": 5], token: token)
            #expect(parsed.status == 200 && parsed.body["source"] == "from_library")
            #expect(parsed.body["total"] == 5 && parsed.body["questions"].count == 5)
            #expect(generated.body["questions"] == parsed.body["questions"])
            #expect(parsed.body["skills"].elements.contains("Infection Control"))
            let same = try await service.call(
                "POST", "/api/v1/vector/suggestions/questions",
                ["job_description": post, "role": "Registered Nurse", "count": 5], token: token)
            let ids = parsed.body["questions"].elements.map { $0["id"] }
            #expect(ids == same.body["results"].elements.map { $0["question_id"] })
            let first = parsed.body["questions"][0]
            let stored = try await service.call(
                "GET", "/api/v1/questions/\(try #require(first["id"].string))", token: token)
            #expect(first["question_text"] == stored.body["question_text"] && first["created_at"] != .null)
            #expect(first["score"].double ?? 0 > 0 && first["reason"].string?.contains("the post asks for") == true)
        }
    }

    @Test func aRoleAloneIsEnough() async throws {
        try await withService { service in
            let (token, _) = try await service.join("ada")
            let path = "/api/v1/questions/suggestions"
            let nurse = try await service.call("GET", "\(path)?role=Registered+Nurse&limit=30", token: token)
            #expect(nurse.status == 200 && (1...30).contains(nurse.body["questions"].count))
            #expect(
                nurse.body["questions"].elements.contains {
                    $0["compatible_roles"].elements.contains("registered_nurse")
                })
            let generated = try await service.call(
                "POST", "/api/v1/questions/generate", ["role": "Registered Nurse"], token: token)
            #expect(generated.body["total"] == 5 && generated.body["role"] == "Registered Nurse")
            for (query, field) in [
                ("", "role"), ("?role=x&limit=51", "limit"), ("?role=x&difficulty=odd", "difficulty"),
            ] {
                let wrong = try await service.call("GET", path + query, token: token)
                #expect(wrong.status == 422 && wrong.body["detail"][0]["loc"][1] == .string(field), "\(query)")
            }
            let many = try await service.call(
                "POST", "/api/v1/questions/generate", ["role": "x", "count": 21], token: token)
            #expect(many.status == 422 && many.body["detail"][0]["loc"][1] == "count")
            let nothing = try await service.call("POST", "/api/v1/questions/generate", ["role": ""], token: token)
            #expect(nothing.body["detail"].count == 1 && nothing.body["detail"][0]["loc"][1] == "role")
            #expect(try await service.call("POST", "/api/v1/parse-jd", ["role": "x"], token: token).status == 422)
        }
    }

    @Test func strangersGetNothing() async throws {
        try await withService(ingesting: false) { service in
            let suggested = try await service.call("GET", "/api/v1/questions/suggestions?role=x")
            let generated = try await service.call("POST", "/api/v1/questions/generate", ["role": "x"])
            let parsed = try await service.call("POST", "/api/v1/parse-jd", ["role": "x", "job_description": "Python"])
            #expect([suggested, generated, parsed].allSatisfy { $0.status == 401 })
        }
    }
}
