import Foundation
import TestSupport
import Testing

@testable import greenroom

@Suite struct CoachControllerTests {
    private static let post: JSONValue = [
        "job_description": """
        You lead nurses on a ward. Required: infection control, patient safety and triage. \
        Experience with Kubernetes is needed too.
        """, "role": "Nurse Manager",
    ]

    @Test func readinessTellsNeedsAndWhatWouldRaiseIt() async throws {
        try await withService { service in
            let (token, id) = try await service.join("ada")
            let path = "/api/v1/coach/\(id)/readiness"
            let before = try await service.call("POST", path, Self.post, token: token)
            #expect(before.status == 200 && before.body["user_id"] == .string(id))
            let needs = before.body["needs"].elements
            #expect(needs.count >= 2)
            #expect(abs(needs.compactMap { $0["share"].double }.reduce(0, +) - 1) < 1e-9)
            let whole = try #require(before.body["readiness"].double)
            let mean = needs.reduce(0) { $0 + ($1["share"].double ?? 0) * ($1["readiness"].double ?? 9) }
            #expect(abs(whole - mean) < 1e-9)
            #expect(try #require(before.body["interval"][0].double) <= whole)
            #expect(try #require(before.body["interval"][1].double) >= whole)
            #expect(before.body["needs_not_in_bank"].elements.contains("Kubernetes"), "nothing of health care tests it")
            let steps = before.body["steps"].elements
            #expect(!steps.isEmpty && steps.count <= 10)
            let raises = steps.compactMap { $0["raise"].double }
            #expect(raises == raises.sorted(by: >) && raises.count == steps.count)
            let names = Set(needs.compactMap { $0["need"].string })
            #expect(steps.allSatisfy { names.contains($0["need"].string ?? "") })

            // The same for the post once it is stored; good answers to the steps raise it.
            let stored = try await service.call("POST", "/api/v1/vector/job-descriptions", Self.post, token: token)
            let postID = try #require(stored.body["id"].string)
            let again = try await service.call(
                "GET", "\(path)?job_description_id=\(postID)&limit=5", token: token)
            #expect(again.status == 200 && again.body["readiness"] == before.body["readiness"])
            #expect(again.body["job_description_id"] == .string(postID) && again.body["steps"].count <= 5)
            var session: JSONValue = ["mode": "practice", "role": "Nurse Manager", "count": 20]
            if case .object(var fields) = session {
                fields["job_description"] = Self.post["job_description"]
                session = .object(fields)
            }
            let made = try await service.call("POST", "/api/v1/sessions", session, token: token)
            var answered: Set<String> = []
            for question in made.body["questions"].elements.compactMap({ $0["question_id"].string }) {
                let written = try await service.call(
                    "POST", "/api/v1/sessions/questions/\(question)/answers",
                    ["answer_text": "By the book.", "score": 95], token: token)
                #expect(written.status == 201)
                answered.insert(question)
            }
            let after = try await service.call("POST", path, Self.post, token: token)
            #expect(try #require(after.body["readiness"].double) > whole)
            let left = after.body["steps"].elements.compactMap { $0["question_id"].string }
            #expect(answered.isDisjoint(with: left), "what was answered well rests")
        }
    }

    @Test func reviewTellsWhatIsDueToday() async throws {
        try await withService { service in
            let (token, id) = try await service.join("ada")
            let path = "/api/v1/coach/\(id)/review"
            let nothing = try await service.call("GET", path, token: token)
            #expect(nothing.status == 200 && nothing.body["total"] == 0 && nothing.body["due"].count == 0)
            #expect(nothing.body["ahead"].count == 7)
            let made = try await service.call(
                "POST", "/api/v1/sessions", ["mode": "practice", "role": "Registered Nurse", "count": 5], token: token)
            let longAgo = Date().addingTimeInterval(-200 * 86_400).formatted(.iso8601)
            for question in made.body["questions"].elements.compactMap({ $0["question_id"].string }) {
                let written = try await service.call(
                    "POST", "/api/v1/sessions/questions/\(question)/answers",
                    ["answer_text": "By the book.", "score": 100, "answered_at": .string(longAgo)], token: token)
                #expect(written.status == 201)
            }
            let due = try await service.call("GET", "\(path)?days=3&limit=2&utc_offset_minutes=120", token: token)
            #expect(due.status == 200 && due.body["due"].count == 2 && due.body["ahead"].count == 3)
            #expect(try #require(due.body["total"].double) >= 2)
            let retentions = due.body["due"].elements.compactMap { $0["retention"].double }
            #expect(retentions == retentions.sorted() && retentions.allSatisfy { $0 < 0.71 })
            for entry in due.body["due"].elements {
                #expect(!entry["questions"].elements.isEmpty && entry["questions"].count <= 3)
            }
        }
    }

    @Test func nobodyElseSeesHowFarAPersonIs() async throws {
        try await withService { service in
            let (token, id) = try await service.join("ada")
            let (eve, eveID) = try await service.join("eve")
            let stored = try await service.call("POST", "/api/v1/vector/job-descriptions", Self.post, token: token)
            let post = try #require(stored.body["id"].string)
            let readiness = "/api/v1/coach/\(id)/readiness"
            let routes: [(String, String, JSONValue?)] = [
                ("POST", readiness, Self.post), ("GET", "\(readiness)?job_description_id=\(post)", nil),
                ("GET", "/api/v1/coach/\(id)/review", nil),
            ]
            let admin = try await service.logIn()
            for (method, path, body) in routes {
                #expect(try await service.call(method, path, body, token: eve).status == 404, "\(path)")
                #expect(try await service.call(method, path, body).status == 401)
                #expect(try await service.call(method, path, body, token: admin).status == 200)
            }
            // Nor anybody else's post.
            let foreign = "/api/v1/coach/\(eveID)/readiness?job_description_id=\(post)"
            #expect(try await service.call("GET", foreign, token: eve).status == 404)
            let wrong: [(String, String, JSONValue?, String)] = [
                ("GET", readiness, nil, "job_description_id"),
                ("GET", "\(readiness)?job_description_id=x", nil, "job_description_id"),
                ("GET", "\(readiness)?job_description_id=\(post)&limit=51", nil, "limit"),
                ("POST", readiness, ["job_description": "", "role": "Nurse"], "job_description"),
                ("POST", readiness, ["job_description": "Lead."], "role"),
                ("GET", "/api/v1/coach/\(id)/review?days=61", nil, "days"),
                ("GET", "/api/v1/coach/\(id)/review?limit=0", nil, "limit"),
                ("GET", "/api/v1/coach/\(id)/review?utc_offset_minutes=900", nil, "utc_offset_minutes"),
            ]
            for (method, path, body, field) in wrong {
                let answer = try await service.call(method, path, body, token: token)
                #expect(answer.status == 422 && answer.body["detail"][0]["loc"][1] == .string(field), "\(path)")
            }
        }
    }

    @Test func todayEndsWhereThePersonIs() {
        let noon = Date(timeIntervalSince1970: 86_400 * 20_000 + 43_200)
        #expect(CoachController.secondsLeftToday(at: noon, utcOffsetMinutes: 0) == 43_200)
        #expect(CoachController.secondsLeftToday(at: noon, utcOffsetMinutes: 11 * 60) == 3_600)
        #expect(CoachController.secondsLeftToday(at: noon, utcOffsetMinutes: 12 * 60) == 86_400, "it just began")
        #expect(CoachController.secondsLeftToday(at: noon, utcOffsetMinutes: -12 * 60) == 86_400)
    }
}
